"""Work on a line and steps of an order, written down once more: who may do what from where."""

from dataclasses import replace

from core.schema import Kind, Status
from core.steps import Action, OrderState, Step, Work
from tests.core.naive.records import Command, Level, Line, Order, refuse
from tests.core.naive.shop import Shop

WORK: dict[Action, dict[Work, Work]] = {
    Action.START: {Work.OPEN: Work.IN_PROGRESS},
    Action.PICK: dict.fromkeys((Work.OPEN, Work.IN_PROGRESS, Work.INCOMPLETE), Work.PICKED),
    Action.PACK: {Work.PICKED: Work.READY},
    Action.HOLD: dict.fromkeys(
        (Work.OPEN, Work.IN_PROGRESS, Work.PICKED, Work.READY, Work.SCHEDULED), Work.ON_HOLD
    ),
    Action.RESUME: {Work.ON_HOLD: Work.OPEN},
    Action.DELIVER: {Work.CLOSED: Work.DELIVERED},
    Action.NO_SHOW: {Work.READY: Work.READY},
    # Units may leave in any state in which there may be some, but not while the line is on hold.
    Action.FULFIL: {
        work: work
        for work in Work
        if work not in (Work.ON_HOLD, Work.CLOSED, Work.CANCELLED, Work.DELIVERED)
    },
}
STEPS: dict[Step, dict[OrderState, OrderState]] = {
    Step.CONFIRM: {OrderState.PENDING: OrderState.CONFIRMED},
    Step.HOLD: dict.fromkeys((OrderState.PENDING, OrderState.CONFIRMED), OrderState.ON_HOLD),
    Step.RESUME: {OrderState.ON_HOLD: OrderState.CONFIRMED},
}


def work_after(action: Action, work: Work) -> Work:
    """State of the work after an action that is allowed."""
    return WORK[action][work]


def guard_work(action: Action, line: Line) -> None:
    """Whether the state of the work allows an action.

    Raises:
        Refused: it does not.
    """
    refuse(Status.WORK_NOT_ALLOWED, when=line.work not in WORK[action])


def guard_ready(order: Order) -> None:
    """Whether anybody may work on the order.

    Raises:
        Refused: it waits for its payment, or is on hold.
    """
    refuse(Status.ORDER_NOT_READY, when=order.state != OrderState.CONFIRMED)


def do_work(shop: Shop, command: Command) -> None:
    """Start, pack, hold, resume, deliver."""
    refuse(Status.ACTION_UNKNOWN, when=command.reason > Action.DELIVER)
    action = Action(command.reason)
    order = shop.orders[command.order_id]
    refuse(Status.ORDER_UNKNOWN, when=order is None)
    assert order is not None
    number = command.argument
    refuse(Status.LINE_UNKNOWN, when=not 0 <= number < len(order.lines))
    if action not in (Action.HOLD, Action.RESUME):
        guard_ready(order)
    line = order.lines[number]
    guard_work(action, line)

    after = work_after(action, line.work)
    if action == Action.RESUME and line.allocated == 0:
        after = Work.SCHEDULED
    lines = (*order.lines[:number], replace(line, work=after), *order.lines[number + 1 :])
    shop.orders[command.order_id] = replace(order, lines=lines)
    whose = {"party_id": order.party_id, "channel": line.channel, "line": number}
    shop.tell(command, Kind.WORKED, line.level, line.ordered, **whose)


def step(shop: Shop, command: Command) -> None:
    """Confirm, hold, resume an order as a whole."""
    refuse(Status.ACTION_UNKNOWN, when=command.reason > Step.RESUME)
    order = shop.orders[command.order_id]
    refuse(Status.ORDER_UNKNOWN, when=order is None)
    assert order is not None
    turns = STEPS[Step(command.reason)]
    refuse(Status.STEP_NOT_ALLOWED, when=order.state not in turns)

    shop.orders[command.order_id] = replace(order, state=turns[order.state])
    whose = {"party_id": order.party_id, "channel": order.channel}
    shop.tell(command, Kind.STEPPED, Level(command.location, command.sku), 0, **whose)


def order_state(order: Order) -> OrderState:
    """State of an order as its lines tell it."""
    if any(line.open for line in order.lines):
        return order.state
    fulfilled = any(line.fulfilled for line in order.lines)
    return OrderState.COMPLETED if fulfilled else OrderState.CANCELLED
