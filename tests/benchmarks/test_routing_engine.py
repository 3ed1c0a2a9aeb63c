"""Orders that name no location, through the engine's door: settings reach the rules."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.engine import Engine
from core.schema import (
    ANY_LOCATION,
    CHANNELS,
    COMMAND,
    SPLITS_MAX,
    ZONES,
    Channel,
    Flag,
    Kind,
    Operation,
    Route,
    State,
    Status,
)

SHIRT, CAP, SET = 0, 1, 2  # the last one is to be a kit
DAY_US = 86_400_000_000
Taken = list[tuple[int, int, int]]  # sku, location, units


class Desk:
    """An engine, and commands as one would say them."""

    def __init__(self, locations: int = 3) -> None:
        self.engine = Engine(3, locations, remembered_ids=1000)
        self.last_id = 0

    def ask(self, *wishes: dict[str, Any]) -> tuple[list[Status], NDArray[Any]]:
        """Execute one chain; return its statuses and events."""
        commands = np.zeros(len(wishes), COMMAND)
        for command, wish in zip(commands, wishes, strict=True):
            self.last_id += 1
            for name, value in {"id": self.last_id, "now_us": 1, **wish}.items():
                command[name] = value
        commands["flags"][:-1] = Flag.LINKED
        placed = np.isin(commands["operation"], [Operation.PLACE, Operation.SELL])
        commands["order_id"][placed] = commands["id"][0]
        answers, events = self.engine.execute(commands)
        return [Status(status) for status in answers["status"].tolist()], events

    def tell(self, operation: Operation, **numbers: int) -> None:
        """Execute one command that must succeed."""
        assert self.ask({"operation": operation, **numbers})[0] == [Status.OK]

    def stock(self, sku: int, *units: int) -> None:
        """Deliver units of *sku* to each location in turn."""
        for location, quantity in enumerate(units):
            if quantity:
                self.tell(Operation.RECEIVE, sku=sku, location=location, quantity=quantity)

    def route(self, *lines: tuple[int, int], **also: int) -> Taken | Status:
        """Order skus and quantities; return what was taken, or the first refusal."""
        wish = {"operation": Operation.PLACE, "location": ANY_LOCATION, "channel": Channel.WEB}
        statuses, events = self.ask(
            *({**wish, "sku": sku, "quantity": quantity, **also} for sku, quantity in lines)
        )
        refused = [s for s in statuses if s not in {Status.OK, Status.CHAIN_BROKEN}]
        if refused:
            return refused[0]
        placed = events[events["kind"] == Kind.PLACED]
        return [(int(e["sku"]), int(e["location"]), int(e["quantity"])) for e in placed]

    def rules(self, *rules: Route) -> None:
        """Set the chain."""
        packed = sum(rule << 8 * i for i, rule in enumerate(rules))
        self.tell(Operation.SET_ROUTING, argument=packed)

    def lane(
        self, location: int, zone: int, *, unit: int = 0, parcel: int = 0, km: int = 0
    ) -> None:
        """Set what a lane costs."""
        self.tell(
            Operation.SET_LANE,
            location=location,
            location_to=zone,
            quantity=unit,
            order_id=parcel,
            argument=km,
        )


def test_lanes_belong_to_a_zone() -> None:
    """The nearest store is another one for a customer who lives elsewhere."""
    desk = Desk()
    desk.stock(SHIRT, 9, 9, 9)
    desk.rules(Route.NEAREST)
    desk.lane(0, 0, km=5)
    desk.lane(1, 0, km=9)
    desk.lane(2, 0, km=3)
    desk.lane(0, ZONES - 1, km=4)
    desk.lane(2, ZONES - 1, km=6)
    assert desk.route((SHIRT, 1)) == [(SHIRT, 2, 1)]
    assert desk.route((SHIRT, 1), location_to=ZONES - 1) == [(SHIRT, 1, 1)]


def test_a_shop_that_says_nothing_sends_fewest_parcels() -> None:
    """Without a lane, a floor or a chain: the store that has it all, then the lowest number."""
    desk = Desk()
    desk.stock(SHIRT, 5, 0, 5)
    desk.stock(CAP, 0, 5, 5)
    assert desk.route((SHIRT, 1), (CAP, 1)) == [(SHIRT, 2, 1), (CAP, 2, 1)]
    assert desk.route((SHIRT, 1)) == [(SHIRT, 0, 1)]


def test_a_second_line_joins_the_parcel() -> None:
    """Where nothing else tells stores apart, the one that sends a parcel already is chosen."""
    desk = Desk()
    desk.stock(SHIRT, 0, 5, 0)
    desk.stock(CAP, 5, 5, 5)
    desk.rules(Route.FEWEST_SPLITS)
    assert desk.route((SHIRT, 1), (CAP, 1)) == [(SHIRT, 1, 1), (CAP, 1, 1)]
    assert desk.route((CAP, 1)) == [(CAP, 0, 1)]


def test_the_chain_can_be_taken_back() -> None:
    """An argument of 0 restores the engine's own chain."""
    desk = Desk()
    desk.stock(SHIRT, 2, 9, 2)
    desk.rules(Route.BALANCE)
    assert desk.route((SHIRT, 1)) == [(SHIRT, 1, 1)]
    desk.rules()
    assert desk.route((SHIRT, 1)) == [(SHIRT, 0, 1)]


