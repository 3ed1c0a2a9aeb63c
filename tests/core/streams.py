"""Random streams of commands that collide: few skus, short reservations, replays, broken chains."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.schema import COMMAND, LEVEL_MAX, TTL_MAX_US, Flag, Operation

Records = NDArray[Any]

WEIGHTS = {
    Operation.RESERVE: 14,
    Operation.PLACE: 22,
    Operation.RELEASE: 6,
    Operation.FULFIL: 12,
    Operation.CANCEL: 7,
    Operation.SELL: 14,
    Operation.RECEIVE: 10,
    Operation.ADJUST: 5,
    Operation.COUNT: 2,
    Operation.EXPECT: 4,
    Operation.EXPIRE: 3,
}
BROKEN_SHARE = 0.004  # of commands that get one field from beyond its range


def stream(seed: int, count: int, skus: int = 4, locations: int = 2) -> Records:
    """Draw *count* commands; the same for the same seed.

    Args:
        seed: of the draw; whoever runs a stream prints it.
        count: how many commands.
        skus: of the engine that will run them.
        locations: of that engine.
    """
    draw = np.random.Generator(np.random.Philox(seed))
    c = np.zeros(count, COMMAND)
    weights = np.array(list(WEIGHTS.values()), dtype=float)
    c["operation"] = draw.choice(list(WEIGHTS), size=count, p=weights / weights.sum())
    c["id"] = np.arange(1, count + 1)
    c["sku"] = np.minimum(draw.geometric(0.5, count) - 1, skus - 1)
    c["location"] = draw.integers(0, locations, count)
    c["quantity"] = draw.geometric(0.4, count)
    _correct_in_both_directions(c, draw)
    c["channel"] = draw.integers(0, 5, count)
    c["party_id"] = draw.integers(0, 50, count)
    c["reason"] = draw.integers(0, 7, count)
    first = _chain(c, draw)
    _pass_time(c, first, draw)
    _refer(c, first, draw)
    c["flags"][draw.random(count) < 0.15] |= np.uint8(Flag.ACCEPTED)
    _replay(c, draw)
    _break(c, draw)
    c["occurred_us"] = c["now_us"]
    return c


def _correct_in_both_directions(c: Records, draw: np.random.Generator) -> None:
    quantity = c["quantity"]
    signed = np.isin(c["operation"], [Operation.ADJUST, Operation.EXPECT])
    quantity[signed & (draw.random(len(c)) < 0.5)] *= -1
    stock = np.isin(c["operation"], [Operation.RECEIVE, Operation.COUNT, Operation.EXPECT])
    quantity[stock] *= 20


def _chain(c: Records, draw: np.random.Generator) -> NDArray[np.int64]:
    """Link one command in four to the next; return the position of each one's first command."""
    linked = draw.random(len(c)) < 0.25
    linked[-1:] = False
    c["flags"][linked] = Flag.LINKED
    starts = np.r_[True, ~linked[:-1]][: len(c)]
    return np.maximum.accumulate(np.where(starts, np.arange(len(c)), 0))


def _pass_time(c: Records, first: NDArray[np.int64], draw: np.random.Generator) -> None:
    steps = draw.integers(0, 40, len(c)) * (draw.random(len(c)) < 0.5)
    jumps = draw.random(len(c)) < 0.002
    c["now_us"] = np.cumsum(steps + 500 * jumps)[first]
    back = draw.random(len(c)) < 0.01
    c["now_us"][back] -= draw.integers(1, 100, back.sum())


def _refer(c: Records, first: NDArray[np.int64], draw: np.random.Generator) -> None:
    """Name reservations and lines that may exist, some of them long gone."""
    operation = c["operation"]
    lines = np.isin(operation, [Operation.PLACE, Operation.SELL])
    c["order_id"][lines] = c["id"][first[lines]]
    c["argument"][lines] = draw.integers(0, 5000, lines.sum())
    reserve = operation == Operation.RESERVE
    c["argument"][reserve] = draw.integers(1, 400, reserve.sum())
    release = operation == Operation.RELEASE
    c["argument"][release] = _earlier(c, reserve, release, draw)
    end = np.isin(operation, [Operation.FULFIL, Operation.CANCEL])
    made = lines & (operation == Operation.PLACE)
    placed = _earlier(c, made, end, draw)
    c["order_id"][end] = c["id"][first[np.maximum(placed - 1, 0)]]
    c["argument"][end] = draw.integers(0, 2, end.sum()) * draw.integers(0, 2, end.sum())
    c["quantity"][end] = draw.integers(1, 3, end.sum())


def _earlier(
    c: Records,
    source: NDArray[np.bool_],
    target: NDArray[np.bool_],
    draw: np.random.Generator,
) -> NDArray[np.int64]:
    """For each *target* the id of a *source* not long before it; ids count positions from 1."""
    at = np.flatnonzero(source)
    if not len(at):
        return np.zeros(int(target.sum()), np.int64)
    before = np.searchsorted(at, np.flatnonzero(target)) - draw.geometric(0.15, target.sum())
    return np.asarray(c["id"][at[np.maximum(before, 0)]], np.int64)


def _replay(c: Records, draw: np.random.Generator) -> None:
    """Give some commands the id of an earlier one, near or far."""
    again = np.flatnonzero(draw.random(len(c)) < 0.03)
    back = np.where(draw.random(len(again)) < 0.5, draw.integers(1, 5, len(again)), 0)
    far = draw.integers(1, 2000, len(again))
    c["id"][again] = c["id"][np.maximum(again - np.where(back > 0, back, far), 0)]


def _break(c: Records, draw: np.random.Generator) -> None:
    """Push single fields beyond their range."""
    beyond = {
        "id": (0, -1, -(2**63)),
        "operation": (0, 12, 255),
        "sku": (-1, 10**6, -(2**31)),
        "location": (-1, 99, 2**15 - 1),
        "quantity": (0, -1, LEVEL_MAX, -(2**31)),
        "argument": (-1, 0, TTL_MAX_US + 1, 2**53, 2**63 - 1, -(2**63)),
        "order_id": (0, -1, 2**63 - 1, 7),
    }
    for name, values in beyond.items():
        hit = np.flatnonzero(draw.random(len(c)) < BROKEN_SHARE)
        c[name][hit] = draw.choice(values, size=len(hit))
