"""The streams that the benches of the engine run: drawn from a seed, the same for the same seed.

`mix`: 2,000 skus at 5 locations, Zipf popularity: carts, orders, tills, picks, receipts, transfers,
counts; about a third refused; carts that end when they are due, ids sent twice, tills that report
late. A shop without kits, buffers, ring-fences, lots and backorders.
"""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.schema import COMMAND, Flag, Operation

Records = NDArray[Any]

SKUS, LOCATIONS = 2_000, 5
SEED = 20_261_121
MINUTE_US = 60_000_000

WEIGHTS = {
    Operation.PLACE: 26,
    Operation.SELL: 18,
    Operation.RESERVE: 17,
    Operation.FULFIL: 14,
    Operation.RELEASE: 7,
    Operation.RECEIVE: 8,
    Operation.CANCEL: 3,
    Operation.ADJUST: 2,
    Operation.TRANSFER: 2,
    Operation.ARRIVE: 2,
    Operation.COUNT: 1,
}


def mix(count: int, seed: int = SEED, skus: int = SKUS, locations: int = LOCATIONS) -> Records:
    """Draw *count* commands: first one receipt a level, then the mix."""
    draw = np.random.Generator(np.random.Philox(seed))
    c = np.zeros(count, COMMAND)
    levels = min(skus * locations, count // 2)
    popularity = np.arange(1, skus + 1) ** -0.9
    popularity /= popularity.sum()
    weights = np.array(list(WEIGHTS.values()), dtype=float)
    c["id"] = np.arange(1, count + 1)
    c["operation"] = draw.choice(list(WEIGHTS), size=count, p=weights / weights.sum())
    c["sku"] = draw.permutation(skus)[
        draw.choice(skus, size=count, p=popularity / popularity.sum())
    ]
    c["location"] = draw.integers(0, locations, count)
    c["quantity"] = np.minimum(draw.geometric(0.6, count), 9)
    c["now_us"] = np.cumsum(draw.integers(0, 2_000_000, count))
    c["party_id"] = draw.integers(1, 20_000, count)
    c["channel"] = draw.integers(0, 5, count)
    c["operation"][:levels] = Operation.RECEIVE
    c["sku"][:levels] = np.arange(levels) % skus
    c["location"][:levels] = np.arange(levels) // skus
    stocked = c["operation"] == Operation.RECEIVE
    c["quantity"][stocked] = 2 + draw.geometric(0.05, stocked.sum())
    c["quantity"][:levels] = 3
    c["quantity"][c["operation"] == Operation.COUNT] += 15
    c["quantity"][c["operation"] == Operation.ADJUST] *= -1
    _refer(c, draw, locations)
    _report_late(c, draw)
    _send_twice(c, draw, levels)
    return c


def _refer(c: Records, draw: np.random.Generator, locations: int) -> None:
    """Give lines their order and amount, carts their time, ends what they end."""
    operation = c["operation"]
    lines = np.isin(operation, [Operation.PLACE, Operation.SELL])
    c["order_id"][lines] = c["id"][lines]
    c["argument"][lines] = c["quantity"][lines] * draw.integers(199, 9_999, lines.sum())
    carts = operation == Operation.RESERVE
    c["argument"][carts] = draw.integers(MINUTE_US, 15 * MINUTE_US, carts.sum())
    release = operation == Operation.RELEASE
    c["argument"][release] = _earlier(c, carts, release, draw)
    end = np.isin(operation, [Operation.FULFIL, Operation.CANCEL])
    c["order_id"][end] = _earlier(c, operation == Operation.PLACE, end, draw)
    c["quantity"][end] = 1
    sent = operation == Operation.TRANSFER
    away = draw.integers(1, max(2, locations), sent.sum())
    c["location_to"][sent] = (c["location"][sent] + away) % locations
    came = operation == Operation.ARRIVE
    c["argument"][came] = _earlier(c, sent, came, draw, 50)
    c["flags"][came & (draw.random(len(c)) < 0.8)] = Flag.FINAL


def _earlier(
    c: Records,
    source: NDArray[np.bool_],
    target: NDArray[np.bool_],
    draw: np.random.Generator,
    reach: int = 200,
) -> NDArray[np.int64]:
    """For each *target* the id of one of the last *reach* *source* commands before it."""
    at = np.flatnonzero(source)
    if not len(at):
        return np.zeros(int(target.sum()), np.int64)
    before = np.searchsorted(at, np.flatnonzero(target)) - draw.integers(1, reach, target.sum())
    return np.asarray(c["id"][at[np.maximum(before, 0)]], np.int64)


def _report_late(c: Records, draw: np.random.Generator) -> None:
    """Every fiftieth sale, receipt, correction and count was offline for up to ten minutes."""
    facts = [Operation.SELL, Operation.RECEIVE, Operation.ADJUST, Operation.COUNT]
    late = np.isin(c["operation"], facts) & (draw.random(len(c)) < 0.02)
    late[: len(c) // 100] = False
    c["occurred_us"] = c["now_us"]
    c["occurred_us"][late] -= draw.integers(1, 10 * MINUTE_US, late.sum())
    c["occurred_us"] = np.maximum(c["occurred_us"], 1)
    c["now_us"] = np.maximum(c["now_us"], 1)


def _send_twice(c: Records, draw: np.random.Generator, levels: int) -> None:
    """One command in a hundred was sent before: half of them as it was, half with another body."""
    again = levels + np.flatnonzero(draw.random(len(c) - levels) < 0.01)
    first = again - np.minimum(draw.integers(1, max(2, levels), len(again)), again)
    same = draw.random(len(again)) < 0.5
    sent, now_us = c[first], c["now_us"][again]
    c[again[same]] = sent[same]
    c["id"][again] = sent["id"]
    c["now_us"][again] = now_us


def linked(commands: Records) -> Records:
    """Return the same commands, neighbouring orders made orders of two lines."""
    c = commands.copy()
    place = c["operation"] == Operation.PLACE
    first = np.flatnonzero(place[:-1] & place[1:])
    first = first[np.diff(first, prepend=-9) > 1]
    c["flags"][first] = Flag.LINKED
    c["order_id"][first + 1] = c["order_id"][first]
    c["now_us"][first + 1] = c["now_us"][first]
    c["occurred_us"][first + 1] = c["now_us"][first]
    return c


def batches(commands: Records, size: int) -> list[Records]:
    """Cut *commands* into batches of about *size* that split no chain."""
    free = np.flatnonzero(commands["flags"] & Flag.LINKED == 0) + 1
    wanted = np.arange(size, len(commands) + size, size)
    ends = sorted(set(free[np.minimum(np.searchsorted(free, wanted), len(free) - 1)].tolist()))
    return [commands[start:stop] for start, stop in pairwise([0, *ends])]
