"""Tables that are found by id hold what was put there, and ids stay known across versions."""

import numpy as np
import pytest

from core.kernels.finding import fingerprint, rehash, remove, slot
from core.records import RESERVATION
from core.schema import COMMAND

SEED = 20261122
PRINTS = [0, 3295282920, 3221184571]


def crowding(size: int) -> list[int]:
    """Ids that look first at one of four places, each the next look of the one before."""
    table = np.zeros(size, RESERVATION)
    empty = np.zeros(size, RESERVATION)
    home = [int(slot(empty, each)) for each in range(1, 48 * size // 4)]
    of_last = [1 + at for at, place in enumerate(home) if place == size - 1][:4]
    places = []
    for key in of_last:
        places.append(int(slot(table, key)))
        table[places[-1]]["id"] = key
    return [1 + at for at, place in enumerate(home) if place in places][:48]


@pytest.mark.parametrize("run", range(6))
def test_a_table_is_a_dictionary(run: int) -> None:
    """Ids that crowd one place and run over the table's end: each is found until it goes."""
    seed = SEED + run
    print(f"seed {seed}")
    draw = np.random.Generator(np.random.Philox(seed))
    size = (64, 1024)[run // 2 % 2]
    table = np.zeros(size, RESERVATION)
    ids = np.array(crowding(size)) if run % 2 else draw.choice(np.arange(1, 400), 48, replace=False)
    held: dict[int, int] = {}
    for _ in range(600):
        key = int(ids[draw.integers(len(ids))])
        at = slot(table, key)
        assert int(table[at]["id"]) == (key if key in held else 0)
        if key in held:
            remove(table, np.uint64(at))
            del held[key]
        elif len(held) < 32:
            table[at]["id"], held[key] = key, int(draw.integers(1000))
            table[at]["quantity"] = held[key]
        found = {each: int(table[slot(table, each)]["quantity"]) for each in held}
        assert found == held
        assert np.count_nonzero(table["id"]) == len(held)


def test_a_long_row_closes_up() -> None:
    """Eighty ids that look first at one place: when the first goes, the others move up."""
    empty, table = (np.zeros(1024, RESERVATION) for _ in range(2))
    ids = [each for each in range(64, 2**18, 64) if slot(empty, each) == 0][:80]
    for key in ids:
        table[slot(table, key)]["id"] = key
    remove(table, np.uint64(slot(table, ids[0])))
    assert all(table[slot(table, key)]["id"] == key for key in ids[1:])
    assert np.count_nonzero(table["id"]) == 79


def test_a_wider_table_holds_the_same() -> None:
    """All that was in the narrow one, each where it is looked for, and nothing else."""
    narrow, wider = (np.zeros(size, RESERVATION) for size in (64, 256))
    ids = [1, 2, 64, 65, 129, *crowding(64)[:20]]
    for key in ids:
        at = slot(narrow, key)
        narrow[at]["id"], narrow[at]["quantity"] = key, 7 * key % 1000
    rehash(narrow, wider)
    assert all(wider[slot(wider, key)]["id"] == key for key in ids)
    assert all(wider[slot(wider, key)]["quantity"] == 7 * key % 1000 for key in ids)
    assert np.count_nonzero(wider["id"]) == len(set(ids))
    assert not wider["quantity"][wider["id"] == 0].any()


def test_eight_ids_in_a_row_lie_side_by_side() -> None:
    """They are looked up together: one stretch of memory, in order."""
    empty = np.zeros(1024, RESERVATION)
    for first in (8, 4096, 2**40 + 8):
        places = [int(slot(empty, first + each)) for each in range(8)]
        assert places == list(range(places[0], places[0] + 8))
        assert places[0] % 8 == 0


def test_ids_are_known_again_by_later_versions() -> None:
    """A snapshot keeps fingerprints: the same body must have the same one for ever."""
    commands = np.zeros(3, COMMAND)
    commands[1] = (7, 3, 5, 4, 2, 1, 9, 8, 6, 1, 22, 1, 3, 2)
    for at, name in enumerate(COMMAND.names or ()):
        commands[2][name] = -1 - at if np.issubdtype(COMMAND[name], np.signedinteger) else 250 - at
    assert [int(fingerprint(command)) for command in commands] == PRINTS


def test_whatever_is_changed_changes_the_fingerprint() -> None:
    """Every bit of a body counts, and nothing of an id or a time does; no two changes are alike."""
    command = np.zeros(1, COMMAND)
    prints = set()
    for name in COMMAND.names or ():
        bits = 8 * COMMAND[name].itemsize
        for bit in range(bits):
            changed = command.copy()
            number = np.array([1 << bit], np.uint64).astype(f"u{bits // 8}")
            changed[name] = number.view(COMMAND[name])
            same = fingerprint(changed[0]) == fingerprint(command[0])
            assert same == (name in ("id", "now_us", "occurred_us"))
            prints.add(int(fingerprint(changed[0])))
    body = sum(COMMAND[name].itemsize for name in COMMAND.names or ()) - 3 * 8
    assert len(prints) == 8 * body + 1
    assert max(prints) < 2**32
