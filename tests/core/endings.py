"""What a table may say at its end about the shop: lines that begin with =.

    level SKU LOCATION, account SKU          states, accounts; those that are not named are zero
    line ORDER NUMBER                        parts of the line; units that are not named are zero
    order ORDER, reservation ID, document ID, party ID        some of their fields
    now TIME, reservations COUNT, lines ORDER COUNT
    ats CHANNEL SKU LOCATION UNITS, atp CHANNEL SKU LOCATION TIME UNITS
    routable CHANNEL SKU UNITS

Fields come in pairs of name and number; states of orders and work, and kinds, by their names.
"""

from collections.abc import Callable
from enum import IntEnum

import numpy as np

from core.engine import Engine
from core.records import Paper
from core.schema import LEVEL_MAX, Account, Channel, State
from core.steps import OrderState, Work

LINE_UNITS = (
    *("ordered", "unallocated", "allocated", "backordered", "fulfilled", "cancelled", "returned"),
    *("undecided", "fenced"),
)
NAMED: dict[str, type[IntEnum]] = {"work": Work, "state": OrderState, "kind": Paper}
WORDS = {
    "level_max": LEVEL_MAX,
    "i4_min": -(2**31),
    **{each.name.lower(): each for each in Channel},
}


def number(word: str) -> int:
    """A number, or a name of one, plus or minus a number."""
    for name, value in WORDS.items():
        if word.startswith(name):
            return value + int(word.removeprefix(name) or 0)
    return int(word)


def pairs(words: list[str]) -> dict[str, int]:
    """Fields and what is said of them."""
    found = {}
    for name, word in zip(words[::2], words[1::2], strict=True):
        named = name in NAMED and not word.isdigit()
        found[name] = int(NAMED[name][word.upper()]) if named else number(word)
    return found


def numbers_of(kinds: type[IntEnum], values: np.ndarray) -> dict[str, int]:
    """A row of an array by the names of its columns, without the zeros."""
    return {each.name.lower(): int(values[each]) for each in kinds if values[each]}


def fields_of(records: np.ndarray, key: int) -> dict[str, int]:
    """The one record with this id."""
    (found,) = records[records["id"] == key]
    return {name: int(found[name]) for name in found.dtype.names}


def line_of(engine: Engine, order_id: int, line: int) -> dict[str, int]:
    """A line as it stands, without the units that are zero."""
    found = engine.order(order_id)[line]
    names = found.dtype.names
    return {name: int(found[name]) for name in names if found[name] or name not in LINE_UNITS}


def order_of(engine: Engine, order_id: int) -> dict[str, int]:
    """An order, its state derived."""
    found = engine.order_record(order_id)
    named = {name: int(found[name]) for name in ("party_id", "placed_us", "channel")}
    state = engine.order_state(order_id)
    assert state is not None
    return named | {"state": int(state)}


# How many words name the thing, and what is so.
THINGS: dict[str, tuple[int, Callable[..., dict[str, int]]]] = {
    "level": (2, lambda e, sku, location: numbers_of(State, e.levels[location, sku])),
    "account": (1, lambda e, sku: numbers_of(Account, e.accounts[sku])),
    "line": (2, line_of),
    "order": (1, order_of),
    "reservation": (1, lambda e, key: fields_of(e.reservations(), key)),
    "document": (1, lambda e, key: fields_of(e.documents(), key)),
    "party": (1, lambda e, key: fields_of(e.parties(), key)),
}
COUNTS: dict[str, Callable[..., int]] = {
    "now": lambda e: e.now_us,
    "reservations": lambda e: len(e.reservations()),
    "documents": lambda e: len(e.documents()),
    "lines": lambda e, order_id: len(e.order(order_id)),
    "ats": lambda e, channel, sku, location: e.available_to_sell(channel)[location, sku],
    "routable": lambda e, channel, sku: e.available_to_route(channel)[sku],
    "atp": lambda e, channel, sku, location, at_us: e.available_to_promise(
        sku, location, channel, at_us
    ),
}
# Of these everything that is not zero must be said.
WHOLE = {"level": State, "account": Account, "line": LINE_UNITS}


def expect_ends(ends: list[list[str]], engine: Engine) -> None:
    """Everything holds that a table says about its end."""
    for what, *words in ends:
        if what in COUNTS:
            *keys, wanted = map(number, words)
            count = COUNTS[what](engine, *keys)
            assert count == wanted, f"{what} {' '.join(words)}: {count}"
            continue
        names, read = THINGS[what]
        said = pairs(words[names:])
        found = read(engine, *map(number, words[:names]))
        told = {name: found.get(name, 0) for name in said}
        assert told == said, f"{what} {' '.join(words)}: {told}"
        whole = {getattr(each, "name", each).lower() for each in WHOLE.get(what, ())}
        unsaid = {name: units for name, units in found.items() if name in whole - said.keys()}
        assert not unsaid, f"{what} {' '.join(words)}: {unsaid}"
