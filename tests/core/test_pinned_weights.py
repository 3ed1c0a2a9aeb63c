"""How much room commands are thought to need: numbers that no answer shows, and memory rests on."""

import numpy as np
import pytest

from core.engine import Engine
from core.kernels.tables import EVENTS_PER_COMMAND, Meta, Tables
from core.kernels.weights import (
    HEAVY,
    can_be_undone,
    events_of_ends,
    names_kit,
    spare_events,
    weight_of,
)
from core.schema import (
    ANY_LOCATION,
    CHANNELS,
    COMMAND,
    EVENT,
    PARTS_MAX,
    SPLITS_MAX,
    Flag,
    Operation,
)


def shop(**numbers: int) -> Tables:
    """Tables of three skus, of which the third is a kit, with these numbers in `meta`."""
    engine = Engine(3, 2)
    command = np.zeros(1, COMMAND)
    command["id"] = 1
    command["operation"] = Operation.SET_PART
    command["sku"] = 2
    command["quantity"] = 1
    answers, _ = engine.execute(command)
    assert answers["status"] == 0
    for name, number in numbers.items():
        engine.tables.meta[Meta[name]] = number
    return engine.tables


@pytest.mark.parametrize(
    ("waiting", "kits", "each"),
    [(0, 0, 2), (4, 0, 1 + CHANNELS), (0, 1, 2 * PARTS_MAX), (4, 1, (1 + CHANNELS) * PARTS_MAX)],
)
def test_events_of_all_that_may_end(waiting: int, kits: int, each: int) -> None:
    """Itself and a shortage; where somebody waits, one of each channel; of a kit for each part."""
    t = shop(RESERVATIONS=30, LISTED=200, IN_LINE=waiting, SPECIAL=kits)
    assert events_of_ends(t) == each * (30 + 200 + waiting)


def test_what_a_buffer_still_holds() -> None:
    """Room behind what was written, less what may end, in commands of most events."""
    t = shop(RESERVATIONS=3, LISTED=2, IN_LINE=0, SPECIAL=0, EVENTS=100)
    spent = 100 + 2 * 5
    assert EVENTS_PER_COMMAND == 5 + CHANNELS
    assert spare_events(t, np.zeros(spent + 7 * EVENTS_PER_COMMAND, EVENT)) == 7
    assert spare_events(t, np.zeros(spent + 7 * EVENTS_PER_COMMAND - 1, EVENT)) == 6
    assert spare_events(t, np.zeros(spent, EVENT)) == 0


def test_what_can_be_undone() -> None:
    """A chain touches what it weighs, and all papers and customers that wait."""
    t = shop(LISTED=20, IN_LINE=4, CHAIN_ROOM=100)
    assert can_be_undone(t, 76)
    assert not can_be_undone(t, 77)


def test_a_command_weighs_one() -> None:
    """One that may be split, or is a kit's, weighs all the lines that it can make as well."""
    assert HEAVY == PARTS_MAX * SPLITS_MAX
    t = shop()
    commands = np.zeros(6, COMMAND)
    commands["operation"] = Operation.PLACE
    commands["location"][1] = ANY_LOCATION
    commands["location_to"][2] = ANY_LOCATION
    commands["sku"][3] = 2
    commands["operation"][4] = Operation.RELEASE
    alone = [weight_of(t, commands, at, at) for at in range(6)]
    assert alone == [1, 1 + HEAVY, 1 + HEAVY, 1 + HEAVY, 1 + HEAVY, 1]
    assert weight_of(t, commands, 0, 5) == 6 + 4 * HEAVY
    assert weight_of(t, commands, 2, 3) == 2 + 2 * HEAVY
    t.meta[Meta.SPECIAL] = 0
    assert [weight_of(t, commands, at, at) for at in (3, 4)] == [1, 1]


@pytest.mark.parametrize(("sku", "kit"), [(-1, False), (0, False), (2, True), (3, False)])
def test_a_kit_is_known_by_a_number_that_nobody_has_checked(sku: int, *, kit: bool) -> None:
    """A number that is none of a sku is none of a kit."""
    command = np.zeros(1, COMMAND)[0]
    command["operation"] = Operation.PLACE
    command["sku"] = sku
    assert bool(names_kit(shop(), command)) is kit


def test_room_is_spent_by_weight() -> None:
    """What a call has used of the arenas is no longer there for the next."""
    engine = Engine(3, 2)
    commands = np.zeros(5, COMMAND)
    commands["id"] = np.arange(1, 6)
    commands["operation"] = Operation.RECEIVE
    commands["quantity"] = 1
    commands["location"][4] = ANY_LOCATION
    commands["flags"][:2] = Flag.LINKED
    engine.execute(commands[3:4])
    before = int(engine.tables.meta[Meta.ROOM])
    commands["id"] += 10
    engine.execute(commands)
    assert before - engine.tables.meta[Meta.ROOM] == 5 + HEAVY