def test_floors_are_kept_where_they_can_be() -> None:
    """A store below its floor comes last, and still serves what nobody else can."""
    desk = Desk()
    desk.stock(SHIRT, 3, 3, 0)
    desk.tell(Operation.SET_FLOOR, sku=SHIRT, location=0, quantity=3)
    assert desk.route((SHIRT, 1)) == [(SHIRT, 1, 1)]
    assert desk.route((SHIRT, 3)) == [(SHIRT, 1, 2), (SHIRT, 0, 1)]


def test_the_lot_that_ends_first_goes_first() -> None:
    """First expired sends the oldest goods, and what has no date last."""
    desk = Desk()
    desk.stock(SHIRT, 5, 0, 0)
    for location, days in ((1, 9), (2, 4)):
        desk.tell(
            Operation.RECEIVE, sku=SHIRT, location=location, quantity=2, argument=days * DAY_US
        )
    desk.rules(Route.FIRST_EXPIRED)
    assert desk.route((SHIRT, 5)) == [(SHIRT, 2, 2), (SHIRT, 1, 2), (SHIRT, 0, 1)]


@pytest.mark.parametrize("channel", range(CHANNELS))
def test_a_location_can_be_closed_to_a_channel(channel: int) -> None:
    """A franchise that does not serve the web shop is no candidate, whatever it has."""
    desk = Desk()
    desk.stock(SHIRT, 9, 1, 0)
    desk.tell(Operation.SET_LOCATION, location=0, argument=255 & ~(1 << channel))
    assert desk.route((SHIRT, 2), channel=channel) == Status.STOCK_INSUFFICIENT
    assert desk.route((SHIRT, 1), channel=channel) == [(SHIRT, 1, 1)]
    assert desk.route((SHIRT, 2), channel=(channel + 1) % CHANNELS) == [(SHIRT, 0, 2)]


def test_what_is_kept_back_is_not_routed() -> None:
    """Buffers and other channels' ring-fences bound what a location gives."""
    desk = Desk()
    desk.stock(SHIRT, 5, 5, 0)
    level = {"sku": SHIRT, "location": 0}
    desk.tell(Operation.SET_BUFFER, **level, channel=Channel.WEB, quantity=1)
    desk.tell(Operation.SET_FENCE, **level, channel=Channel.APP, quantity=2)
    assert desk.route((SHIRT, 6)) == [(SHIRT, 1, 5), (SHIRT, 0, 1)]
    assert desk.route((SHIRT, 2)) == Status.STOCK_INSUFFICIENT


def test_kits_are_routed_whole() -> None:
    """A location gives as many kits as its scarcest part allows; parts are never mixed."""
    desk = Desk()
    for component, per in ((SHIRT, 2), (CAP, 1)):
        desk.tell(Operation.SET_PART, sku=SET, argument=component, quantity=per)
    desk.stock(SHIRT, 9, 3, 4)
    desk.stock(CAP, 0, 9, 9)
    assert desk.route((SET, 3)) == [(SHIRT, 2, 4), (CAP, 2, 2), (SHIRT, 1, 2), (CAP, 1, 1)]
    assert desk.route((SET, 1)) == Status.STOCK_INSUFFICIENT


