"""What `check` promises to who puts it into the tests of an inventory of his own."""

from collections import Counter
from collections.abc import Sequence
from random import Random
from time import monotonic, sleep

import pytest

from storetwin_contract import Capability, Outcome, Reply, Request, Verb, check
from tests.contract.broken import (
    LosesUpdates,
    RoundsRefundsDown,
    SellsOneTooMany,
    ShowsLate,
    ShowsOnHand,
)
from tests.contract.reference import Reference
from tests.contract.reference_stock import Place


class Slow(Reference):
    """Takes its time."""

    def serve(self, request: Request) -> Reply:
        """Serve late."""
        sleep(0.01)
        return super().serve(request)


class SlowOnceBroken(SellsOneTooMany):
    """Sells a unit too many, and then takes its time."""

    def serve(self, request: Request) -> Reply:
        """Serve late."""
        reply = super().serve(request)
        sleep(0.2 if any(units < 0 for units in self.available().values()) else 0)
        return reply


class Small(Reference):
    """Can sell, cancel and tell its counters, and nothing else."""

    capabilities = frozenset({Capability.CANCEL, Capability.COUNTERS})


class SmallAndBroken(SellsOneTooMany):
    """Can as little, and sells a unit too many."""

    capabilities = Small.capabilities


class Settling(ShowsLate):
    """Shows late, and says so."""

    settle_s = 60.0


