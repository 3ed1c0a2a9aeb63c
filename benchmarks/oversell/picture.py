"""A small chart a shop: stock that is really free, through the history that broke the shop.

Everything that can be known at a glance is in the form: the bold line is zero, what hangs below it
is promised and not there. Colours are of Okabe & Ito (2008); line styles tell the same.
"""

import textwrap
from collections.abc import Sequence
from enum import IntEnum

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from benchmarks.oversell.film import Film, Point
from benchmarks.oversell.lab import Films, Lab, Verdict
from reports.figures import INK, QUIET, blank, place, style, svg

WRONG, RIGHT, SHOWN = "#D55E00", "#0072B2", "#CC79A7"
COLUMNS = 4
WIDTH, LEFT, TOP, FOOT = 1000, 12, 100, 10  # CSS pixels, of the whole picture
PANEL_HEIGHT, TITLE_HEIGHT, GAP = 96, 44, 14
# As a file of its own it has no page around it that says what it is, and in which letters.
ALONE = 'xmlns="http://www.w3.org/2000/svg" font-family="sans-serif"'
TITLE = "What each shop really had left to sell, step by step"
SUBTITLE = (
    "Units on the shelf minus units promised, from left to right, while the shortest history that"
    " breaks the shop is played. In the grey part that history is over, and shoppers buy until the"
    " shop says no. The bold line is zero."
)


def draw(lab: Lab) -> str:
    """The picture as one <svg> element; empty where no shop was caught."""
    shown = panels(lab)
    if not shown:
        return ""
    with style():
        drawn = svg(_figure(shown), "oversell", f"{TITLE}. {SUBTITLE}")
    return drawn.replace("<svg ", f"<svg {ALONE} ", 1)


def panels(lab: Lab) -> list[Verdict]:
    """Shops that were caught, the greatest harm first."""
    caught = [verdict for verdict in lab.verdicts if verdict.films is not None]
    return sorted(caught, key=lambda v: (consequence(v.films)[0], v.entry.title))


class Harm(IntEnum):
    """What came of a mistake, the worst first."""

    OVERSOLD = 0
    STUCK = 1
    DEAD_STOCK = 2
    GIVEN_AWAY = 3
    FALSE_OFFER = 4
    MONEY = 5
    BOOKS = 6


def consequence(films: Films | None) -> tuple[Harm, str]:
    """How bad it is, and in words what came of it."""
    assert films is not None
    wrong = films.wrong
    more = films.right.at_end - wrong.at_end
    if wrong.stuck:
        return Harm.STUCK, "customers get no answer"
    if wrong.lowest < 0:
        return (
            Harm.OVERSOLD,
            f"promises {_units(-wrong.lowest)} that {_are(-wrong.lowest)} not there",
        )
    if wrong.left > 0:
        return Harm.DEAD_STOCK, f"{_units(wrong.left)} left that nobody can buy"
    if more > 0:
        return Harm.GIVEN_AWAY, f"takes {_units(more)} that nobody asked for"
    if wrong.kept_minor:
        cents = f"{abs(wrong.kept_minor)} cent{'s' if abs(wrong.kept_minor) != 1 else ''}"
        deed = f"keeps {cents}" if wrong.kept_minor > 0 else f"refunds {cents} too much"
        return Harm.MONEY, f"{deed} (in cents)"
    if wrong.shown_too_many > 0:
        count = wrong.shown_too_many
        return Harm.FALSE_OFFER, f"offers {_units(count)} that {_are(count)} taken"
    return Harm.BOOKS, "its books contradict each other"


def _units(count: int) -> str:
    return f"{count} unit{'s' if count != 1 else ''}"


def _are(count: int) -> str:
    return "are" if count != 1 else "is"