def test_no_line_is_shared_by_more_than_so_many() -> None:
    """Nine parcels for one line are refused; eight are sent, and their amounts add up."""
    desk = Desk(SPLITS_MAX + 1)
    desk.stock(SHIRT, *[1] * (SPLITS_MAX + 1))
    assert desk.route((SHIRT, SPLITS_MAX + 1)) == Status.STOCK_INSUFFICIENT
    assert desk.engine.levels[:, SHIRT, State.COMMITTED].sum() == 0
    taken = desk.route((SHIRT, SPLITS_MAX), argument=1001)
    assert taken == [(SHIRT, location, 1) for location in range(SPLITS_MAX)]
    lines = desk.engine.order(desk.last_id)
    assert lines["amount_minor"].sum() == 1001
    assert set(lines["split_from"].tolist()) == {0}


def test_an_order_whose_last_line_fails_leaves_nothing() -> None:
    """What was routed for earlier lines is put back, and the next order is routed as if never."""
    desk = Desk()
    desk.stock(SHIRT, 1, 1, 0)
    desk.stock(CAP, 0, 1, 0)
    before = desk.engine.levels.copy()
    assert desk.route((SHIRT, 2), (CAP, 2)) == Status.STOCK_INSUFFICIENT
    assert (desk.engine.levels == before).all()
    assert desk.route((SHIRT, 1), (CAP, 1)) == [(SHIRT, 1, 1), (CAP, 1, 1)]


def test_lines_of_one_sku_share_its_stock() -> None:
    """The second line finds what the first has left."""
    desk = Desk()
    desk.stock(SHIRT, 3, 1, 0)
    assert desk.route((SHIRT, 2), (SHIRT, 2)) == [(SHIRT, 0, 2), (SHIRT, 0, 1), (SHIRT, 1, 1)]
    assert desk.route((SHIRT, 1)) == Status.STOCK_INSUFFICIENT


def test_an_earlier_order_pays_no_parcel() -> None:
    """A location that sends a parcel to somebody else is as dear as any other."""
    desk = Desk()
    desk.stock(SHIRT, 0, 9, 0)
    desk.stock(CAP, 9, 9, 0)
    desk.rules(Route.LOWEST_COST)
    for location in range(3):
        desk.lane(location, 0, parcel=500, unit=location)
    assert desk.route((SHIRT, 1)) == [(SHIRT, 1, 1)]
    assert desk.route((CAP, 1)) == [(CAP, 0, 1)]
    assert desk.route((SHIRT, 1), (CAP, 1)) == [(SHIRT, 1, 1), (CAP, 1, 1)]


@pytest.mark.parametrize("packed", [7, 255, Route.NEAREST << 8, 1 | Route.BALANCE << 16, -1])
def test_a_chain_with_a_hole_is_refused(packed: int) -> None:
    """Unknown rules, and rules behind the end, are no chain; the old one stays."""
    desk = Desk()
    desk.stock(SHIRT, 2, 9, 2)
    desk.rules(Route.BALANCE)
    statuses, _ = desk.ask({"operation": Operation.SET_ROUTING, "argument": packed})
    assert statuses == [Status.NUMBER_OUT_OF_RANGE]
    assert desk.route((SHIRT, 1)) == [(SHIRT, 1, 1)]


def test_batch_size_changes_no_route() -> None:
    """The lines of later orders in the same batch are not taken for lines of this one."""
    wish = {"operation": Operation.PLACE, "location": ANY_LOCATION, "channel": Channel.WEB}
    taken = []
    for size in (1, 4):
        desk = Desk()
        desk.stock(SHIRT, 4, 4, 4)
        desk.stock(CAP, 0, 0, 4)
        commands = np.zeros(4, COMMAND)
        for i, command in enumerate(commands):
            for name, value in {**wish, "id": 90 + i, "order_id": 90 + i, "now_us": 1}.items():
                command[name] = value
            command["sku"], command["quantity"] = (SHIRT, CAP)[i % 2], 1
        events = [desk.engine.execute(commands[i : i + size])[1] for i in range(0, 4, size)]
        taken.append([int(e["location"]) for part in events for e in part])
    assert taken[0] == taken[1] == [0, 2, 0, 2]
