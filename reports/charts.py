"""The drawings. Each takes the numbers of one chart and a width, and fills a figure.

Every chart says one thing: which setup earns more (`gains`), where the money comes from
(`waterfall`), what would turn the answer (`strip`), why orders are oversold (`causes`), what the
roadmap does to the till (`fan`), how well the model met days it had not seen (`fit`).
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reports.figures import BAND, GRID, INK, LOSS, QUIET, WIDE, blank, place, readable
from reports.numbers import money, share

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Gain:
    """One candidate against today: yearly money in whole units, with its interval."""

    title: str
    colour: str
    mean: float
    low: float
    high: float
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """One step of a waterfall, in whole money a year; the last is the sum."""

    title: str
    amount: float
    text: str
    total: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One candidate along an axis."""

    title: str
    colour: str
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    main: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """One axis of the strip; *now* is what the scenario assumes."""

    title: str
    unit: str
    tested: tuple[float, ...]
    now: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """Oversold lines a year by setup, for one cause."""

    title: str
    setups: tuple[str, ...]
    colours: tuple[str, ...]
    counts: tuple[float, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fan:
    """Cumulative cash against today by week, in whole money, and the weeks phases begin."""

    q05: tuple[float, ...]
    q25: tuple[float, ...]
    q50: tuple[float, ...]
    q75: tuple[float, ...]
    q95: tuple[float, ...]
    phases: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """One store's baskets by weekday on days the model had not seen."""

    store: str
    observed: tuple[float, ...]
    predicted: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def brief(amount: float, currency: str) -> str:
    """Money for an axis: $14k, $1.2m."""
    for size, letter in ((1e6, "m"), (1e3, "k")):
        if abs(amount) >= size:
            number = amount / size
            step = 1.0 if abs(number - round(number)) < 0.05 else 0.1
            text = money(number, currency, 1.0 if step == 1.0 else 0.1)
            return text + letter
    return money(amount, currency)


def _money_axis(axis: Axes, currency: str, *, along: str, ticks: int) -> None:
    scale = axis.xaxis if along == "x" else axis.yaxis
    scale.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10]))
    scale.set_major_formatter(FuncFormatter(lambda amount, _: brief(amount, currency)))
    axis.grid(visible=True, axis="x" if along == "x" else "y", color=GRID)
    axis.set_axisbelow(True)


def _span(numbers: Sequence[float], margin: float = 0.06) -> tuple[float, float]:
    """Limits that hold all finite *numbers* and zero."""
    known = [n for n in numbers if np.isfinite(n)]
    low, high = min([*known, 0.0]), max([*known, 0.0])
    if low == high:
        return -1.0, 1.0
    return low - margin * (high - low), high + margin * (high - low)


def gains(rows: Sequence[Gain], currency: str, width: int) -> Figure:
    """Differences to today as dots with intervals; the zero line is today."""
    step, top, foot = 58, 6, 30
    figure = blank(width, top + step * len(rows) + foot)
    axis = place(figure, 8, top, width - 16, step * len(rows))
    axis.set_ylim(len(rows), 0)
    axis.set_yticks([])
    axis.set_xlim(*_span([n for row in rows for n in (row.low, row.mean, row.high)]))
    _money_axis(axis, currency, along="x", ticks=6 if width >= WIDE else 4)
    axis.axvline(0, color=INK, linewidth=1.2)
    for i, row in enumerate(rows):
        y = i + 0.70
        axis.plot(
            [row.low, row.high],
            [y, y],
            color=row.colour,
            linewidth=5,
            alpha=0.45,
            solid_capstyle="round",
        )
        axis.plot([row.mean], [y], "o", color=row.colour, markersize=10)
        name = textwrap.shorten(row.title, 60 if width >= WIDE else 24, placeholder="\u2026")
        axis.text(
            0,
            i + 0.3,
            name,
            transform=axis.get_yaxis_transform(),
            ha="left",
            va="center",
            color=readable(row.colour),
            fontsize=12.5,
        )
        axis.text(
            1,
            i + 0.3,
            row.text,
            transform=axis.get_yaxis_transform(),
            ha="right",
            va="center",
            color=INK,
            fontsize=12.5,
        )
    _keep_ticks_inside(axis)
    return figure


def _keep_ticks_inside(axis: Axes) -> None:
    """Align the outermost tick labels inwards where they would leave the figure."""
    low, high = sorted(axis.get_xlim())
    ticks = [t for t in axis.get_xticks() if low <= t <= high]
    axis.set_xticks(ticks)
    labels = axis.get_xticklabels()
    reach = 0.08 * (high - low)
    for tick, label in zip(ticks, labels, strict=True):
        if tick - low < reach:
            label.set_horizontalalignment("left")
        elif high - tick < reach:
            label.set_horizontalalignment("right")


