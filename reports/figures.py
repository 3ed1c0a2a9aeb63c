"""From a chart's numbers to SVG: one style, drawn twice (wide and narrow), the same bytes always.

`charts` holds the drawings. Text stays text in the SVG, so it can be searched, selected and
translated; its font comes from the page. Titles and notes are HTML, because matplotlib does not
wrap them. Colours are of Okabe & Ito (2008), one per setup everywhere; no chart needs its colour
to be understood.
"""

import io
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reports.numbers import money

WIDE, NARROW = 680, 340  # CSS pixels at which a chart is shown in its own size
INK, QUIET, GRID = "#1f2328", "#5b636d", "#e3e6ea"
LOSS = "#D55E00"
BAND = "#56B4E9"

SETUP_COLOURS = {
    "fragmented": "#8A8F94",
    "multichannel": "#E69F00",
    "omnichannel": "#0072B2",
    "unified": "#009E73",
}
_OTHER_COLOURS = ("#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000")

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,  # two dollar amounts in one text are not a formula
    "svg.hashsalt": "storetwin",
    "font.family": "DejaVu Sans",
    "font.size": 12,
    "text.color": INK,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": QUIET,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.spines.bottom": False,
    "axes.grid": False,
    "grid.color": GRID,
    "grid.linewidth": 1,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "axes.unicode_minus": True,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
}


def style() -> AbstractContextManager[None]:
    """Settings that hold while a chart is drawn and written."""
    context: AbstractContextManager[None] = mpl.rc_context(_STYLE)
    return context


def colours(names: Sequence[str], presets: Sequence[str]) -> dict[str, str]:
    """A colour per setup: its preset's for the first that uses it, others in a fixed order."""
    found: dict[str, str] = {}
    spare = iter(_OTHER_COLOURS * (1 + len(names) // len(_OTHER_COLOURS)))
    for name, preset in zip(names, presets, strict=True):
        wanted = SETUP_COLOURS.get(preset)
        found[name] = next(spare) if wanted is None or wanted in found.values() else wanted
    return found


def contrast(colour: str) -> float:
    """Contrast of *colour* with white (WCAG 2.2, relative luminance)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


def readable(colour: str) -> str:
    """*colour*, darkened until text in it can be read on white (4.5 to 1)."""
    shade = colour
    while contrast(shade) < 4.5:
        red, green, blue = (0.93 * c for c in to_rgb(shade))
        shade = to_hex((red, green, blue))
    return shade


def blank(width: int, height: float) -> Figure:
    """An empty figure whose points are CSS pixels."""
    figure = Figure(figsize=(width / 72, height / 72))
    FigureCanvasSVG(figure)
    return figure


def place(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes at a place given in CSS pixels from the upper left corner."""
    full_width, full_height = figure.get_size_inches() * 72
    return figure.add_axes(
        (
            left / full_width,
            1 - (top + height) / full_height,
            width / full_width,
            height / full_height,
        )
    )


def settle(figure: Figure) -> Figure:
    """*figure* without ticks beyond the limits of their axes: no label belongs to nothing."""
    for axes in figure.axes:
        for scale, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            low, high = sorted(limits)
            ticks = scale.get_ticklocs()
            inside = [tick for tick in ticks if low <= tick <= high]
            if len(inside) < len(ticks):
                scale.set_ticks(inside)
    return figure


def shown_texts(figure: Figure) -> list[Text]:
    """Every text of *figure* that reaches the reader."""
    found: list[Text] = figure.findobj(Text)
    return [text for text in found if text.get_visible() and text.get_text().strip()]


def svg(figure: Figure, prefix: str, label: str) -> str:
    """*figure* as an <svg> element to be put into a page.

    Args:
        figure: drawn under `style`.
        prefix: of every id, so that figures on one page do not collide.
        label: what the chart shows, for those who do not see it; HTML-escaped here.
    """
    stream = io.StringIO()
    nothing: dict[str, Any] = {"Date": None, "Creator": None, "Format": None, "Type": None}
    figure.savefig(stream, format="svg", metadata=nothing)
    text = stream.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r'\bid="', f'id="{prefix}-', text)
    text = re.sub(r"url\(#", f"url(#{prefix}-", text)
    text = re.sub(r'href="#', f'href="#{prefix}-', text)
    # The page chooses the font; sizes stay.
    text = re.sub(r"font: ([0-9.]+px) [^;\"]*", r"font-size: \1", text)
    text = re.sub(
        r"font: (?:(bold|700) )([0-9.]+px) [^;\"]*", r"font-size: \2; font-weight: 600", text
    )
    text = re.sub(r"font-family: [^;\"]*;? ?", "", text)
    head_end = text.index(">")
    box = re.search(r'viewBox="([^"]+)"', text[:head_end])
    assert box is not None
    opening = f'<svg viewBox="{box.group(1)}" role="img" aria-label="{_escaped(label)}"'
    return opening + ' xmlns:xlink="http://www.w3.org/1999/xlink">' + text[head_end + 1 :].strip()


def both(prefix: str, label: str, draw: Callable[[int], Figure]) -> tuple[str, str]:
    """A chart drawn for wide and for narrow screens."""
    with style():
        wide = svg(draw(WIDE), f"{prefix}-w", label)
        narrow = svg(draw(NARROW), f"{prefix}-n", label)
    return wide, narrow


def _escaped(text: str) -> str:
    return (
        text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    )


def brief(amount: float, currency: str) -> str:
    """Money for an axis: $14k, $1.2m."""
    for size, letter in ((1e6, "m"), (1e3, "k")):
        if abs(amount) >= size:
            number = amount / size
            step = 1.0 if abs(number - round(number)) < 0.05 else 0.1
            text = money(number, currency, 1.0 if step == 1.0 else 0.1)
            return text + letter
    return money(amount, currency)


def shortened(text: str, room: float, size: float) -> str:
    """*text*, cut where it is wider than *room* CSS pixels at *size*."""
    font = FontProperties(family="DejaVu Sans", size=size)

    def wide(words: str) -> float:
        return float(text_to_path.get_text_width_height_descent(words, font, ismath=False)[0])

    text = " ".join(text.split())
    kept = text
    while kept and wide(kept) > 0.95 * room:  # hinting makes words a little wider than measured
        text = text[:-1].rstrip()
        kept = f"{text}\u2026" if text else ""
    return kept


def money_axis(axis: Axes, currency: str, *, along: str, ticks: int) -> None:
    """Ticks and grid of money *along* "x" or "y"; at most about *ticks* of them."""
    scale = axis.xaxis if along == "x" else axis.yaxis
    scale.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10]))
    scale.set_major_formatter(FuncFormatter(lambda amount, _: brief(amount, currency)))
    axis.grid(visible=True, axis="x" if along == "x" else "y", color=GRID)
    axis.set_axisbelow(True)


def span(numbers: Sequence[float], margin: float = 0.06) -> tuple[float, float]:
    """Limits that hold all finite *numbers* and zero."""
    known = [n for n in numbers if np.isfinite(n)]
    low, high = min([*known, 0.0]), max([*known, 0.0])
    if low == high:
        return -1.0, 1.0
    return low - margin * (high - low), high + margin * (high - low)
