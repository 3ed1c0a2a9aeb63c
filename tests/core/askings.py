"""What each operation is likely to say in a random stream."""

from collections.abc import Callable

from core.records import Paper
from core.schema import ANY_LOCATION, LEVEL_MAX, TTL_MAX_US, Flag, Operation, State
from core.steps import OrderState, Step, Work
from tests.core.naive.records import Level
from tests.core.stories import Fields, Story

RULES = (0, 2, 3, 4, 5, 6, 1, 0x0203, 0x0305, 0x040301, 0x0506)
SHELF = (State.AVAILABLE, State.DAMAGED, State.SAFETY_STOCK, State.QUALITY_CONTROL)


def ask_nothing_more(_story: Story, _fields: Fields) -> None:
    """A level, a quantity, somebody and a time say it all."""


def at_the_emptiest(story: Story, fields: Fields) -> int:
    """Name the level where least is available; return how much that is."""
    level, available = story.emptiest_level()
    fields["location"], fields["sku"] = level
    return available


def ask_reserve(story: Story, fields: Fields) -> None:
    """For a while."""
    fields["argument"] = 1 + story.roll(300)


def ask_extend(story: Story, fields: Fields) -> None:
    """Longer or shorter."""
    fields["order_id"], fields["argument"] = story.cart(), 1 + story.roll(300)


def ask_release(story: Story, fields: Fields) -> None:
    """A cart that may have run out."""
    fields["argument"] = story.cart()


def ask_line(story: Story, fields: Fields) -> None:
    """A line of the chain's order; some are left to routing, some wait for their payment."""
    fields["order_id"] = story.chain[0]["id"] if story.chain else fields["id"]
    fields["argument"] = story.roll(5000)
    if fields["operation"] == Operation.PLACE:
        fields["flags"] |= int(Flag.ACCEPTED) * story.chance(0.12)
        fields["flags"] |= int(Flag.PENDING) * story.chance(0.1)
        if story.chance(0.3):
            fields["location"] = ANY_LOCATION
        elif story.chance(0.5):
            at_the_emptiest(story, fields)


# What a line must be like for an operation to do something with it.
FITS = {
    Operation.FULFIL: lambda line: line.allocated and line.work != Work.ON_HOLD,
    Operation.CANCEL: lambda line: line.open,
    Operation.PICK: lambda line: line.allocated and line.work in (Work.OPEN, Work.IN_PROGRESS),
    Operation.REROUTE: lambda line: line.unallocated,
    Operation.NO_SHOW: lambda line: line.allocated and line.work == Work.READY,
    Operation.RETURN: lambda line: line.fulfilled > line.returned,
}


def ask_end(story: Story, fields: Fields) -> None:
    """Something with a line that is mostly ready for it."""
    operation = Operation(fields["operation"])
    line = story.line(fields, FITS[operation])
    if operation == Operation.PICK:
        fields["quantity"] = story.roll(6)
        if line is not None and story.chance(0.6):
            fields["quantity"] = line.allocated - story.chance(0.2)
    if operation == Operation.REROUTE:
        fields["location_to"] = fields["location_to"] if story.chance(0.4) else ANY_LOCATION
        fields["quantity"] = 1 + story.roll(2)
    if operation == Operation.RETURN:
        fields["reason"] = story.one_of((0, 1, 2, 2, 2, 3, 4))
        if story.chance(0.25):
            fields["order_id"] = 0  # nobody has the receipt
    elif line is not None and story.chance(0.5):
        fields["quantity"] = min(fields["quantity"], line.open)


ACTIONS = {  # of the states of work in which they are to be expected
    Work.OPEN: (0, 0, 2),
    Work.IN_PROGRESS: (2, 1),
    Work.PICKED: (1, 1, 1, 2),
    Work.READY: (2, 0),
    Work.ON_HOLD: (3, 3, 3, 1),
    Work.SCHEDULED: (2, 0),
    Work.CLOSED: (4, 4, 3),
}


def ask_work(story: Story, fields: Fields) -> None:
    """What comes next on a line, or what cannot be done."""
    line = story.line(fields, lambda line: line.work in ACTIONS)
    fields["reason"] = story.one_of(ACTIONS[line.work] if line else (0, 1, 2, 3, 4))


def ask_step(story: Story, fields: Fields) -> None:
    """Any of the steps of an order, rather of one that waits."""
    fields["order_id"] = story.order(lambda order: order.state != OrderState.CONFIRMED)
    fields["reason"] = story.one_of((Step.CONFIRM, Step.CONFIRM, Step.RESUME, Step.RESUME))
    if story.chance(0.4):
        fields["order_id"], fields["reason"] = story.order(lambda _: True), Step.HOLD


def ask_dispose(story: Story, fields: Fields) -> None:
    """What becomes of what came back."""
    fields["argument"] = story.paper((Paper.RETURN,), Operation.RETURN)
    fields["reason"], fields["quantity"] = story.one_of((0, 1, 3, 4)), 1 + story.roll(2)


def ask_receive(story: Story, fields: Fields) -> None:
    """Rather many, where there is least; some are a lot."""
    if story.chance(0.6):
        available = at_the_emptiest(story, fields)
        fields["quantity"] = min(LEVEL_MAX, 1 + story.roll(12) + max(0, -available))
    if story.chance(0.3):
        fields["argument"] = fields["now_us"] + story.roll(1500)


