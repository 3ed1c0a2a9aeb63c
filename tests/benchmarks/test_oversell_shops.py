"""The shops of the oversell lab: each has a story, and the lab names none of them."""

import re
from pathlib import Path

import pytest

from benchmarks.oversell import shops
from benchmarks.oversell.registry import ENGINE, Entry, found
from storetwin_contract import Capability, Line, Request, Verb

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = found()
WRONG = [entry for entry in ENTRIES.values() if not entry.sound]
SOURCE = re.compile(r"#\d{2,}|PR \d+|django-oscar|Medusa|Saleor|Spree|Odoo|Bagisto")


def test_there_are_enough() -> None:
    """At least twelve shops are wrong, and two are right: the engine, and one in their style."""
    assert len(WRONG) >= 12
    assert [entry.name for entry in ENTRIES.values() if entry.sound] == [ENGINE, "row_lock"]


@pytest.mark.parametrize("entry", WRONG, ids=lambda entry: entry.name)
def test_a_wrong_shop_tells_its_story(entry: Entry) -> None:
    """What is wrong is said in words, with the public systems that show it."""
    assert len(entry.story) > 150
    assert SOURCE.search(entry.story)


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.name)
def test_a_shop_can_be_used(entry: Entry) -> None:
    """Where nothing special happens every shop is right: what is there is sold, once."""
    shop = entry.open()
    sku = shop.fresh_sku({"east": 2, "west": 0})
    shop.wait(10)

    def ask(verb: Verb, key: str, of: str = "") -> tuple[bool, str]:
        lines = (Line(sku, 1, "east", 500, 0),)
        reply = shop.do(Request(verb, key, lines, of=of, party="buyer 1"))
        shop.wait(10)
        return reply.accepted, reply.id

    accepted, order = ask(Verb.PLACE, "first")
    assert accepted
    assert shop.shown(sku, "till", "east") == 1
    assert ask(Verb.PLACE, "second")[0]
    assert not ask(Verb.PLACE, "third")[0]
    assert ask(Verb.FULFIL, "sent", of=order)[0]
    assert [line.fulfilled for line in shop.order(order)] == [1]
    assert Capability.WHOLE_ORDERS in shop.capabilities
    late = shop.do(Request(Verb.CANCEL, "late", of=order, party="buyer 1"))
    assert not late.accepted, "nothing is left to cancel"
    assert Capability.RACE in shop.capabilities


def test_no_check_names_a_mistake() -> None:
    """Nothing in the contract knows the name or the title of a shop."""
    files = sorted((ROOT / "contract").rglob("*.py"))
    assert files
    text = "\n".join(path.read_text(encoding="utf-8") for path in files).lower()
    for entry in WRONG:
        for name in (entry.name, entry.title.lower()):
            assert not re.search(rf"\b{re.escape(name)}\b", text), name


def test_the_lab_does_not_say_what_catches_what() -> None:
    """No file of the lab names a property: a mistake is caught by whichever fails."""
    for path in sorted((ROOT / "benchmarks" / "oversell").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\bP\d{1,2}\b", text), path
        names = [entry.name for entry in WRONG if entry.name in text.split("shops.")[0]]
        assert not names or path.parent.name == "shops", f"{path} names {names}"


def test_a_shop_that_is_dropped_in_is_in_the_lab(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing lists the shops: a new file is enough."""
    story = '"""Dropped in.\n\nSells everything.\n"""\n'
    code = "from benchmarks.oversell.shops.row_lock import open_shop\n"
    (tmp_path / "dropped_in.py").write_text(story + code, encoding="utf-8")
    monkeypatch.setattr(shops, "__path__", [*shops.__path__, str(tmp_path)])
    entry = found()["dropped_in"]
    assert (entry.title, entry.story, entry.sound) == ("Dropped in", "Sells everything.", False)
    assert entry.open().locations()
