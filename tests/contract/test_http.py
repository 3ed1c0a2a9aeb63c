"""An inventory behind HTTP is put to the same properties, by real threads over real sockets."""

from collections.abc import Iterator

import pytest

from storetwin_contract import Capability, Line, Meaning, Message, Outcome, Request, Verb, check
from storetwin_contract.http import HttpInventory, ShimFailed
from tests.contract.broken import TellsOnHand
from tests.contract.reference import Reference
from tests.contract.shim import Served, ServedWithoutLock, serving


@pytest.fixture
def shop() -> Iterator[HttpInventory]:
    """The reference inventory over HTTP."""
    with serving(Served(Reference())) as address, HttpInventory(address) as inventory:
        yield inventory


def test_all_methods_pass_the_wire(shop: HttpInventory) -> None:
    """Every property can be put through HTTP, and none fails for it."""
    report = check(lambda: shop, seed=1, examples=3, budget_s=120)
    assert {result.outcome for result in report.results} == {Outcome.PASSED}, report.text()


def test_what_is_sent_is_what_arrives(shop: HttpInventory) -> None:
    """Quantities, locations, versions and meanings survive JSON."""
    sku = shop.fresh_sku({"north": 3, "south": 1})
    order = Request(Verb.PLACE, "k-1", (Line(sku, 2, "north", 999),), party="buyer 1")
    reply = shop.do(order)
    assert reply.accepted
    assert shop.do(order) == reply
    assert shop.level(sku, "north").committed == 2
    assert shop.order(reply.id)[0].amount_minor == 999
    assert shop.shown(sku, "web") == 2
    assert shop.sent()[-1].meaning is Meaning.ABSOLUTE
    shop.deliver(Message("m-1", sku, "south", 5, Meaning.ABSOLUTE, 1, "other"))
    assert shop.level(sku, "south").on_hand == 5
    shop.reconcile({(sku, "south"): 4})
    assert shop.level(sku, "south").on_hand == 4
    assert shop.knows("buyer 1")
    shop.erase("buyer 1")
    assert not shop.knows("buyer 1")


def test_real_threads_find_a_real_race() -> None:
    """A server that reads before it writes oversells to clients that come at once."""
    with serving(ServedWithoutLock(Reference())) as address, HttpInventory(address) as shop:
        report = check(lambda: shop, seed=1, examples=30, budget_s=20, properties=["P1.race"])
    result = report.of("P1.race")
    assert result.outcome is Outcome.FAILED, report.text()
    assert "at once:" in " ".join(result.history)


def test_a_defect_is_found_through_the_wire() -> None:
    """A defect that is no race is found and shrunk as if the inventory were here."""
    with serving(Served(TellsOnHand())) as address, HttpInventory(address) as shop:
        report = check(lambda: shop, seed=1, examples=30, budget_s=30, properties=["P10.sent"])
    assert "what is promised is offered again" in report.of("P10.sent").history[-1]


def test_a_shim_that_cannot_answer_is_named(shop: HttpInventory) -> None:
    """What the shim does not know, and a server that is not there, is an error with its path."""
    with pytest.raises(ShimFailed, match="POST order: 404"):
        shop.order("no such order")
    with pytest.raises(ShimFailed, match="POST about: ConnectError"):
        HttpInventory("http://127.0.0.1:9")


def test_clients_may_be_kept_from_coming_at_once() -> None:
    """Who cannot have races on a shared system leaves them out, and the report says so."""
    alone = Reference()
    alone.capabilities = Reference.capabilities - {Capability.RACE}
    with serving(Served(alone)) as address:
        with HttpInventory(address, race=False) as shop:
            assert Capability.RACE not in shop.capabilities
        with HttpInventory(address) as shop:
            assert Capability.RACE in shop.capabilities
