"""The scheduler of the oversell lab: an interleaving is a list of numbers, and is what it says."""

import pytest

from benchmarks.oversell.database import LAG_STEPS, Database
from benchmarks.oversell.steps import Deadlock, Lock, Step, Steps, Stuck, race


def writer(log: list[str], name: str, steps: int) -> Steps[str]:
    """A client that writes its name so many times."""
    for number in range(steps):
        yield Step(f"writes {name}{number}")
        log.append(f"{name}{number}")
    return name


def both(first: Lock, second: Lock) -> Steps[str]:
    """A client that takes two locks and lets both go."""
    owner = object()
    yield from first.take(owner)
    yield from second.take(owner)
    second.free(owner)
    first.free(owner)
    return "done"


def run(schedule: list[int]) -> list[str]:
    """The order in which three clients write."""
    log: list[str] = []
    answers = race([writer(log, name, 2) for name in "abc"], schedule).answers
    assert answers == ["a", "b", "c"]
    return log


def test_a_schedule_decides_who_goes_next() -> None:
    """Turns are taken as scheduled, then in rounds; a client that is done passes its turn on."""
    assert run([]) == ["a0", "b0", "c0", "a1", "b1", "c1"]
    assert run([2, 2, 2]) == ["c0", "c1", "a0", "a1", "b0", "b1"]
    assert run([1, 0, 1, 5]) == ["b0", "a0", "b1", "c0", "a1", "c1"]


def test_a_schedule_gives_the_same_interleaving_again() -> None:
    """Nothing but the schedule decides."""
    for schedule in ([], [1], [2, 0, 1, 1], [0, 0, 2]):
        assert run(schedule) == run(schedule)


def test_who_wants_a_lock_waits_for_it() -> None:
    """A client at a taken lock gets no turn, whatever the schedule says, and goes on later."""
    lock = Lock("row")
    outcome = race([both(lock, Lock("other")), both(lock, Lock("third"))], [0, 1, 1, 1])
    assert outcome.answers == ["done", "done"]
    assert outcome.trace == [
        (0, "locks row"),
        (0, "locks other"),
        (1, "locks row"),
        (1, "locks third"),
    ]


def test_two_who_wait_for_each_other_are_reported() -> None:
    """A deadlock ends the race and names who waits for what."""
    shirt, hat = Lock("shirt"), Lock("hat")
    with pytest.raises(Deadlock, match="client 0 locks hat, client 1 locks shirt"):
        race([both(shirt, hat), both(hat, shirt)], [0, 1])
    assert race([both(Lock("shirt"), Lock("hat"))]).answers == ["done"]


def test_a_client_that_never_ends_is_reported() -> None:
    """A race cannot hang."""

    def turning() -> Steps[None]:
        while True:
            yield Step("looks again")

    with pytest.raises(Stuck, match="looks again"):
        race([turning()])


def sold_one(database: Database, *, locked: bool) -> Steps[int]:
    """Read a counter, write it back one lower; the lower number."""
    tx = database.begin()
    if locked:
        row = yield from tx.lock("stock", "hat")
    else:
        row = yield from tx.read("stock", "hat")
    assert row is not None
    yield from tx.write("stock", "hat", units=row["units"] - 1)
    yield from tx.commit()
    return int(row["units"] - 1)


@pytest.mark.parametrize(("locked", "left"), [(False, 4), (True, 3)])
def test_a_read_is_no_lock(locked: bool, left: int) -> None:  # noqa: FBT001 - a case
    """Two clients who read before either writes lose an update; two who lock do not."""
    database = Database()
    database.apply({("stock", "hat"): {"units": 5}})
    race([sold_one(database, locked=locked) for _ in range(2)], [0, 1, 0, 1])
    assert database.rows["stock"]["hat"]["units"] == left


def test_others_see_a_write_when_it_is_committed() -> None:
    """Until then they read what was there, and a transaction that ends without leaves no trace."""
    database = Database()
    database.apply({("stock", "hat"): {"units": 5}})
    mine, other = database.begin(), database.begin()
    race([mine.write("stock", "hat", units=1)])
    seen = race([other.read("stock", "hat")]).answers[0]
    assert seen == {"units": 5}
    mine.end()
    assert race([other.lock("stock", "hat")]).answers[0] == {"units": 5}


def test_the_replica_lags() -> None:
    """What was committed a moment ago is not there yet."""
    database = Database()
    database.apply({("stock", "hat"): {"units": 5}})
    database.catch_up()
    database.apply({("stock", "hat"): {"units": 4}})
    assert race([database.replica("stock", "hat")]).answers[0] == {"units": 5}
    database.steps += LAG_STEPS
    assert race([database.replica("stock", "hat")]).answers[0] == {"units": 4}
