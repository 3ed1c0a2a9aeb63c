"""The oversell lab: the contract's properties, put to the engine and to shops that are wrong.

One generator and one set of properties for all. A defect counts as caught when any property fails,
whichever it is; nothing here or in the contract knows which defect a shop has.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import asdict, dataclass
from itertools import product
from time import monotonic
from typing import Any

from benchmarks.oversell.film import Film, play
from benchmarks.oversell.registry import ENGINE, Entry, found
from benchmarks.oversell.watched import Watched
from sim.experiments import workers
from storetwin_contract import Outcome, Result, check
from storetwin_contract.properties.catalogue import PROPERTIES

SEED = 20_261
BUDGET_S = 300.0
# Examples of each property: who is not caught is looked at longer, and so is who is right.
ROUNDS = (40, 160)
FIRST_LOOK = 12  # examples, where one catch is enough
RIGHT = "row_lock"  # says what a film's steps should have come to


class ShopUnknown(Exception):
    """There is no shop of this name."""


Report = Callable[[int, int], None]  # done, total


@dataclass(frozen=True)
class Catch:
    """A property that failed.

    Attributes:
        property: its id.
        holds: what it says must hold.
        examples: that were played until the first that failed.
        history: the shrunk example, step by step; the last line says what is wrong.
    """

    property: str
    holds: str
    examples: int
    history: tuple[str, ...]


@dataclass(frozen=True)
class Films:
    """The history that shows most, as two shops played it.

    Attributes:
        history: its steps.
        wrong: by the shop it broke.
        right: by the engine.
    """

    history: tuple[str, ...]
    wrong: Film
    right: Film


@dataclass(frozen=True)
class Verdict:
    """One shop.

    Attributes:
        entry: the shop.
        catches: properties that failed.
        passed: ids of those that did not.
        skipped: ids of those that do not apply.
        unfinished: ids of those for which time was up in the first round, with what was done.
        films: None where nothing failed.
    """

    entry: Entry
    catches: tuple[Catch, ...]
    passed: tuple[str, ...]
    skipped: tuple[str, ...]
    unfinished: tuple[str, ...]
    films: Films | None

    @property
    def as_it_must(self) -> bool:
        """Whether a shop that is right passed, and any other was caught."""
        return bool(self.catches) != self.entry.sound

    @property
    def first(self) -> Catch | None:
        """The property that needed the fewest examples."""
        return min(self.catches, key=lambda catch: catch.examples, default=None)


@dataclass(frozen=True)
class Lab:
    """All shops."""

    seed: int
    verdicts: tuple[Verdict, ...]

    @property
    def holds(self) -> bool:
        """Whether every defect was caught and nothing else."""
        return all(verdict.as_it_must for verdict in self.verdicts)

    @property
    def complete(self) -> bool:
        """Whether no shop that is right passed only because time was up."""
        return not any(v.unfinished for v in self.verdicts if v.entry.sound)

    def document(self) -> dict[str, Any]:
        """The outcome as JSON."""
        return {"seed": self.seed, "holds": self.holds, "shops": [asdict(v) for v in self.verdicts]}


def run(
    *,
    seed: int = SEED,
    budget_s: float = BUDGET_S,
    only: Sequence[str] = (),
    rounds: Sequence[int] = (),
    jobs: int = 1,
    report: Report = lambda _done, _total: None,
) -> Lab:
    """Put every property to every shop.

    Args:
        seed: the same seed plays the same examples, unless the budget ends them.
        budget_s: of the whole lab, on *jobs* processes.
        only: names of shops; none for all.
        rounds: examples of each property, in one round after the other; none for `ROUNDS`.
        jobs: processes.
        report: told how many shops are done, and how many there are.

    Raises:
        ShopUnknown: a name is no shop.
    """
    entries = found()
    unknown = [name for name in only if name not in entries]
    if unknown:
        message = f"no shop is called {unknown[0]!r}; there are {', '.join(entries)}"
        raise ShopUnknown(message)
    names = list(only) or list(entries)
    # Compiled here once, the kernels lie ready for every worker.
    entries[ENGINE].open().wait(0)
    # Who is right needs most time and comes last: it gets what the others left over.
    waiting = sorted(names, key=lambda name: entries[name].sound)
    verdicts = _examined(
        waiting, seed, monotonic() + budget_s, tuple(rounds) or ROUNDS, jobs, report
    )
    return Lab(seed, tuple(verdicts[name] for name in names))


def _examined(
    waiting: list[str],
    seed: int,
    ends_at: float,
    rounds: Sequence[int],
    jobs: int,
    report: Report,
) -> dict[str, Verdict]:
    """Examine the shops on *jobs* processes; each begins with its share of the time left."""
    total = len(waiting)
    verdicts: dict[str, Verdict] = {}
    running: set[Future[Verdict]] = set()
    report(0, total)
    with workers(jobs) as pool:
        while waiting or running:
            while waiting and len(running) < jobs:
                share_s = max(0.0, ends_at - monotonic()) * min(jobs, total) / len(waiting)
                share_s = min(share_s, max(0.0, ends_at - monotonic()))
                running.add(pool.submit(examine, waiting.pop(0), seed, share_s, rounds))
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for task in done:
                verdict = task.result()
                verdicts[verdict.entry.name] = verdict
                report(len(verdicts), total)
    return verdicts


def examine(name: str, seed: int, budget_s: float, rounds: Sequence[int]) -> Verdict:
    """Put every property to one shop."""
    return judge(found()[name], seed, budget_s, rounds)


def judge(entry: Entry, seed: int, budget_s: float, rounds: Sequence[int] = ROUNDS) -> Verdict:
    """Put every property to *entry*, round after round until one of them fails."""
    ends_at = monotonic() + budget_s
    results: Sequence[Result] = ()
    for examples in rounds:
        rest_s = max(0.0, ends_at - monotonic())
        results = check(
            lambda: Watched(entry.open()), seed=seed, budget_s=rest_s, examples=examples
        ).results
        if any(result.outcome is Outcome.FAILED for result in results):
            break
    catches = [_catch(result) for result in results if result.outcome is Outcome.FAILED]
    shown = [_filmed(entry, result) for result in results if result.outcome is Outcome.FAILED]
    return Verdict(
        entry,
        tuple(catches),
        passed=_ids(results, Outcome.PASSED),
        skipped=_ids(results, Outcome.NOT_APPLICABLE),
        unfinished=tuple(
            f"{result.property_id}: {result.note}"
            for result in results
            if result.outcome is Outcome.INCOMPLETE
            or (result.outcome is Outcome.PASSED and result.examples < rounds[0])
        ),
        films=min(shown, key=_telling, default=None),
    )


def first_catch(entry: Entry, seed: int, budget_s: float) -> Catch | None:
    """The first property in the contract's order that *entry* breaks; None where it breaks none.

    What few examples do not catch is looked at longer, as in the lab.
    """
    for examples, property_ in product((FIRST_LOOK, *ROUNDS), PROPERTIES):
        report = check(
            entry.open, seed=seed, budget_s=budget_s, examples=examples, properties=[property_.id]
        )
        if report.results[0].outcome is Outcome.FAILED:
            return _catch(report.results[0])
    return None


def _ids(results: Sequence[Result], outcome: Outcome) -> tuple[str, ...]:
    return tuple(result.property_id for result in results if result.outcome is outcome)


def _catch(result: Result) -> Catch:
    return Catch(result.property_id, result.title, result.examples, result.history)


def _filmed(entry: Entry, result: Result) -> Films:
    """Play a failing history again, on the shop and on the engine."""
    watched = result.inventory
    assert isinstance(watched, Watched)
    entries = found()
    wrong = play(watched, entry.open(), entries[RIGHT].open())
    if not wrong:
        return Films(result.history, Film(()), Film(()))
    suffers = min(range(len(wrong)), key=lambda at: wrong[at].harm())
    played = play(watched, entries[ENGINE].open(), entries[RIGHT].open())
    return Films(result.history, wrong[suffers], played[suffers])


def _telling(films: Films) -> tuple[tuple[int, ...], int]:
    """What does most harm shows most; of two the shorter history."""
    return films.wrong.harm(), len(films.history)
