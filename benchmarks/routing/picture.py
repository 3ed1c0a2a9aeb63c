"""Two pictures of the routing lab, each as SVG and PNG.

regret   how far each policy is from the optimum, a dot a case
map      one worked case: who gets a parcel from where, under four policies

Colours are of Okabe & Ito (2008); marks differ in shape as well, so that no picture needs them.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Transform

from benchmarks.routing.cases import SIDE_KM, Case
from benchmarks.routing.lab import Day, Outcome, total
from benchmarks.routing.optimum import best
from benchmarks.routing.plans import Served, cost, used
from benchmarks.routing.policies import CHAINS
from benchmarks.routing.summary import each_order, whole_day
from benchmarks.routing.worked import ARTICLES, CUSTOMERS, PLACES, worked_case
from reports.figures import INK, QUIET, WIDE, blank, place, readable, style

AMPLE, TIGHT, MEAN = "#0072B2", "#D55E00", INK
OF_CUSTOMER = ("#0072B2", "#D55E00", "#009E73")
DASHES: tuple[str | tuple[int, tuple[int, int]], ...] = ("-", (0, (5, 2)), (0, (1, 1)))
DRAWN = ("nearest", "fewest splits", "lowest cost")
GOLDEN = 0.618_033_988_75  # dots spread by its multiples never line up


def write(found: Outcome, folder: Path) -> list[Path]:
    """Draw both pictures into *folder*; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    drawings: dict[str, Callable[[], Figure]] = {"regret": lambda: regret(found), "map": worked_map}
    for name, draw in drawings.items():
        with style():
            figure = draw()
            for kind in ("svg", "png"):
                path = folder / f"routing-{name}.{kind}"
                nothing = {"Date": None} if kind == "svg" else {"Software": None}
                figure.savefig(path, dpi=144, facecolor="white", metadata=nothing)
                written.append(path)
    return written


def regret(found: Outcome) -> Figure:
    """A row a policy; left what an order cost too much, right what the day did."""
    rows = list(found.days.items())
    step, top, left, gap = 38, 92, 190, 64
    width = WIDE + 360
    figure = blank(width, top + step * len(rows) + 56)
    wide = (width - left - 2 * gap) / 2
    panels = (
        ("Each order", "above the cheapest way from the stock that it met", _of_orders, each_order),
        ("Whole day", "above the plan of one who knew all orders", _of_day, whole_day),
    )
    highest = max((v for _, days in rows for day in days for v in (_of_orders(day), _of_day(day))))
    for column, (title, words, measure, figures) in enumerate(panels):
        axes = place(figure, left + column * (wide + gap), top, wide, step * len(rows))
        _scale(axes, highest, len(rows))
        axes.text(0, -0.75, title, fontsize=13, weight="bold")
        axes.text(0, -0.25, words, fontsize=11, color=QUIET)
        axes.text(1.03, -0.25, "mean", fontsize=11, color=QUIET, transform=_across(axes))
        for row, (name, days) in enumerate(rows):
            mean = figures(days)["mean"]
            _strip(axes, row, days, [measure(day) for day in days], mean)
            axes.text(1.03, row + 0.5, f"{mean / 100:.2f}", va="center", transform=_across(axes))
            if column == 0:
                axes.text(-0.03, row + 0.5, name, ha="right", va="center", transform=_across(axes))
        axes.set_xlabel("money an order (the scale is stretched near zero)", fontsize=11)
    figure.legend(
        handles=[
            Line2D([], [], ls="", marker="o", mfc=AMPLE, mec="none", label="a case, ample stock"),
            Line2D([], [], ls="", marker="^", mfc="none", mec=TIGHT, label="a case, tight stock"),
            Line2D([], [], ls="", marker="D", mfc=MEAN, mec="white", ms=9, label="mean"),
            Line2D(
                [], [], ls="", marker="|", mec=MEAN, ms=13, mew=2, label="nine in ten are below"
            ),
        ],
        loc="upper left",
        bbox_to_anchor=((left - 12) / width, 1.0),
        ncols=4,
        frameon=False,
        fontsize=11,
        handletextpad=0.2,
    )
    return figure


def _across(axes: Axes) -> Transform:
    """Along: a share of the width of *axes*; down: its rows."""
    return axes.get_yaxis_transform()


def _of_orders(day: Day) -> float:
    """Mean regret of the orders of a case that could be served."""
    return float(np.mean([r.regret_minor for r in day.replies if r.possible] or [0]))


def _of_day(day: Day) -> float:
    return day.regret_minor


def _scale(axes: Axes, highest: float, rows: int) -> None:
    """A square-root axis of money, which shows small regrets and large ones."""
    axes.set_xscale("function", functions=(lambda x: np.sqrt(np.maximum(x, 0)), np.square))
    ticks = [tick for tick in (0, 0.25, 1, 2.5, 5, 10, 20, 40, 80) if 100 * tick <= highest]
    axes.set_xlim(0, max(1.0, highest) * 1.05)
    axes.set_xticks([100 * tick for tick in ticks], [f"{tick:g}" for tick in ticks])
    axes.set_ylim(rows, 0)
    axes.set_yticks([])
    axes.grid(visible=True, axis="x")
    axes.set_axisbelow(True)


