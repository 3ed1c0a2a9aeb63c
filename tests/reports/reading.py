"""Reads a report as a stranger would: from its HTML alone."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "hr", "input", "wbr"}


@dataclass
class Shown:
    """One number as the page shows it."""

    key: str
    value: str
    text: str = ""


@dataclass
class Page(HTMLParser):
    """What stands on a page.

    Attributes:
        numbers: every <data>, in order.
        prose: text of the owner's section outside of numbers, names and drawings.
        words: all text of the owner's section.
        ids: every id in the document.
        tags: every tag in the document.
        attributes: every attribute name in the document.
    """

    html: str
    numbers: list[Shown] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    headline: str = ""
    ids: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    names: list[str] = field(default_factory=list)
    _stack: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)
        assert not self._stack, self._stack

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element; what it is decides how its text is read."""
        given = dict(attrs)
        self.tags.add(tag)
        self.attributes |= set(given)
        if "id" in given:
            self.ids.append(str(given["id"]))
        mark = ""
        if tag == "data":
            self.numbers.append(Shown(str(given["data-key"]), str(given["value"])))
            mark = "number"
        elif "data-name" in given:
            self.names.append("")
            mark = "name"
        elif tag in ("svg", "style"):
            mark = "drawing"
        elif given.get("class") == "owner":
            mark = "owner"
        elif tag == "h1":
            mark = "headline"
        if tag not in VOID:
            self._stack.append((tag, mark))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element of a drawing that closes itself."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [str(value) for name, value in attrs if name == "id"]

    def handle_endtag(self, tag: str) -> None:
        """Leave the innermost element of this name; li, p and table parts may be left open."""
        while self._stack:
            closed, _ = self._stack.pop()
            if closed == tag:
                return

    def handle_data(self, data: str) -> None:
        """Text, by where it stands."""
        marks = {mark for _, mark in self._stack}
        if "number" in marks:
            self.numbers[-1].text += data
        elif "name" in marks:
            self.names[-1] += data
        elif "owner" in marks and "drawing" not in marks:
            self.prose.append(data)
        if "owner" in marks and "drawing" not in marks:
            self.words.append(data)
        if "headline" in marks:
            self.headline += data

    def text(self) -> str:
        """All of the owner's page on one line."""
        return " ".join("".join(self.words).split())
