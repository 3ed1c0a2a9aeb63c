"""What may happen to an order and to the work on it: states, steps, and two tables of transitions.

A row is what happens, a column the state before, a cell the state after or REFUSED.
"""

from enum import IntEnum

import numpy as np


class Work(IntEnum):
    """State of a fulfilment order: the work on one line at its location."""

    OPEN = 0
    IN_PROGRESS = 1
    PICKED = 2
    READY = 3  # packed: for the carrier, or to be collected
    ON_HOLD = 4
    INCOMPLETE = 5  # picked short: units are to be rerouted or cancelled
    SCHEDULED = 6  # waits for goods
    CLOSED = 7  # nothing open is left, something was fulfilled
    CANCELLED = 8  # nothing open is left, nothing was fulfilled
    DELIVERED = 9


class Action(IntEnum):
    """What happens to a fulfilment order. The first five by WORK, the others by operations."""

    START = 0
    PACK = 1
    HOLD = 2
    RESUME = 3
    DELIVER = 4
    PICK = 5
    FULFIL = 6
    NO_SHOW = 7


LAST_WORK_ACTION = Action.DELIVER
REFUSED = 255  # in a transition table

WORK_STEPS = np.full((len(Action), len(Work)), REFUSED, np.uint8)
for _action, _steps in {
    Action.START: {Work.OPEN: Work.IN_PROGRESS},
    Action.PACK: {Work.PICKED: Work.READY},
    Action.HOLD: {
        Work.OPEN: Work.ON_HOLD,
        Work.IN_PROGRESS: Work.ON_HOLD,
        Work.PICKED: Work.ON_HOLD,
        Work.READY: Work.ON_HOLD,
        Work.SCHEDULED: Work.ON_HOLD,
    },
    Action.RESUME: {Work.ON_HOLD: Work.OPEN},  # whoever resumes looks at the goods again
    Action.DELIVER: {Work.CLOSED: Work.DELIVERED},
    Action.PICK: {
        Work.OPEN: Work.PICKED,
        Work.IN_PROGRESS: Work.PICKED,
        Work.INCOMPLETE: Work.PICKED,  # somebody looked again
    },
    # A shop that keeps no track of the work fulfils what is open.
    Action.FULFIL: {
        Work.OPEN: Work.OPEN,
        Work.IN_PROGRESS: Work.IN_PROGRESS,
        Work.PICKED: Work.PICKED,
        Work.READY: Work.READY,
        Work.INCOMPLETE: Work.INCOMPLETE,
        Work.SCHEDULED: Work.SCHEDULED,  # the part that was there may go ahead
    },
    Action.NO_SHOW: {Work.READY: Work.READY},
}.items():
    for _before, _after in _steps.items():
        WORK_STEPS[_action, _before] = _after


class OrderState(IntEnum):
    """State of an order. The first three are stored, the others derived from its lines."""

    CONFIRMED = 0
    PENDING = 1
    ON_HOLD = 2
    COMPLETED = 3
    CANCELLED = 4


class Step(IntEnum):
    """What happens to an order as a whole."""

    CONFIRM = 0
    HOLD = 1
    RESUME = 2


ORDER_STEPS = np.full((len(Step), 3), REFUSED, np.uint8)
for _step, _turns in {
    Step.CONFIRM: {OrderState.PENDING: OrderState.CONFIRMED},
    Step.HOLD: {OrderState.PENDING: OrderState.ON_HOLD, OrderState.CONFIRMED: OrderState.ON_HOLD},
    Step.RESUME: {OrderState.ON_HOLD: OrderState.CONFIRMED},
}.items():
    for _from, _to in _turns.items():
        ORDER_STEPS[_step, _from] = _to