def _strip(axes: Axes, row: int, days: Sequence[Day], values: Sequence[float], mean: float) -> None:
    """The cases of one policy as dots, their mean and the value that nine in ten stay below."""
    if not days:
        return
    spread = row + 0.2 + 0.6 * (np.arange(len(days)) * GOLDEN % 1.0)
    tight = np.array([day.tight for day in days])
    shown = np.asarray(values)
    axes.plot(
        shown[~tight], spread[~tight], "o", mfc=AMPLE, mec="none", ms=4.5, alpha=0.6, clip_on=False
    )
    axes.plot(
        shown[tight], spread[tight], "^", mfc="none", mec=TIGHT, ms=4.5, alpha=0.8, clip_on=False
    )
    axes.plot([np.percentile(shown, 90)], [row + 0.5], "|", mec=MEAN, ms=20, mew=2)
    axes.plot([mean], [row + 0.5], "D", mfc=MEAN, mec="white", ms=9, clip_on=False)


def worked_map() -> Figure:
    """The worked case four times: three chains on the engine, and the optimum."""
    case = worked_case()
    plans = {chain.name: chain.play(case).plans for chain in CHAINS if chain.name in DRAWN}
    optimum = best(case, case.orders, case.stock, may_refuse=True)
    assert optimum is not None, "refusing everything is always a plan"
    cheapest = total(case, optimum)
    side, tall, gap, top, foot = 480, 400, 30, 44, 84
    figure = blank(2 * side + 3 * gap, 2 * (top + tall + foot))
    drawn = [(name, plans[name]) for name in DRAWN] + [("the best possible", optimum)]
    for number, (name, chosen) in enumerate(drawn):
        down, right = divmod(number, 2)
        above = top + down * (top + tall + foot)
        axes = place(figure, gap + right * (side + gap), above, side, tall)
        paid = total(case, chosen)
        more = "" if paid == cheapest else f", {100 * (paid - cheapest) / cheapest:.0f} % too much"
        parcels = sum(len(used(plan)) for plan in chosen)
        axes.set_title(
            f"{name[0].upper()}{name[1:]}: {paid / 100:.2f} in {parcels} parcels{more}",
            loc="left",
            fontsize=13,
            weight="bold",
        )
        _ground(axes, case)
        for order, plan in enumerate(chosen):
            _parcels(axes, case, order, plan)
    return figure


def _ground(axes: Axes, case: Case) -> None:
    """Places with their stock in the morning, and customers."""
    axes.set_xlim(-6, SIDE_KM + 4)
    axes.set_ylim(2, SIDE_KM + 2)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.patch.set_facecolor("#F7F8F9")
    for location, (x, y) in enumerate(case.places):
        axes.plot([x], [y], "s", color=INK, ms=13, zorder=4)
        stock = enumerate(case.stock[location].tolist())
        below = y < SIDE_KM / 4  # arrows come from above there
        _label(
            axes,
            x,
            y - 4 if below else y + 4,
            f"{PLACES[location]}\nhas {_content(stock)}",
            INK,
            "top" if below else "bottom",
        )
    for number, order in enumerate(case.orders):
        x, y = case.customers[order.zone]
        axes.plot([x], [y], "o", color=OF_CUSTOMER[number], ms=13, zorder=4)
        _label(axes, x, y - 4, CUSTOMERS[number], OF_CUSTOMER[number])


def _parcels(axes: Axes, case: Case, number: int, plan: Served) -> None:
    """A line a parcel; below the map what is in them."""
    order = case.orders[number]
    end = case.customers[order.zone]
    said = []
    for location in used(plan):
        axes.annotate(
            "",
            end,
            case.places[location],
            arrowprops={
                "arrowstyle": "-|>",
                "color": OF_CUSTOMER[number],
                "linewidth": 2.8,
                "linestyle": DASHES[number],
                "shrinkA": 9,
                "shrinkB": 9,
            },
            zorder=3,
        )
        taken = (
            (sku, units) for (sku, origin), units in (plan or {}).items() if origin == location
        )
        said.append(f"{_content(sorted(taken))} from the {PLACES[location]}")
    axes.annotate(
        f"{CUSTOMERS[number]} {cost(case, order, plan) / 100:.2f}: {'; '.join(said)}",
        (0, 0),
        (2, -16 - 18 * number),
        xycoords="axes fraction",
        textcoords="offset points",
        color=readable(OF_CUSTOMER[number]),
        fontsize=11.5,
    )


def _content(units_by_sku: Iterable[tuple[int, int]]) -> str:
    """Articles as people count them: 2 shirts, 1 cap."""
    return ", ".join(
        f"{units} {ARTICLES[sku]}{'s' if units > 1 else ''}" for sku, units in units_by_sku if units
    )


def _label(axes: Axes, x: float, y: float, text: str, colour: str, va: str = "top") -> None:
    """Text on a plate, so that lines behind it do not cross the letters."""
    axes.text(
        x,
        y,
        text,
        color=readable(colour),
        ha="center",
        va=va,
        fontsize=11.5,
        zorder=5,
        linespacing=1.15,
        bbox={"facecolor": "#F7F8F9", "edgecolor": "none", "pad": 1.0},
    )
