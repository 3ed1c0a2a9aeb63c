"""Drawings of amounts: `gains`, `waterfall`, `causes`.

Each drawing takes the numbers of one chart and a width, and fills a figure. Every chart says one
thing: which setup earns more, where the money comes from, why orders are oversold. What moves
along an axis is in `curves`.
"""

import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.figures import (
    INK,
    LOSS,
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
from reports.shapes import Cause, Gain, Part


def gains(rows: Sequence[Gain], currency: str, width: int) -> Figure:
    """Differences to today as dots with intervals; the zero line is today."""
    step, top, foot = 58, 6, 30
    figure = blank(width, top + step * len(rows) + foot)
    axis = place(figure, 8, top, width - 16, step * len(rows))
    axis.set_ylim(len(rows), 0)
    axis.set_yticks([])
    axis.set_xlim(*span([n for row in rows for n in (row.low, row.mean, row.high)]))
    money_axis(axis, currency, along="x", ticks=6 if width >= WIDE else 4)
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
        name = shortened(row.title, width - 130, 12.5)
        # Names may stand on the zero line; white behind them keeps both readable.
        plate = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        axis.text(
            0,
            i + 0.3,
            name,
            transform=axis.get_yaxis_transform(),
            ha="left",
            va="center",
            color=readable(row.colour),
            fontsize=12.5,
            bbox=plate,
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
            bbox=plate,
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
    axis.set_xlim(*span(ends))
    money_axis(axis, currency, along="x", ticks=5 if width >= WIDE else 3)
    axis.axvline(0, color=INK, linewidth=1.2)
    return settle(figure)


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
            axis.annotate(
                shortened(setup, each - 12, 11),
                (0, row + 0.3),
                (5, 0),
                textcoords="offset points",
                fontsize=11,
                va="center",
                color=readable(colour),
            )
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