def _figure(shown: Sequence[Verdict]) -> Figure:
    rows = -(-len(shown) // COLUMNS)
    step = PANEL_HEIGHT + TITLE_HEIGHT + GAP
    figure = blank(WIDTH, TOP + rows * step + FOOT)
    height = figure.get_size_inches()[1] * 72
    figure.text(
        LEFT / WIDTH, 1 - 14 / height, TITLE, fontsize=17, fontweight="bold", va="top", color=INK
    )
    words = textwrap.fill(SUBTITLE, 130)
    figure.text(LEFT / WIDTH, 1 - 40 / height, words, fontsize=11, va="top", color=QUIET)
    _legend(figure, 1 - 80 / height)
    width = (WIDTH - 2 * LEFT) / COLUMNS
    for number, verdict in enumerate(shown):
        row, column = divmod(number, COLUMNS)
        axis = place(
            figure,
            LEFT + column * width + 20,
            TOP + row * step + TITLE_HEIGHT,
            width - 38,
            PANEL_HEIGHT,
        )
        _panel(axis, verdict)
    return figure


def _legend(figure: Figure, top: float) -> None:
    handles = [
        Line2D([], [], color=WRONG, linewidth=2.4, label="this shop"),
        Line2D([], [], color=RIGHT, linewidth=6, alpha=0.4, label="the engine"),
        Line2D([], [], color=SHOWN, linewidth=2.2, linestyle=":", label="what this shop offers"),
        Patch(facecolor=WRONG, alpha=0.3, label="promised and not there"),
    ]
    figure.legend(
        handles=handles,
        loc="center left",
        bbox_to_anchor=(LEFT / WIDTH - 0.005, top),
        ncols=len(handles),
        frameon=False,
        fontsize=11,
        handlelength=2.2,
        columnspacing=1.8,
        borderpad=0,
    )


def _panel(axis: Axes, verdict: Verdict) -> None:
    films = verdict.films
    assert films is not None
    kind, words = consequence(films)
    money = kind is Harm.MONEY
    wrong, right = _values(films.wrong, money=money), _values(films.right, money=money)
    steps = max(len(wrong), len(right), 2)
    _epilogue(axis, films.wrong, films.right, steps)
    axis.axhline(0, color=INK, linewidth=1.4, zorder=2)
    if kind is Harm.FALSE_OFFER:
        offered = [point.shown for point in films.wrong.points]
        _line(axis, offered, steps, color=SHOWN, linewidth=2.2, linestyle=":")
    _line(axis, right, steps, color=RIGHT, linewidth=6, alpha=0.4)
    xs, ys = _line(axis, wrong, steps, color=WRONG, linewidth=2.4)
    below = [min(0, y) for y in ys]
    axis.fill_between(xs, below, 0, step="post", color=WRONG, alpha=0.3, linewidth=0, zorder=1)
    end = ("X", 11) if kind is Harm.STUCK else ("o", 5)
    axis.plot(xs[-1], ys[-1], end[0], color=WRONG, markersize=end[1], zorder=5, clip_on=False)
    low, high = min([0, *ys, *right]), max([1, *ys, *right])
    axis.set_ylim(low - 0.35 - 0.06 * (high - low), high + 0.35)
    axis.set_xlim(-0.15, steps + 0.15)
    axis.set_xticks([])
    axis.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axis.set_title(
        verdict.entry.title, loc="left", fontsize=12, fontweight="bold", color=INK, pad=20
    )
    axis.text(0, 1.06, words, transform=axis.transAxes, fontsize=10.5, color=QUIET, va="bottom")


def _values(film: Film, *, money: bool) -> list[int]:
    if money:
        return [point.kept_minor for point in film.points]
    return [point.free for point in film.points]


def _line(
    axis: Axes,
    values: Sequence[int],
    steps: int,
    *,
    color: str,
    linewidth: float,
    linestyle: str = "-",
    alpha: float = 1.0,
) -> tuple[list[int], list[int]]:
    """Draw steps; the last value holds to the end."""
    known = list(values) or [0]
    ys = known + [known[-1]] * (steps + 1 - len(known))
    xs = list(range(len(ys)))
    axis.step(
        xs,
        ys,
        where="post",
        color=color,
        linewidth=linewidth,
        linestyle=linestyle,
        alpha=alpha,
        zorder=4,
        solid_joinstyle="miter",
        solid_capstyle="butt",
    )
    return xs, ys


def _epilogue(axis: Axes, wrong: Film, right: Film, steps: int) -> None:
    """Shade where the history is over."""
    starts = [_history_steps(film.points) for film in (wrong, right) if film.points]
    start = max(starts, default=steps)
    if start < steps:
        axis.axvspan(start, steps + 0.15, color="#eceef1", linewidth=0, zorder=0)


def _history_steps(points: Sequence[Point]) -> int:
    return sum(not point.epilogue for point in points)
