"""The scenario that the tests change: a corner shop, as a file that can be edited line by line."""

from pathlib import Path

CORNER = (Path(__file__).parent / "corner.yaml").read_text(encoding="utf-8")


def changed(*edits: tuple[str, str]) -> str:
    """The corner shop with the first of each pair replaced by the second; it must be there once."""
    text = CORNER
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in corner.yaml"
        text = text.replace(old, new)
    return text