def ask_adjust(story: Story, fields: Fields) -> None:
    """In both directions."""
    fields["quantity"] *= -1 if story.chance(0.6) else 1


def ask_count(story: Story, fields: Fields) -> None:
    """Nearly what the record says, or anything."""
    fields["quantity"] = story.roll(30)
    if story.chance(0.7):
        on_hand = story.shop.on_hand(Level(fields["location"], fields["sku"]))
        fields["quantity"] = min(LEVEL_MAX, max(0, on_hand + story.roll(5) - 3))


def ask_expect(story: Story, fields: Fields) -> None:
    """In both directions, or by a date."""
    fields["quantity"] *= 4 if story.chance(0.7) else -3
    if story.chance(0.5):
        fields["argument"] = max(0, fields["now_us"] + story.roll(300) - 10)


def ask_reclassify(story: Story, fields: Fields) -> None:
    """From one state to another, or to the same."""
    start = State.AVAILABLE if story.chance(0.5) else story.one_of(SHELF)
    fields["argument"] = 256 * start + story.one_of(SHELF)


def ask_transfer(story: Story, fields: Fields) -> None:
    """Some have a date."""
    fields["argument"] = story.chance(0.5) * (fields["now_us"] + story.roll(200))
    if story.chance(0.9):
        fields["location_to"] = (fields["location"] + 1) % story.shop.locations


def ask_arrive(story: Story, fields: Fields) -> None:
    """All of it, less, more, nothing."""
    fields["argument"] = story.paper((Paper.TRANSFER,), Operation.TRANSFER)
    fields["quantity"] = story.roll(6)
    fields["flags"] |= int(Flag.FINAL) * story.chance(0.3)


def ask_points(story: Story, fields: Fields) -> None:
    """Earned for ever or for a while, or spent."""
    if fields["operation"] == Operation.EARN:
        fields["argument"] = story.chance(0.7) * story.roll(400)
        fields["quantity"] *= 3


def ask_reverse(story: Story, fields: Fields) -> None:
    """Points earned or spent; what is given back can be reversed as well."""
    made_by = story.one_of((Operation.EARN, Operation.BURN))
    fields["argument"] = story.paper((Paper.GRANT, Paper.BURN), made_by)


def ask_level_setting(story: Story, fields: Fields) -> None:
    """Small numbers, often none; backorders have a cap, a date, and sometimes goods to come."""
    fields["quantity"] = story.roll(6) * story.chance(0.7)
    if story.chance(0.5):
        at_the_emptiest(story, fields)
    if fields["operation"] == Operation.SET_BACKORDER:
        fields["quantity"] *= 9
        fields["argument"] = story.chance(0.3) * (fields["now_us"] + story.roll(2000))
        fields["flags"] |= int(Flag.ARRIVALS) * story.chance(0.2)


def ask_hold(story: Story, fields: Fields) -> None:
    """Mostly from the cart on, so that carts are seen."""
    fields["reason"] = story.one_of((0, 0, 0, 0, 0, 0, 0, 1, 2, 3))
    fields["argument"] = story.one_of((0, 0, 100, 250, TTL_MAX_US))


def ask_part(story: Story, fields: Fields) -> None:
    """The last skus are kits of the first."""
    fields["sku"] = story.shop.skus - 1 - story.roll(2)
    fields["argument"] = story.roll(story.shop.skus)
    fields["order_id"] = story.roll(4)


def ask_number(story: Story, fields: Fields) -> None:
    """A setting of one number: a product, a rule chain, a set of channels."""
    choices = {
        Operation.SET_PRODUCT: (0, 1, 7),
        Operation.SET_ROUTING: RULES,
        Operation.SET_LOCATION: (255, 255, 14, 1),
    }
    fields["argument"] = story.one_of(choices[Operation(fields["operation"])])


def ask_lane(story: Story, fields: Fields) -> None:
    """Costs that tie now and then."""
    fields["quantity"], fields["order_id"] = story.roll(3), story.roll(4)
    fields["argument"] = story.roll(3)


ASKED: dict[Operation, Callable[[Story, Fields], None]] = {
    Operation.RESERVE: ask_reserve,
    Operation.EXTEND: ask_extend,
    Operation.RELEASE: ask_release,
    **dict.fromkeys((Operation.PLACE, Operation.SELL), ask_line),
    **dict.fromkeys(FITS, ask_end),
    Operation.WORK: ask_work,
    Operation.STEP: ask_step,
    Operation.DISPOSE: ask_dispose,
    Operation.RECEIVE: ask_receive,
    Operation.ADJUST: ask_adjust,
    Operation.COUNT: ask_count,
    Operation.EXPECT: ask_expect,
    Operation.RECLASSIFY: ask_reclassify,
    Operation.TRANSFER: ask_transfer,
    Operation.ARRIVE: ask_arrive,
    **dict.fromkeys((Operation.EARN, Operation.BURN), ask_points),
    Operation.REVERSE: ask_reverse,
    **dict.fromkeys((Operation.SET_BUFFER, Operation.SET_FENCE), ask_level_setting),
    **dict.fromkeys((Operation.SET_BACKORDER, Operation.SET_FLOOR), ask_level_setting),
    Operation.SET_HOLD: ask_hold,
    Operation.SET_PART: ask_part,
    **dict.fromkeys((Operation.SET_PRODUCT, Operation.SET_ROUTING), ask_number),
    Operation.SET_LOCATION: ask_number,
    Operation.SET_LANE: ask_lane,
}
