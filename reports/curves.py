"""Drawings of what moves along an axis or in time: `strip`, `fan`, `fit`."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reports.figures import (
    BAND,
    GRID,
    INK,
    QUIET,
    WIDE,
    blank,
    money_axis,
    place,
    readable,
    settle,
    shortened,
    span,
)
from reports.numbers import share
from reports.shapes import Fan, Fitted, Line, Panel

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


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
    money_axis(axis, currency, along="y", ticks=4)
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
    limits = span(numbers)
    many = len(panels)
    names = 96  # room for the setups' names beside the last panel, or the first of a column
    if width >= WIDE:
        left, gap, top, height = 52, 18, 30, 170
        figure = blank(width, top + height + 26)
        each = (width - left - names - gap * (many - 1)) / many
        axes = [place(figure, left + i * (each + gap), top, each, height) for i in range(many)]
    else:
        left, top, height = 52, 30, 130
        figure = blank(width, many * (top + height + 30))
        axes = [
            place(figure, left, top + i * (top + height + 30), width - left - names, height)
            for i in range(many)
        ]
    for i, (axis, panel) in enumerate(zip(axes, panels, strict=True)):
        axis.set_ylim(*limits)
        _draw_panel(axis, panel, currency)
        if width >= WIDE and i:
            axis.tick_params(labelleft=False)
    named = -1 if width >= WIDE else 0
    _name_lines(axes[named], panels[named].lines, height, names - 8)
    return settle(figure)


def _name_lines(axis: Axes, lines: Sequence[Line], height: float, room: float) -> None:
    """The setups' names where their lines end, pushed apart until they can be read."""
    low, high = axis.get_ylim()
    apart = 15 * (high - low) / height
    ends = sorted(((line.mean[-1], line) for line in lines), key=lambda end: -end[0])
    spots: list[float] = []
    for value, _ in ends:
        spots.append(min(value, spots[-1] - apart) if spots else value)
    # Pushed below the axis: move the whole pile up.
    rise = max(0.0, low + apart / 2 - spots[-1]) if spots else 0.0
    for (_, line), spot in zip(ends, spots, strict=True):
        axis.annotate(
            shortened(line.title, room, 11),
            (1, spot + rise),
            (4, 0),
            xycoords=axis.get_yaxis_transform(),
            textcoords="offset points",
            va="center",
            fontsize=11,
            color=readable(line.colour),
            fontweight="bold" if line.main else "normal",
        )


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
    low, high = span([*cash.q05, *cash.q95])
    axis.set_ylim(low, high)
    axis.set_xlim(0, len(weeks))
    money_axis(axis, currency, along="y", ticks=6)
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
    return settle(figure)


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
            shortened(store.store, each, 12),
            loc="left",
            fontsize=12,
            color=INK,
            pad=8,
        )
        if column:
            axis.tick_params(labelleft=False)
    return settle(figure)