class Crashing(Reference):
    """Fails at every cancellation."""

    def answer(self, request: Request) -> Reply:
        """Divide by nothing."""
        if request.verb is Verb.CANCEL:
            return Reply(accepted=bool(1 // 0))
        return super().answer(request)


class Unlucky(Reference):
    """Oversells now and then, whatever was done before."""

    luck = Random(7)  # noqa: S311 - chance, not a secret

    def available(self) -> Counter[Place]:
        """Now and then see a unit that is not there."""
        more = int(self.luck.random() < 0.03)
        return Counter({place: units + more for place, units in super().available().items()})


def test_the_same_seed_tells_the_same_story() -> None:
    """A failure seen anywhere is seen again with its seed, name by name and number by number."""
    first, again = (
        check(LosesUpdates, seed=11, examples=80, budget_s=60, properties=["P1.race"]).of("P1.race")
        for _ in range(2)
    )
    assert first.outcome is Outcome.FAILED
    assert (first.history, first.examples) == (again.history, again.examples)
    assert "seed=11" in first.repeat
    assert "P1.race" in first.repeat


def test_a_history_says_who_did_what_and_what_is_wrong() -> None:
    """Nothing idle is left in it, and its last line is the verdict in plain words."""
    report = check(SmallAndBroken, seed=3, examples=50, budget_s=60, properties=["P1.alone"])
    assert report.of("P1.alone").history == (
        "1. A is new: 0 at north, 0 at south",
        "2. B is new: 0 at north, 0 at south",
        "3. buyer 1 orders 1 A at north -> order 1",
        "P1.alone is violated: 1 A at north promised where 0 were left",
    )
    assert not report.ok
    assert "1 failed" in report.text()


def test_a_race_is_told_step_by_step() -> None:
    """Where the inventory names the steps of its clients, the history has them in their order."""
    report = check(LosesUpdates, seed=5, examples=80, budget_s=60, properties=["P1.race"])
    text = report.text()
    assert "at once: buyer 1 " in text
    assert " writes its order" in text


def test_one_inventory_may_serve_all_examples() -> None:
    """Every example uses fresh skus and keys, so a running system need never be emptied."""
    inventory = Reference()
    report = check(lambda: inventory, seed=1, examples=3, budget_s=120)
    assert report.ok, report.text()
    assert len({key.split("-")[0] for key in inventory.replies}) == len(report.results)


def test_the_budget_is_kept() -> None:
    """A slow inventory is put to what there is time for, and the report says how much that was."""
    began = monotonic()
    names = ["P1.alone", "P3.messages", "P7"]
    report = check(Slow, seed=1, examples=5000, budget_s=1.5, properties=names)
    assert monotonic() - began < 1.5 + 4
    result = report.of("P1.alone")
    assert result.outcome is Outcome.PASSED
    assert 0 < result.examples < 5000
    assert result.note == f"time was up after {result.examples} of 5000 examples"


def test_no_time_shows_nothing() -> None:
    """A property that was never put to the inventory has not passed."""
    report = check(Reference, seed=1, examples=10, budget_s=0, properties=["P2", "P9"])
    assert [result.outcome for result in report.results] == [Outcome.INCOMPLETE] * 2
    assert not report.ok


def test_time_may_end_while_a_history_is_shrunk() -> None:
    """The failure is told all the same, with what was not done."""
    report = check(SlowOnceBroken, seed=2, examples=50, budget_s=2, properties=["P1.alone"])
    result = report.of("P1.alone")
    assert result.outcome is Outcome.FAILED, report.text()
    assert result.note == "time was up while the history was being shrunk"


def test_what_an_inventory_cannot_do_is_not_passed() -> None:
    """A property whose capabilities are missing is not applicable, and says what it needs."""
    report = check(Small, seed=1, examples=10, budget_s=60)
    applicable = {"P1.alone", "P10.shown"}
    for result in report.results:
        passed = result.property_id in applicable
        assert result.outcome is (Outcome.PASSED if passed else Outcome.NOT_APPLICABLE)
        assert bool(result.missing) is not passed
    assert report.of("P2").missing == (Capability.LEDGER,)
    assert "needs ledger" in report.of("P2").text()
    assert Capability.RESERVE in report.of("P1.alone").without
    assert report.ok


def test_a_known_failure_is_expected_until_it_is_mended() -> None:
    """An expected failure is no surprise; one that passes is, and so is another one."""

    def outcomes(shop: type[Reference], *expected: str) -> tuple[Sequence[Outcome], bool]:
        report = check(
            shop,
            seed=4,
            examples=40,
            budget_s=60,
            expected_failures=expected,
            properties=["P7", "P8"],
        )
        return [result.outcome for result in report.results], report.ok

    good, bad = Outcome.PASSED, Outcome.FAILED
    assert outcomes(RoundsRefundsDown) == ([good, bad], False)
    assert outcomes(RoundsRefundsDown, "P8") == ([good, Outcome.EXPECTED_FAILURE], True)
    assert outcomes(Reference, "P8") == ([good, Outcome.UNEXPECTED_PASS], False)
    assert outcomes(RoundsRefundsDown, "P7") == ([Outcome.UNEXPECTED_PASS, bad], False)


def test_an_error_is_never_an_expected_failure() -> None:
    """A server that is down must not look like the defect that everybody knows."""
    report = check(
        Crashing,
        seed=1,
        examples=40,
        budget_s=60,
        expected_failures=["P7"],
        properties=["P7"],
    )
    result = report.of("P7")
    assert result.outcome is Outcome.FAILED
    assert result.crashed
    assert "raised an error (cancels all that is left of order 1)" in result.history[-1]
    assert "ZeroDivisionError" in result.history[-1]


def test_names_are_checked() -> None:
    """A property that does not exist cannot be expected or chosen."""
    with pytest.raises(ValueError, match=r"no property is called P12; there are P1.alone"):
        check(Reference, seed=1, properties=["P12"])
    with pytest.raises(ValueError, match=r"no property is called P1.racing"):
        check(Reference, seed=1, expected_failures=["P1.racing"])
    assert len(check(Reference, seed=1, examples=1, properties=["P1"]).results) == 5


def test_a_settle_time_is_waited_for() -> None:
    """What shows a minute late is right where a minute was declared, and wrong where none was."""
    names = ["P1", "P3", "P6", "P10.shown", "P11"]
    report = check(Settling, seed=1, examples=15, budget_s=120, properties=names)
    assert report.ok, report.text()
    caught = check(ShowsLate, seed=1, examples=40, budget_s=60, properties=["P10.shown"])
    assert caught.of("P10.shown").outcome is Outcome.FAILED


def test_a_settle_time_excuses_no_oversell() -> None:
    """Not even while something settles may more be promised than there is."""

    class Late(SellsOneTooMany):
        settle_s = 60.0

    class LateInRaces(LosesUpdates):
        settle_s = 60.0

    for shop, name in ((Late, "P1.alone"), (LateInRaces, "P1.race")):
        report = check(shop, seed=1, examples=80, budget_s=60, properties=[name])
        assert report.of(name).outcome is Outcome.FAILED, report.text()


def test_what_happens_by_chance_is_told_as_it_was_seen() -> None:
    """A race of real machines may not happen twice: the history stays, and says that."""
    report = check(Unlucky, seed=1, examples=100, budget_s=60, properties=["P1.alone"])
    result = report.of("P1.alone")
    assert result.outcome is Outcome.FAILED
    assert result.note == "seen once, and not again with the same steps: chance has a part in it"
    assert "promised where" in result.history[-1]


def test_a_failure_hands_out_its_inventory() -> None:
    """Who wants to look closer finds the inventory as the history left it."""
    report = check(ShowsOnHand, seed=1, examples=40, budget_s=60, properties=["P10.shown"])
    assert isinstance(report.of("P10.shown").inventory, ShowsOnHand)