def waterfall(parts: Sequence[Part], currency: str, width: int) -> Figure:
    """Where a candidate's gain comes from: bars that start where the last one ended."""
    step, top, foot = 40, 4, 28
    figure = blank(width, top + step * len(parts) + foot)
    left, right = (230, 84) if width >= WIDE else (128, 66)
    size = 12 if width >= WIDE else 11
    axis = place(figure, left, top, width - left - right, step * len(parts))
    axis.set_ylim(len(parts), 0)
    axis.set_yticks([])
    ends, reached = [0.0], 0.0
    for i, part in enumerate(parts):
        start = 0.0 if part.total else reached
        reached = part.amount if part.total else reached + part.amount
        ends.append(reached)
        colour = INK if part.total else ("#0072B2" if part.amount >= 0 else LOSS)
        axis.barh(i + 0.5, reached - start, left=start, height=0.56, color=colour)
        if not part.total:
            axis.plot([reached, reached], [i + 0.5, i + 1.5], color=QUIET, linewidth=0.8)
        wrapped = textwrap.fill(part.title, 32 if width >= WIDE else 17)
        axis.annotate(
            wrapped,
            (0, i + 0.5),
            (-10, 0),
            xycoords=axis.get_yaxis_transform(),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=size,
            linespacing=1.1,
        )
        axis.annotate(
            part.text,
            (1, i + 0.5),
            (right - 4, 0),
            xycoords=axis.get_yaxis_transform(),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=size,
            color=readable(colour),
        )
    axis.set_xlim(*_span(ends))
    _money_axis(axis, currency, along="x", ticks=5 if width >= WIDE else 3)
    axis.axvline(0, color=INK, linewidth=1.2)
    return figure


def _axis_text(value: float, unit: str) -> str:
    if unit == "share":
        return share(value)
    return f"{value:g}"


def _draw_panel(axis: Axes, panel: Panel, currency: str) -> None:
    for line in panel.lines:
        if line.main:
            axis.fill_between(
                panel.tested, line.low, line.high, color=line.colour, alpha=0.22, linewidth=0
            )
        axis.plot(
            panel.tested,
            line.mean,
            "-o",
            color=line.colour,
            markersize=6 if line.main else 3,
            linewidth=2.4 if line.main else 1.2,
        )
    axis.axhline(0, color=INK, linewidth=1.2)
    axis.axvline(panel.now, color=QUIET, linewidth=1, linestyle=(0, (2, 2)))
    _money_axis(axis, currency, along="y", ticks=4)
    low, high = min(panel.tested), max(panel.tested)
    reach = 0.08 * (high - low) or 1.0
    axis.set_xlim(low - reach, high + reach)
    # Labels only where there is room: the ends, and the scenario's own value between them.
    ticks = [low, high]
    if low + 0.28 * (high - low) < panel.now < high - 0.28 * (high - low):
        ticks.insert(1, panel.now)
    axis.set_xticks(ticks, [_axis_text(tick, panel.unit) for tick in ticks])
    axis.set_title(panel.title, loc="left", fontsize=12, color=INK, pad=8)


def strip(panels: Sequence[Panel], currency: str, width: int) -> Figure:
    """The gain over what we do not know: one panel an axis, all on one money scale."""
    numbers = [
        n
        for p in panels
        for line in p.lines
        for n in (*line.mean, *((*line.low, *line.high) if line.main else ()))
    ]
    limits = _span(numbers)
    many = len(panels)
    if width >= WIDE:
        left, gap, top, height = 58, 18, 30, 170
        figure = blank(width, top + height + 26)
        each = (width - left - gap * many) / many
        axes = [place(figure, left + i * (each + gap), top, each, height) for i in range(many)]
    else:
        left, top, height = 58, 30, 130
        figure = blank(width, many * (top + height + 30))
        axes = [
            place(figure, left, top + i * (top + height + 30), width - left - 14, height)
            for i in range(many)
        ]
    for i, (axis, panel) in enumerate(zip(axes, panels, strict=True)):
        axis.set_ylim(*limits)
        _draw_panel(axis, panel, currency)
        if width >= WIDE and i:
            axis.tick_params(labelleft=False)
    return figure


