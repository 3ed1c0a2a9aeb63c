"""Random streams of commands that collide: few skus, short times, replays, broken chains.

tests.core.stories has the dice, tests.core.askings what each operation is likely to say.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.schema import (
    ANSWER,
    COMMAND,
    EVENT,
    FIRST_SETTING,
    LEVEL_MAX,
    TTL_MAX_US,
    Flag,
    Operation,
)
from tests.core.askings import ASKED, ask_nothing_more
from tests.core.naive.model import Naive
from tests.core.stories import USUAL, Fields, ShopKind, Story

Records = NDArray[Any]

WEIGHTS = {
    Operation.RESERVE: 7,
    Operation.EXTEND: 2,
    Operation.RELEASE: 3,
    Operation.PLACE: 17,
    Operation.SELL: 7,
    Operation.FULFIL: 8,
    Operation.CANCEL: 6,
    Operation.PICK: 7,
    Operation.REROUTE: 3,
    Operation.NO_SHOW: 2,
    Operation.WORK: 9,
    Operation.STEP: 2,
    Operation.RETURN: 5,
    Operation.DISPOSE: 2,
    Operation.RECEIVE: 9,
    Operation.ADJUST: 4,
    Operation.COUNT: 3,
    Operation.EXPECT: 3,
    Operation.RECLASSIFY: 3,
    Operation.TRANSFER: 4,
    Operation.ARRIVE: 3,
    Operation.EARN: 3,
    Operation.BURN: 2,
    Operation.REVERSE: 2,
    Operation.EXPIRE: 2,
    Operation.SET_BUFFER: 0.5,
    Operation.SET_FENCE: 1,
    Operation.SET_BACKORDER: 1.5,
    Operation.SET_HOLD: 0.3,
    Operation.SET_PART: 0.3,
    Operation.SET_PRODUCT: 0.1,
    Operation.SET_FLOOR: 0.3,
    Operation.SET_LANE: 0.4,
    Operation.SET_ROUTING: 0.3,
    Operation.SET_LOCATION: 0.1,
}
CROWDED = WEIGHTS | {
    Operation.RESERVE: 20,
    Operation.RELEASE: 1,
    Operation.PLACE: 40,
    Operation.CANCEL: 3,
    Operation.RECEIVE: 12,
    Operation.EARN: 6,
    Operation.EXPIRE: 0.2,
    Operation.SET_BUFFER: 1,
    Operation.SET_FENCE: 1,
    Operation.SET_BACKORDER: 0,
}
OPERATIONS = list(WEIGHTS)
KITS_TOO = (Operation.RESERVE, Operation.PLACE, Operation.SELL)
CUMULATED = [np.cumsum(list(each.values())) / sum(each.values()) for each in (WEIGHTS, CROWDED)]
LONG_CHAIN = 50  # commands
BROKEN_SHARE = 0.03  # of commands that get one field from beyond its range
BEYOND = {
    "id": (0, -1, -(2**63)),
    "operation": (0, 36, 255),
    "sku": (-1, 10**6, -(2**31)),
    "location": (-1, -2, 99, 2**15 - 1),
    "location_to": (-1, -2, 99, 64),
    "quantity": (0, -1, LEVEL_MAX, -(2**31), 32768),
    "argument": (-1, 0, TTL_MAX_US + 1, 2**53, 2**63 - 1, -(2**63), 256),
    "order_id": (0, -1, 2**63 - 1, 7, 1024),
    "party_id": (0, -1),
    "channel": (8, 255),
    "reason": (4, 5, 255),
    "occurred_us": (2**63 - 1, 1),
}


class Told(NamedTuple):
    """A stream, and what the model made of it."""

    commands: Records
    answers: Records
    events: Records
    naive: Naive


def told(
    seed: int,
    count: int,
    skus: int = 6,
    locations: int = 3,
    kind: ShopKind = USUAL,
    *,
    remembered_ids: int = 700,
    remembered_moves: int = 300,
) -> Told:
    """Tell a story of *count* commands; the same for the same seed and sizes.

    Args:
        seed: of the dice; whoever runs a stream prints it.
        count: how many commands.
        skus: of the engine that will run them.
        locations: of that engine.
        kind: of the shop.
        remembered_ids: of that engine.
        remembered_moves: of that engine.
    """
    naive = Naive(skus, locations, remembered_ids, remembered_moves)
    story = Story(seed, naive, kind)
    for fields in opening(story) if count > 100 else ():
        story.tell(fields)
    while (left := count - len(story.commands)) > 0:
        if left > LONG_CHAIN and not story.chain and story.chance(0.01):
            tell_long_chain(story)
        else:
            go_on(story, last=left == 1)
    commands = np.zeros(count, COMMAND)
    for name in COMMAND.names or ():
        commands[name] = [each[name] for each in story.commands]
    answers = np.array(story.answers, dtype=ANSWER)
    return Told(commands, answers, np.array(story.events, dtype=EVENT), naive)


def stream(seed: int, count: int, skus: int = 6, locations: int = 3) -> Records:
    """Return the commands of a story, (n,) of COMMAND."""
    return told(seed, count, skus, locations).commands


def opening(story: Story) -> list[Fields]:
    """Kits, and something on every shelf."""
    plain = range(story.plain)
    cap = 10**6 if story.kind.crowded else 15
    asked = [
        {"operation": Operation.SET_PART, "sku": kit, "argument": part, "quantity": 1 + part % 2}
        for kit in range(len(plain), story.shop.skus)
        for part in (kit - len(plain), 2)
    ]
    asked += [
        {"operation": Operation.RECEIVE, "sku": sku, "location": location, "quantity": 5}
        for sku in plain
        for location in range(story.shop.locations)
    ]
    asked += [
        {"operation": Operation.SET_BACKORDER, "sku": sku, "location": location, "quantity": cap}
        for sku in plain[:3]
        for location in range(story.shop.locations)
    ]
    asked += [
        {
            "operation": Operation.SET_LANE,
            "location": location,
            "location_to": zone,
            "quantity": story.roll(3),
            "order_id": 3 * story.roll(4),
            "argument": story.roll(3),
        }
        for location in range(story.shop.locations)
        for zone in range(story.shop.locations)
    ]
    nothing = dict.fromkeys(COMMAND.names or (), 0)
    return [nothing | each | {"id": story.id_of(at + 1)} for at, each in enumerate(asked)]


def tell_long_chain(story: Story) -> None:
    """A chain of much that can be done, and mostly at its end something that cannot."""
    for _ in range(story.roll(3 * LONG_CHAIN)):
        fields = asked(story, inside=True)
        fields |= {"now_us": story.naive.now_us, "flags": fields["flags"] | int(Flag.LINKED)}
        if len(story.chain) < LONG_CHAIN - 1:
            story.tell_if_possible(fields)
    doomed = story.chance(0.7)
    last = blank(story, Operation.SELL if doomed else Operation.EXPIRE)
    story.tell(last | {"now_us": story.naive.now_us, "quantity": -1 if doomed else 1})


def go_on(story: Story, *, last: bool) -> None:
    """Tell one command more."""
    inside = bool(story.chain)
    if not inside:
        story.now_us += passing_us(story)
    fields = asked(story, inside=inside)
    going_on = 0.85 if len(story.chain) > 4 else 0.6  # a few chains are long
    linked = story.chance(going_on if inside else 0.15) and len(story.chain) < 40 and not last
    if inside and not linked and story.chance(0.2):
        fields["quantity"] = -1  # after all that was done, refuse
    setting = fields["operation"] >= FIRST_SETTING and not story.chance(0.02)
    fields["flags"] |= int(Flag.LINKED) * (linked and not setting)
    repeat(story, fields)
    break_up(story, fields)
    if last:
        fields["flags"] &= ~int(Flag.LINKED)
    story.tell(fields)


def passing_us(story: Story) -> int:
    """Time until something happens again."""
    if story.kind.crowded:
        return 3000 * story.chance(0.003)
    return story.roll(40) * story.chance(0.4) + 500 * story.chance(0.002)


def asked(story: Story, *, inside: bool) -> Fields:
    """A command that would make sense."""
    operation = drawn_operation(story, inside=inside)
    fields = blank(story, operation)
    ASKED.get(operation, ask_nothing_more)(story, fields)
    return fields


def drawn_operation(story: Story, *, inside: bool) -> Operation:
    """By their weights; a setting stands alone."""
    cumulated = CUMULATED[story.kind.crowded]
    at = int(np.searchsorted(cumulated, story.roll(2**40) / 2**40, "right"))
    operation = OPERATIONS[at]
    if operation == Operation.SET_PART and not story.kind.kits:
        return Operation.EXPIRE
    if inside and operation >= FIRST_SETTING and not story.chance(0.02):
        return Operation.PLACE
    return operation


def blank(story: Story, operation: Operation) -> Fields:
    """A command that names a level, somebody and a time, and no more."""
    late = story.chance(0.2)
    how_late = 150 if story.chance(0.5) else 2500  # many counts ago
    kits_too = operation in KITS_TOO or story.chance(0.03)
    now_us = story.now_us - story.roll(99) * story.chance(0.003) + story.chance(0.002)
    return {
        "id": story.id_of(len(story.commands) + 1),
        "order_id": 0,
        "now_us": now_us,
        "occurred_us": max(0, now_us - story.roll(how_late)) if late else 0,
        "party_id": 1 + story.roll(3),
        "argument": 0,
        "sku": story.roll(story.shop.skus if kits_too else story.plain),
        "quantity": story.few(),
        "location": story.roll(story.shop.locations),
        "location_to": story.roll(story.shop.locations),
        "operation": int(operation),
        "flags": 0,
        "channel": story.roll(4) + 4 * story.chance(0.02),
        "reason": story.roll(2),
    }


def repeat(story: Story, fields: Fields) -> None:
    """Give some commands the number of an earlier one, and half of them its body too."""
    if not story.commands or not story.chance(0.02):
        return
    back = 1 + story.roll(5 if story.chance(0.5) else 1500)
    first = story.commands[-min(back, len(story.commands))]
    if story.chance(0.5):
        fields |= {**first, "now_us": fields["now_us"]}
    fields["id"] = first["id"]


def break_up(story: Story, fields: Fields) -> None:
    """Push a field beyond its range."""
    if story.chance(BROKEN_SHARE):
        name = story.one_of(list(BEYOND))
        fields[name] = story.one_of(BEYOND[name])
