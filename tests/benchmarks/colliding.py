"""Small streams that collide: few levels, chains, replays, late facts, fields beyond their range.

Only the operations of `benchmarks.mix` and EXPECT and EXPIRE: what the yardsticks of the benches
know.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.mix import MINUTE_US, mix
from core.schema import LEVEL_MAX, TTL_MAX_US, Flag, Operation

Records = NDArray[Any]

SKUS, LOCATIONS = 5, 3
REMEMBERED_IDS, REMEMBERED_MOVES = 400, 40
BROKEN_SHARE = 0.004  # of commands that get one field from beyond its range
BEYOND: dict[str, tuple[int, ...]] = {
    "id": (0, -1, -(2**63)),
    "operation": (0, 36, 255),
    "channel": (8, 255),
    "sku": (-1, 10**6, -(2**31)),
    "location": (99, 2**15 - 1, -7),
    "location_to": (-1, 99),
    "quantity": (0, -1, LEVEL_MAX, -(2**31)),
    "argument": (-1, TTL_MAX_US + 1, 2**53, 2**63 - 1, -(2**63)),
    "order_id": (0, -1, 2**63 - 1, 7),
    "occurred_us": (2**62,),
}


def colliding(seed: int, count: int) -> Records:
    """Draw *count* commands; the same for the same seed."""
    draw = np.random.Generator(np.random.Philox(key=(seed, 1)))  # not the one of the mix
    c = mix(count, seed, SKUS, LOCATIONS)
    others = draw.random(count)
    _turn(c, others < 0.02, Operation.EXPIRE)
    expect = (others > 0.95) & (c["operation"] == Operation.RECEIVE)
    _turn(c, expect | (others > 0.99), Operation.EXPECT)
    # Half the time stands still, so that chains and due times collide with each other.
    c["now_us"] -= np.cumsum(np.diff(c["now_us"], prepend=c["now_us"][0]) * (others < 0.5))
    c["reason"] = draw.integers(0, 7, count)
    c["quantity"][c["operation"] == Operation.RECEIVE] *= 3
    sent = c["operation"] == Operation.TRANSFER
    c["location_to"][sent & (draw.random(count) < 0.1)] = 1
    dated = sent & (draw.random(count) < 0.5)
    c["argument"][dated] = c["now_us"][dated] + draw.integers(
        -MINUTE_US, 9 * MINUTE_US, dated.sum()
    )
    correct = c["operation"] == Operation.ADJUST
    c["quantity"][correct & (draw.random(count) < 0.5)] *= -1
    _chain(c, draw)
    late = draw.random(count) < 0.2
    c["occurred_us"] = np.where(draw.random(count) < 0.5, 0, c["now_us"])
    c["occurred_us"][late] = c["now_us"][late] - draw.integers(0, 90_000_000, late.sum())
    c["occurred_us"] = np.maximum(c["occurred_us"], 0)
    c["flags"][draw.random(count) < 0.15] |= np.uint8(Flag.ACCEPTED)
    c["flags"][draw.random(count) < 0.05] |= np.uint8(Flag.PENDING)
    _send_twice(c, draw)
    for name, values in BEYOND.items():
        hit = np.flatnonzero(draw.random(count) < BROKEN_SHARE)
        c[name][hit] = draw.choice(np.array(values), size=len(hit)).astype(c.dtype[name])
    # A receipt with an end of sale makes a lot, a dated expectation an arrival: not for these.
    undated = np.isin(c["operation"], [Operation.RECEIVE, Operation.EXPECT])
    c["argument"][undated] = 0
    c["flags"][-3:] |= np.uint8(Flag.LINKED)  # the stream ends inside a chain
    c["operation"][np.isin(c["operation"], list(_known()), invert=True)] = 0
    return c


def _send_twice(c: Records, draw: np.random.Generator) -> None:
    """Give some commands the id of an earlier one, half of them its whole body; chains too."""
    again = np.flatnonzero(draw.random(len(c)) < 0.03)
    first = np.maximum(again - draw.geometric(0.0015, len(again)), 0)
    sent, now_us, flags = c[first], c["now_us"][again], c["flags"][again]
    same = draw.random(len(again)) < 0.5
    c[again[same]] = sent[same]
    c["id"][again] = sent["id"]
    c["now_us"][again] = now_us
    wrong = np.flatnonzero(sent["flags"] & Flag.LINKED != flags & Flag.LINKED)
    c["flags"][again[wrong]] = flags[wrong]


def _known() -> set[int]:
    return {int(o) for o in Operation if o <= Operation.EXPIRE} | {14, 15, 36, 255}


def _turn(c: Records, which: NDArray[np.bool_], operation: Operation) -> None:
    c["operation"][which] = operation
    c["argument"][which] = 0
    c["order_id"][which] = 0
    c["flags"][which] = 0


def _chain(c: Records, draw: np.random.Generator) -> None:
    """Link one command in four to the next; a chain's lines are of its first command's order."""
    linked = draw.random(len(c)) < 0.25
    linked[-1:] = False
    c["flags"][linked] |= np.uint8(Flag.LINKED)
    starts = np.r_[True, ~linked[:-1]][: len(c)]
    first = np.maximum.accumulate(np.where(starts, np.arange(len(c)), 0))
    c["now_us"] = c["now_us"][first]
    back = draw.random(len(c)) < 0.01
    c["now_us"][back] -= draw.integers(1, 10_000_000, back.sum())
    lines = np.isin(c["operation"], [Operation.PLACE, Operation.SELL])
    c["order_id"][lines] = c["id"][first[lines]]
    c["argument"][lines] += draw.integers(0, 5, lines.sum())  # not divisible by the quantity
    ends = np.isin(c["operation"], [Operation.FULFIL, Operation.CANCEL])
    c["argument"][ends] = draw.integers(0, 2, ends.sum()) * draw.integers(0, 2, ends.sum())
    of = np.clip(c["order_id"][ends] - 1, 0, len(c) - 1)
    c["order_id"][ends] = c["id"][first[of]]
    c["quantity"][ends] = draw.integers(1, 3, ends.sum())
