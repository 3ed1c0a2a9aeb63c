"""The engine of the oversell lab tells other systems what it sells, and hears what they say."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from benchmarks.oversell.engine_desk import CHANNELS, LOCATIONS, number_of
from benchmarks.oversell.engine_outbox import Outbox, was_told
from benchmarks.oversell.engine_shop import EngineShop
from core.schema import COMMAND, EVENT, Disposition, Kind, Operation, Reason
from storetwin_contract import Outcome, check
from storetwin_contract.properties.catalogue import PROPERTIES
from storetwin_contract.protocol import Capability, Line, Meaning, Message, Request, Verb
from tests.benchmarks.oversell_engines import THERE, WRONG

SEED = 20_262
BUDGET_S = 300.0  # far more than is needed: time must not decide what a test sees
EXAMPLES = 40
MESSAGES = {Capability.MESSAGES, Capability.RECONCILE, Capability.OUTBOX}
ABOUT_MESSAGES = [one.id for one in PROPERTIES if one.needs & MESSAGES]
EAST = "east"


class Talk:
    """A shop with one sku in the east, requests to it, and messages about it."""

    def __init__(self, units: int) -> None:
        self.shop = EngineShop()
        self.sku = self.shop.fresh_sku({EAST: units})
        self.keys = 0

    def ask(self, verb: Verb, units: int = 0, of: str = "", ttl_s: float = 600.0) -> str:
        """One request, which must be accepted; what came to be."""
        self.keys += 1
        lines = (Line(self.sku, units, EAST),) if units else ()
        reply = self.shop.do(Request(verb, f"key-{self.keys}", lines, of=of, ttl_s=ttl_s))
        assert reply.accepted, reply.reason
        return reply.id

    def hear(self, name: str, quantity: int, version: int, meaning: Meaning) -> None:
        """A message of the other system arrives."""
        self.shop.deliver(Message(name, self.sku, EAST, quantity, meaning, version, THERE))

    def told(self) -> list[int]:
        """What other systems were told so far, first to last."""
        return [message.quantity for message in self.shop.sent()]

    @property
    def on_hand(self) -> int:
        """What stands there by the record."""
        return self.shop.level(self.sku, EAST).on_hand


# --- what goes out ------------------------------------------------------------------------------


def test_the_engine_offers_all_that_the_contract_knows() -> None:
    """No property of the contract is left out for it."""
    assert EngineShop.capabilities == frozenset(Capability)
    assert len(ABOUT_MESSAGES) == 5


def test_what_can_be_sold_is_told_once_for_each_change_of_it() -> None:
    """Promises and facts change it; what only moves units that are promised does not."""
    talk = Talk(5)
    assert talk.told() == [5]
    cart = talk.ask(Verb.RESERVE, 2)
    assert talk.told() == [5, 3]
    order = talk.ask(Verb.PLACE, 2, of=cart)
    assert talk.told() == [5, 3], "what the cart let go the order took, at once"
    talk.ask(Verb.FULFIL, of=order)
    assert talk.told() == [5, 3], "it was promised before it left"
    talk.ask(Verb.RESERVE, 1, ttl_s=60)
    talk.shop.wait(61)
    assert talk.told() == [5, 3, 2, 3], "the cart is over"
    talk.ask(Verb.SELL, 4)
    assert talk.told()[4:] == [0], "a till sold more than the record had: nobody is told -1"
    talk.ask(Verb.COUNT, 4)
    assert talk.told()[5:] == [4]
    ids = [message.id for message in talk.shop.sent()]
    assert len(set(ids)) == len(ids)


def test_what_was_refused_or_sent_again_is_not_told() -> None:
    """Nothing changed, so nothing is news."""
    talk = Talk(1)
    order = Request(Verb.PLACE, "once", (Line(talk.sku, 1, EAST),))
    assert talk.shop.do(order).accepted
    assert talk.shop.do(order).accepted
    assert not talk.shop.do(replace(order, key="twice")).accepted
    assert talk.told() == [1, 0]


@pytest.mark.parametrize("seed", range(20))
def test_the_last_message_is_what_the_engine_would_sell(seed: int) -> None:
    """Of every level, after any requests; versions rise, in the order of the journal."""
    random = Random(seed)  # noqa: S311 - no secret
    shop = EngineShop()
    skus = [shop.fresh_sku({place: random.randrange(6) for place in LOCATIONS}) for _ in range(2)]
    kit = shop.fresh_sku({}, {skus[0]: 2, skus[1]: 1})
    orders = [""]
    verbs = [Verb.PLACE, Verb.RESERVE, Verb.RECEIVE, Verb.ADJUST, Verb.CANCEL, Verb.RETURN]
    for number in range(60):
        verb = random.choice([*verbs, Verb.FULFIL, Verb.SELL, Verb.COUNT])
        about = verb in {Verb.CANCEL, Verb.RETURN, Verb.FULFIL}
        sellable = [*skus, kit] if verb in {Verb.PLACE, Verb.RESERVE, Verb.SELL} else skus
        units = random.randrange(1, 4)
        line = Line(random.choice(sellable), units, random.choice(LOCATIONS))
        lines = () if about else (line,)
        of = random.choice(orders) if about else ""
        reply = shop.do(Request(verb, f"{number}", lines, of=of, ttl_s=random.randrange(1, 90)))
        if verb is Verb.PLACE and reply.accepted:
            orders.append(reply.id)
        shop.wait(random.randrange(10))
    last = {(message.sku, message.location): message for message in shop.sent()}
    assert len(last) == 2 * len(skus), "nobody is told of kits: their parts are told"
    sells = shop.engine.available_to_sell(CHANNELS["web"])
    for (sku, place), message in last.items():
        assert message.quantity == sells[LOCATIONS.index(place), number_of(sku)], seed
    versions = [message.version for message in shop.sent()]
    assert versions == sorted(versions)
    told = [(message.sku, message.location, message.version) for message in shop.sent()]
    assert len(set(told)) == len(told)


def test_the_same_events_are_told_once() -> None:
    """Whoever reads the events again after a crash sends nothing twice, and nothing else."""
    shop = EngineShop()
    shop.fresh_sku({})
    commands = np.zeros(3, COMMAND)
    commands["id"] = [901, 902, 903]
    commands["now_us"] = shop.now_us
    commands["operation"] = Operation.RECEIVE
    commands["quantity"] = [4, 1, 2]
    events = shop.engine.execute(commands)[1]
    once, again = Outbox("engine"), Outbox("engine")
    for outbox, times in (once, 1), (again, 2):
        for event in events:
            for _ in range(times):
                outbox.read([event])
        outbox.read(events if times > 1 else [])
    assert [message.quantity for message in once.messages] == [4, 5, 7]
    assert again.messages == once.messages


# --- what comes in ------------------------------------------------------------------------------

DELTA, ABSOLUTE = Meaning.DELTA, Meaning.ABSOLUTE

ARRIVALS: Mapping[str, tuple[list[tuple[str, int, int, Meaning]], list[int]]] = {
    # id, quantity, version, meaning -> on hand after each; both sides began with 5
    "in turn": ([("a", 3, 1, DELTA), ("b", -2, 2, DELTA)], [8, 6]),
    "twice": ([("a", 3, 1, DELTA), ("a", 3, 1, DELTA)], [8, 8]),
    "the same again under another id": ([("a", 3, 1, DELTA), ("b", 3, 2, DELTA)], [8, 11]),
    "a late delta counts": ([("b", -2, 2, DELTA), ("a", 3, 1, DELTA)], [3, 6]),
    "a late absolute does not": ([("b", 9, 2, ABSOLUTE), ("a", 4, 1, ABSOLUTE)], [9, 9]),
    "a delta before an absolute": ([("b", 9, 2, ABSOLUTE), ("a", 4, 1, DELTA)], [9, 9]),
    "a delta after an absolute": ([("b", 2, 2, DELTA), ("a", 9, 1, ABSOLUTE)], [7, 11]),
}


@pytest.mark.parametrize("name", ARRIVALS)
def test_a_message_has_its_one_effect(name: str) -> None:
    """Whatever comes twice or out of turn; and none of it is sent back."""
    talk = Talk(5)
    for message, on_hand in zip(*ARRIVALS[name], strict=True):
        talk.hear(*message)
        assert talk.on_hand == on_hand
    assert talk.told() == [5]


def test_what_happened_here_stays() -> None:
    """An absolute quantity of the other side knows nothing of what left here meanwhile."""
    talk = Talk(5)
    order = talk.ask(Verb.PLACE, 2)
    talk.ask(Verb.FULFIL, of=order)
    talk.hear("a", 6, 1, ABSOLUTE)
    assert talk.on_hand == 4
    assert talk.told() == [5, 3], "the sale was told, and the other system's change is no news"


def test_what_comes_back_is_not_heard() -> None:
    """A message of ours has no effect, as it is or under another id and version."""
    talk = Talk(5)
    talk.ask(Verb.PLACE, 2)
    for message in talk.shop.sent():
        talk.shop.deliver(message)
        talk.shop.deliver(replace(message, id="renamed", version=message.version + 1))
    assert talk.on_hand == 5
    assert talk.told() == [5, 3]


def test_what_the_engine_does_with_what_it_heard_is_told() -> None:
    """Units that another system adds go to who waits: that began here."""
    talk = Talk(0)
    talk.shop.allow_backorder(talk.sku, EAST, 3)
    talk.ask(Verb.PLACE, 2)
    talk.hear("a", 3, 1, DELTA)
    assert talk.told() == [1]


def test_what_was_told_is_known_by_kind_and_reason() -> None:
    """A unit that is said to be missing has the number of a message, and is none."""
    assert int(Disposition.MISSING) == int(Reason.SYNC)
    event = np.zeros(1, EVENT)[0]
    event["reason"] = Reason.SYNC
    for kind in Kind:
        event["kind"] = kind
        assert was_told(event) == (kind in {Kind.ADJUSTED, Kind.COUNTED})
    event["kind"], event["reason"] = Kind.ADJUSTED, Reason.CORRECTION
    assert not was_told(event)


def test_a_reconciliation_counts_anew() -> None:
    """It repairs what a lost message left wrong, and is not sent back; what is late stays out."""
    talk = Talk(5)
    talk.ask(Verb.PLACE, 1)
    talk.hear("b", 2, 2, DELTA)  # a message of -3, version 1, is lost
    talk.shop.reconcile({(talk.sku, EAST): 4})
    assert (talk.on_hand, talk.shop.shown(talk.sku, "web", EAST)) == (4, 3)
    talk.hear("a", -3, 1, DELTA)
    assert talk.on_hand == 4, "the count had it in it"
    talk.hear("c", 1, 3, DELTA)
    assert talk.on_hand == 5
    talk.hear("d", 9, 4, ABSOLUTE)
    assert talk.on_hand == 9
    talk.shop.reconcile({(talk.sku, EAST): 6})
    talk.hear("e", 5, 5, ABSOLUTE)
    assert talk.on_hand == 5, "one less than what was counted, whatever was said before"
    before = talk.shop.level(talk.sku, EAST)
    talk.shop.reconcile({(talk.sku, EAST): 5})
    assert talk.shop.level(talk.sku, EAST) == before
    assert talk.told() == [5, 4]


def test_all_of_it_is_in_the_ledger() -> None:
    """What was heard and what was counted moved the record like everything else."""
    talk = Talk(5)
    talk.hear("a", 3, 1, DELTA)
    talk.shop.reconcile({(talk.sku, EAST): 6})
    assert [movement.quantity for movement in talk.shop.ledger(talk.sku)] == [5, 3, -2]


# --- what the contract says ---------------------------------------------------------------------


def outcome(shop: Callable[[], EngineShop], property_id: str) -> Outcome:
    """What a property says of a shop."""
    properties = [property_id]
    report = check(shop, seed=SEED, budget_s=BUDGET_S, examples=EXAMPLES, properties=properties)
    return report.results[0].outcome


@pytest.mark.parametrize("property_id", ABOUT_MESSAGES)
def test_the_engine_passes_what_is_about_messages(property_id: str) -> None:
    """Nothing of it is not applicable."""
    assert outcome(EngineShop, property_id) is Outcome.PASSED


@pytest.mark.parametrize("shop", WRONG)
def test_the_engine_with_a_mistake_in_its_messages_fails(shop: type[EngineShop]) -> None:
    """Each mistake breaks a property."""
    assert any(outcome(shop, one) is Outcome.FAILED for one in ABOUT_MESSAGES)
