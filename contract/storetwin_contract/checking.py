"""`check` puts properties to an inventory and reports on each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from time import monotonic  # noqa: TID251 - a budget of seconds needs a clock
from uuid import uuid4  # noqa: TID251 - keys must be new to a system that has been running for years

from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis import seed as seeded
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from storetwin_contract.history import (
    Crashed,
    Failure,
    Run,
    ShrunkEnough,
    TimeIsUp,
    Violation,
)
from storetwin_contract.properties.catalogue import Property, named
from storetwin_contract.properties.shop import Shop
from storetwin_contract.properties.shrinking import shrunk
from storetwin_contract.properties.steps import Step
from storetwin_contract.protocol import Inventory
from storetwin_contract.report import Outcome, Report, Result

STEPS = 20  # of an example, before it is shrunk
STILL_LONG = "time was up while the history was being shrunk"


def check(
    inventory_factory: Callable[[], Inventory],
    *,
    seed: int,
    budget_s: float = 60.0,
    examples: int = 100,
    expected_failures: Iterable[str] = (),
    properties: Iterable[str] | None = None,
) -> Report:
    """Put properties to an inventory.

    Args:
        inventory_factory: called before every example; may give the same inventory each time.
        seed: the same seed plays the same examples, unless the budget ends them.
        budget_s: for all properties together; what one does not need the next ones may use.
        examples: of each property.
        expected_failures: properties that are known to fail, by id ("P1.race") or family ("P1").
            One that passes all the same is an error: an expectation nobody takes back hides the
            next failure.
        properties: by id or family; None for all.

    Raises:
        ValueError: a name is no property.
    """
    chosen = named(properties)
    expected = {property_.id for property_ in named(list(expected_failures))}
    ends_at = monotonic() + budget_s
    results = []
    for number, property_ in enumerate(chosen):
        share_s = max(0.0, ends_at - monotonic()) / (len(chosen) - number)
        results.append(
            check_one(
                inventory_factory,
                property_,
                seed=seed,
                budget_s=share_s,
                examples=examples,
                expect_failure=property_.id in expected,
            )
        )
    return Report(tuple(results), seed)


def check_one(
    inventory_factory: Callable[[], Inventory],
    property_: Property,
    *,
    seed: int,
    budget_s: float,
    examples: int,
    expect_failure: bool = False,
) -> Result:
    """Put one property to an inventory."""
    again = f"check(…, seed={seed}, examples={examples}, properties=['{property_.id}'])"
    inventory = inventory_factory()
    missing = tuple(sorted(property_.needs - inventory.capabilities))
    without = tuple(sorted(property_.uses - inventory.capabilities))
    if missing:
        return Result(
            property_.id, property_.title, Outcome.NOT_APPLICABLE, seed, again, missing=missing
        )
    ends_at = monotonic() + budget_s
    run = Run(
        make=inventory_factory,
        property_id=property_.id,
        prefix=uuid4().hex[:12],
        out_of_time=lambda: monotonic() >= ends_at,
    )
    note = play(run, property_.machine, seed, examples)
    outcome, failure = judge(run, expect_failure=expect_failure)
    if not run.failure and not run.judged:
        note = note or "no example came to anything that could be judged"
    return Result(
        property_.id,
        property_.title,
        outcome,
        seed,
        again,
        examples=run.examples_at_failure or run.played,
        judged=run.judged,
        history=failure.history if failure else (),
        inventory=failure.inventory if failure else None,
        without=without,
        crashed=bool(failure and failure.crashed),
        note=note,
    )


def play(run: Run, machine: type[Shop], seed: int, examples: int) -> str:
    """Play examples until one fails and is shrunk, or all are played, or time is up.

    Returns:
        What a reader should know of how it ended; empty where it ended as it should.
    """

    def shop() -> Shop:
        return machine(run)

    try:
        run_state_machine_as_test(
            seeded(seed)(shop),  # type: ignore[arg-type]  # it asks for a class and takes this
            settings=settings(
                max_examples=examples,
                stateful_step_count=STEPS,
                database=None,
                derandomize=False,
                deadline=None,
                phases=(Phase.generate, Phase.shrink),
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
                verbosity=Verbosity.quiet,
                print_blob=False,
            ),
        )
    except (Violation, Crashed, TimeIsUp, ShrunkEnough, Flaky):
        # An example that is cut short looks to Hypothesis like one that chance had a part in.
        if run.failure is None:
            if not run.time_was_up:
                raise
            return f"time was up after {run.played} of {examples} examples"
        if run.time_was_up:
            return STILL_LONG
        return shrink(run, machine)
    return ""


def shrink(run: Run, machine: type[Shop]) -> str:
    """Leave out of the failure what it does not need.

    Returns:
        What a reader should know of it.
    """
    failure = run.failure
    assert failure is not None

    def fails(steps: Sequence[Step]) -> Sequence[Step] | None:
        again = replace(run, failure=None)
        try:
            machine.replay(again, steps)
        except (Violation, Crashed):
            found = again.failure
            if found is not None and found.crashed is failure.crashed:
                run.failed(found)
                return found.steps
        return None

    try:
        if fails(failure.steps) is None:
            return "seen once, and not again with the same steps: chance has a part in it"
        shrunk(failure.steps, fails)
    except TimeIsUp:
        return STILL_LONG
    return ""


def judge(run: Run, *, expect_failure: bool) -> tuple[Outcome, Failure | None]:
    """Say how a run came out, and which failure to show."""
    failure = run.failure
    if failure is not None:
        if expect_failure and not failure.crashed:
            return Outcome.EXPECTED_FAILURE, failure
        return Outcome.FAILED, failure
    if not run.played or not run.judged:
        return Outcome.INCOMPLETE, None
    return (Outcome.UNEXPECTED_PASS if expect_failure else Outcome.PASSED), None