def causes(panels: Sequence[Cause], width: int) -> Figure:
    """Oversold lines by cause: a panel a cause, a bar a setup, all on one scale."""
    greatest = max([count for panel in panels for count in panel.counts], default=0.0) or 1.0
    rows = max(len(panel.setups) for panel in panels)
    step, top, gap = 40, 26, 20
    wide = width >= WIDE
    figure = blank(width, (top + step * rows + gap) * (1 if wide else len(panels)))
    each = (width - gap * (len(panels) - 1)) / len(panels) if wide else width
    for i, panel in enumerate(panels):
        left = i * (each + gap) if wide else 0
        upper = top + (0 if wide else i * (top + step * rows + gap))
        axis = place(figure, left + 2, upper, each - 4, step * rows)
        axis.set_xlim(0, greatest * 1.3)
        axis.set_ylim(rows, 0)
        axis.set_xticks([])
        axis.set_yticks([])
        axis.set_title(panel.title, loc="left", fontsize=12, color=INK, pad=8)
        for row, (setup, colour, count, text) in enumerate(
            zip(panel.setups, panel.colours, panel.counts, panel.texts, strict=True)
        ):
            axis.barh(row + 0.72, count, height=0.36, color=colour)
            name = textwrap.shorten(setup, 26, placeholder="\u2026")
            axis.annotate(name, (0, row + 0.3), fontsize=11, va="center", color=readable(colour))
            axis.annotate(
                text,
                (count, row + 0.72),
                (5, 0),
                textcoords="offset points",
                fontsize=11,
                va="center",
            )
        axis.axvline(0, color=INK, linewidth=1.2)
    return figure


def fan(cash: Fan, currency: str, width: int) -> Figure:
    """Cumulative cash of the roadmap: half of the runs, nine in ten of them, and the middle."""
    left, top, height, right = 62, 30, 230, 84 if width >= WIDE else 76
    figure = blank(width, top + height + 44)
    axis = place(figure, left, top, width - left - right, height)
    weeks = np.arange(1, len(cash.q50) + 1)
    axis.fill_between(weeks, cash.q05, cash.q95, color=BAND, alpha=0.25, linewidth=0)
    axis.fill_between(weeks, cash.q25, cash.q75, color=BAND, alpha=0.45, linewidth=0)
    axis.plot(weeks, cash.q50, color="#0072B2", linewidth=2.4)
    axis.axhline(0, color=INK, linewidth=1.2)
    low, high = _span([*cash.q05, *cash.q95])
    axis.set_ylim(low, high)
    axis.set_xlim(0, len(weeks))
    _money_axis(axis, currency, along="y", ticks=6)
    axis.xaxis.set_major_locator(MaxNLocator(6 if width >= WIDE else 4, integer=True))
    axis.set_xlabel("week of trading", fontsize=11)
    for number, week in enumerate(cash.phases, start=1):
        axis.axvline(week, color=QUIET, linewidth=1, linestyle=(0, (2, 2)))
        axis.annotate(
            f"{number}",
            (week, 1),
            (0, 6),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="center",
            fontsize=11.5,
        )
    ends = [(cash.q95[-1], "19 of 20"), (cash.q50[-1], "middle"), (cash.q05[-1], "1 of 20")]
    spot = float("inf")
    for value, text in ends:
        # Labels keep 15 px apart where the band is thin.
        spot = min(value, spot - 15 * (high - low) / height)
        axis.annotate(
            text,
            (len(weeks), spot),
            (6, 0),
            textcoords="offset points",
            va="center",
            fontsize=11,
            color=readable("#0072B2"),
        )
    return figure


def fit(stores: Sequence[Fitted], width: int) -> Figure:
    """Baskets by weekday on held-out days: dots observed, line predicted, band 80 % of days."""
    many, wide = len(stores), width >= WIDE
    columns = min(3, many) if wide else 1
    left, top, height, foot, gap = 40, 30, 140, 28, 18
    lines = -(-many // columns)
    figure = blank(width, lines * (top + height + foot))
    each = (width - left - gap * columns) / columns if wide else width - left - 12
    greatest = max([n for s in stores for n in (*s.high, *s.observed)], default=1.0)
    x = np.arange(len(DAYS))
    for i, store in enumerate(stores):
        row, column = divmod(i, columns)
        axis = place(
            figure, left + column * (each + gap), top + row * (top + height + foot), each, height
        )
        axis.fill_between(x, store.low, store.high, color=BAND, alpha=0.3, linewidth=0)
        axis.plot(x, store.predicted, color="#0072B2", linewidth=2)
        axis.plot(x, store.observed, "o", color=INK, markersize=5)
        axis.set_ylim(0, greatest * 1.08)
        axis.set_xlim(-0.4, 6.4)
        axis.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        axis.grid(visible=True, axis="y", color=GRID)
        axis.set_xticks(x, [day[0] for day in DAYS] if wide else DAYS)
        axis.set_title(
            textwrap.shorten(store.store, 24, placeholder="\u2026"),
            loc="left",
            fontsize=12,
            color=INK,
            pad=8,
        )
        if column:
            axis.tick_params(labelleft=False)
    return figure
