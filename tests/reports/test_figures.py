"""Charts: text stays inside and apart, colours can be read, equal numbers give equal bytes."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from reports import charts, curves
from reports.figures import (
    NARROW,
    SETUP_COLOURS,
    WIDE,
    both,
    colours,
    contrast,
    readable,
    shortened,
    shown_texts,
    style,
)
from reports.shapes import Cause, Fan, Fitted, Gain, Line, Panel, Part

LONG = "Everything on one platform with electronic labels and a very long name indeed"
NAMES = ("Fragmented", "Multichannel", "Omnichannel", LONG)
SHADES = tuple(SETUP_COLOURS.values())

GAINS = [
    Gain(title, shade, mean, mean - half, mean + half, text)
    for title, shade, mean, half, text in zip(
        NAMES, SHADES, (-91000.0, 400.0, 14300.0, 0.0), (30000.0, 900.0, 500.0, 0.0),
        ("\u2212$91,000", "+$400", "+$14,300", "$0"), strict=True,
    )
]  # fmt: skip
PARTS = [
    Part("Gross profit", 25600.0, "+$25,600"),
    Part("Oversold goods bought later", -5000.0, "\u2212$5,000"),
    Part("Handling of oversold orders", 6740.0, "+$6,740"),
    Part("Work by hand", 8000.0, "+$8,000"),
    Part("Holding and losing stock", -500.0, "\u2212$500"),
    Part("The setup itself", -41790.0, "\u2212$41,790"),
    Part("Operating profit", -6950.0, "\u2212$6,950", total=True),
]
PANELS = [
    Panel(title, unit, tested, now, tuple(
        Line(name, shade, tuple(-2000.0 + 900 * i for i in range(len(tested))),
             tuple(-3000.0 + 900 * i for i in range(len(tested))),
             tuple(-1000.0 + 900 * i for i in range(len(tested))), main)
        for name, shade, main in zip(NAMES, SHADES, (False, False, True, False), strict=True)
    ))
    for title, unit, tested, now in (
        ("Orders from the web", "share", (0.01, 0.03, 0.06, 0.12, 0.2, 0.35), 0.2),
        ("Safety stock factor", "factor", (0.0, 0.5, 1.5), 0.5),
        ("Customers multiplied by", "times", (12.5, 25.0, 50.0), 25.0),
    )
]  # fmt: skip
CAUSES = [
    Cause(title, NAMES, SHADES, (1234.0, 137.0, 0.8, 0.0), ("1,230", "137", "0.80", "0"))
    for title in ("Web shop saw old stock", "Stock record was wrong", "Taken in the store first")
]


def path(shift: float) -> tuple[float, ...]:
    """Cash that rises by a hundred a week and falls once."""
    return tuple(shift + 100.0 * week - 20000 * (week > 17) for week in range(26))


FAN = Fan(path(-900), path(-400), path(0), path(400), path(900), phases=(3, 9, 18))
FITTED = [
    Fitted(name, (40.0,) * 7, (42.0, 44.0, 41.0, 40.0, 60.0, 90.0, 70.0), (30.0,) * 7, (120.0,) * 7)
    for name in ("store-367", "store-406", LONG)
]
DRAWINGS: dict[str, Callable[[int], Figure]] = {
    "gains": lambda width: charts.gains(GAINS, "USD", width),
    "waterfall": lambda width: charts.waterfall(PARTS, "USD", width),
    "causes": lambda width: charts.causes(CAUSES, width),
    "strip": lambda width: curves.strip(PANELS, "USD", width),
    "fan": lambda width: curves.fan(FAN, "USD", width),
    "fit": lambda width: curves.fit(FITTED, width),
}
CASES = [(name, width) for name in DRAWINGS for width in (WIDE, NARROW)]


def boxes(figure: Figure) -> list[tuple[Text, Any]]:
    """Every text with the box it fills, in CSS pixels."""
    figure.set_dpi(72)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    found = [(text, text.get_window_extent(renderer)) for text in shown_texts(figure)]
    return [(text, box) for text, box in found if box.width > 0]


@pytest.mark.parametrize(("name", "width"), CASES)
def test_no_text_leaves_its_chart(name: str, width: int) -> None:
    """Every label lies inside the figure, wide and narrow, long names included."""
    with style():
        figure = DRAWINGS[name](width)
        outside = [
            (text.get_text(), box.extents)
            for text, box in boxes(figure)
            if box.x0 < -1 or box.y0 < -1
            or box.x1 > figure.bbox.width + 1 or box.y1 > figure.bbox.height + 1
        ]  # fmt: skip
    assert outside == []


@pytest.mark.parametrize(("name", "width"), CASES)
def test_no_two_texts_overlap(name: str, width: int) -> None:
    """Labels can be read: none lies on another."""
    with style():
        found = boxes(DRAWINGS[name](width))
    overlapping = [
        (one.get_text(), other.get_text())
        for i, (one, box) in enumerate(found)
        for other, place in found[i + 1 :]
        if min(box.x1, place.x1) - max(box.x0, place.x0) > 1
        and min(box.y1, place.y1) - max(box.y0, place.y0) > 2
    ]
    assert overlapping == []


@pytest.mark.parametrize(("name", "width"), CASES)
def test_no_text_is_too_small_to_read(name: str, width: int) -> None:
    """At its own size no label is smaller than 11 CSS pixels, 8.25 points."""
    with style():
        assert min(float(text.get_fontsize()) for text, _ in boxes(DRAWINGS[name](width))) >= 11


def test_an_overflowing_text_would_be_found() -> None:
    """The boxes above are those of the text: one at the edge leaves the figure."""
    with style():
        figure = DRAWINGS["fan"](NARROW)
        figure.text(0.98, 0.5, "leaves the figure")
        assert any(box.x1 > figure.bbox.width + 1 for _, box in boxes(figure))


def drawn(name: str) -> Sequence[str]:
    """Both SVGs of a drawing."""
    return both(name, f"A chart of {name}", DRAWINGS[name])


@pytest.mark.parametrize("name", sorted(DRAWINGS))
def test_an_svg_is_text_and_the_same_each_time(name: str) -> None:
    """Words are text elements, not outlines; no date, no font of our own, equal bytes."""
    first = drawn(name)
    assert first == drawn(name)
    for svg in first:
        assert "<text" in svg
        assert "font-family" not in svg
        assert "DejaVu" not in svg
        assert "<metadata" not in svg
        assert 'role="img"' in svg
        ids = re.findall(r'\bid="([^"]+)"', svg)
        assert len(ids) == len(set(ids))
        assert all(found.startswith(name) for found in ids)


def test_wide_and_narrow_share_no_id() -> None:
    """Both stand on one page; one of them is hidden."""
    wide, narrow = drawn("strip")
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (wide, narrow)]
    assert not ids[0] & ids[1]


def test_a_label_is_escaped() -> None:
    """What a chart shows may name a setup, and a setup may be named anything."""
    wide, _ = both("x", '"><script>', DRAWINGS["gains"])
    assert "<script>" not in wide


def test_each_setup_keeps_its_colour() -> None:
    """Presets have fixed colours; others get colours of their own."""
    found = colours(("fragmented", "mine", "unified", "other"), ("fragmented", "", "unified", ""))
    assert found["fragmented"] == SETUP_COLOURS["fragmented"]
    assert found["unified"] == SETUP_COLOURS["unified"]
    assert len(set(found.values())) == 4


@pytest.mark.parametrize("colour", [*SHADES, "#F0E442", "#56B4E9"])
def test_words_in_a_colour_can_be_read_on_white(colour: str) -> None:
    """WCAG's 4.5 to 1, by darkening; a dark colour stays as it is."""
    assert contrast(readable(colour)) >= 4.5
    assert readable("#000000") == "#000000"


def test_a_long_name_is_cut_to_its_room() -> None:
    """A name that fits is kept whole; one that does not ends in an ellipsis."""
    assert shortened("Unified", 200, 12) == "Unified"
    cut = shortened(LONG, 100, 12)
    assert cut.endswith("\u2026")
    assert 5 < len(cut) < 20
