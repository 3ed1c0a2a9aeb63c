"""Promises to customers: placed, fulfilled, cancelled, returned, line by line."""

from collections.abc import Callable, Iterable, Sequence

from benchmarks.oversell.database import Row
from benchmarks.oversell.shop import Client, Refused, drain, places
from benchmarks.oversell.sound.holds import held_at, let_go
from benchmarks.oversell.sound.levels import Place, home, lock_all, move, parts_of
from benchmarks.oversell.sound.messages import tell
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Line, Reply, Request

Want = tuple[int, str, int, str | None]  # number of the line, sku, units, where
Pick = tuple[int, str, str, int]  # number of the line, sku, location, units
Asked = tuple[Row, int, str | None]  # line, units, where
Moved = tuple[Place, int]  # level, units


def wanted(client: Client, lines: Sequence[Line]) -> list[Want]:
    """What the lines take from stock, kits taken apart.

    Raises:
        Refused: a line asks for nothing.
    """
    if not lines or any(line.quantity <= 0 for line in lines):
        message = "nothing was asked for"
        raise Refused(message)
    return [
        (number, part, each * line.quantity, line.location)
        for number, line in enumerate(lines)
        for part, each in parts_of(client, line.sku).items()
    ]


def levels_of(wants: Iterable[Want]) -> list[Place]:
    """Every level that *wants* may touch, in the order in which all clients lock."""
    return sorted({(sku, at) for _, sku, _, location in wants for at in places(location)})


def pick(left: dict[Place, int], wants: Iterable[Want]) -> list[Pick]:
    """Take units from the first locations that have some; what one want takes is gone for the next.

    Args:
        left: what is available; changed.
        wants: what to take.

    Raises:
        Refused: together they want more than there is.
    """
    picks: list[Pick] = []
    for number, sku, units, location in wants:
        rest = units
        for at in places(location):
            taken = min(rest, max(0, left[sku, at]))
            if taken:
                left[sku, at] -= taken
                rest -= taken
                picks.append((number, sku, at, taken))
        if rest:
            message = f"{sku} is short by {rest}"
            raise Refused(message)
    return picks


def choose(client: Client, lines: Sequence[Line]) -> Steps[list[Pick]]:
    """Lock every level that the lines may touch, then pick."""
    wants = wanted(client, lines)
    rows = yield from lock_all(client, levels_of(wants))
    return pick({at: row["available"] for at, row in rows.items()}, wants)


def place(client: Client, request: Request) -> Steps[Reply]:
    """Allocate every line, or none; what the cart held goes into it."""
    if request.of:
        held = yield from held_at(client, request.of)
        yield from lock_all(client, [*held, *levels_of(wanted(client, request.lines))])
        yield from let_go(client, request.of)
    picks = yield from choose(client, request.lines)
    # After this point the order must succeed.
    return (yield from allocate(client, request, picks))


def allocate(client: Client, request: Request, picks: Sequence[Pick]) -> Steps[Reply]:
    """Write the order and move its units; the caller has looked whether there are any."""
    order_id = record(client, request, picks)
    for _, sku, location, units in picks:
        yield from move(client, (sku, location), available=-units, committed=units)
    return Reply(accepted=True, id=order_id)


def record(client: Client, request: Request, picks: Sequence[Pick]) -> str:
    """Write an order and where its units come from; the levels are the caller's."""
    order_id = new_order(client, request, "allocated")
    for number, sku, location, units in picks:
        key = (order_id, number, sku, location)
        client.tx.add("pick", key, line=key[:2], place=key[2:], quantity=units, taken=0)
    return order_id


def new_order(client: Client, request: Request, status: str) -> str:
    """Write an order whose lines are all *status*."""
    order_id = f"order-{client.shop.database.number()}"
    client.tx.add("order", order_id, id=order_id, party=request.party)
    for number, line in enumerate(request.lines):
        fields = {"allocated": 0, "fulfilled": 0, "cancelled": 0, "returned": 0}
        client.tx.add(
            "line",
            (order_id, number),
            key=(order_id, number),
            sku=line.sku,
            location=home(line.location),
            ordered=line.quantity,
            amount_minor=line.amount_minor,
            refunded_minor=0,
            **fields | {status: line.quantity},
        )
    return order_id


def order_lines(client: Client, request: Request, rest: Callable[[Row], int]) -> Steps[list[Asked]]:
    """Lines that a request is about, each with units and location; without lines, all the rest.

    Args:
        client: who serves.
        request: its `of` names the order, its lines name the order's by number or sku.
        rest: how many units of a line the request could still be about.

    Raises:
        Refused: an unknown order or line, or more units than the rest.
    """
    order = yield from client.tx.lock("order", request.of)
    if order is None:
        message = f"no order {request.of}"
        raise Refused(message)
    rows = yield from client.tx.select("line", lambda row: bool(row["key"][0] == request.of))
    if not request.lines:
        return [(row, rest(row), None) for row in rows if rest(row)]
    asked: dict[int, tuple[int, str | None]] = {}
    for line in request.lines:
        number = line.number
        if number is None:
            number = next((at for at, row in enumerate(rows) if row["sku"] == line.sku), -1)
        if not 0 <= number < len(rows) or line.quantity <= 0:
            message = f"no such line of {request.of}"
            raise Refused(message)
        asked[number] = (asked.get(number, (0, None))[0] + line.quantity, line.location)
    if any(quantity > rest(rows[number]) for number, (quantity, _) in asked.items()):
        message = "more than the line has left"
        raise Refused(message)
    return [(rows[number], quantity, at) for number, (quantity, at) in sorted(asked.items())]


def lock_picks(client: Client, order_id: str) -> Steps[None]:
    """Lock every level that an order has units of."""
    picks = yield from client.tx.select("pick", lambda pick: bool(pick["line"][0] == order_id))
    yield from lock_all(client, [pick["place"] for pick in picks])


def take_picks(client: Client, row: Row, quantity: int) -> Steps[list[Moved]]:
    """Take the allocation of *quantity* units off a line; the caller has locked its levels."""
    of_line = yield from client.tx.select("pick", lambda pick: bool(pick["line"] == row["key"]))
    taken: list[Moved] = []
    for part, each in parts_of(client, row["sku"]).items():
        rest = each * quantity
        for pick_row in of_line:
            units = min(rest, pick_row["quantity"]) if pick_row["place"][0] == part else 0
            if units:
                rest -= units
                key = (*row["key"], *pick_row["place"])
                fields = {"quantity": -units, "taken": units}
                yield from client.tx.write(
                    "pick", key, **{name: pick_row[name] + by for name, by in fields.items()}
                )
                taken.append((pick_row["place"], units))
    return taken


def never_left(client: Client, row: Row, at: Place, units: int) -> Steps[None]:
    """What was taken off a line stays where it is: nothing of it can come back."""
    key = (*row["key"], *at)
    pick_row = (yield from client.tx.lock("pick", key)) or {"taken": units}
    yield from client.tx.write("pick", key, taken=pick_row["taken"] - units)


def fulfil(client: Client, request: Request) -> Steps[Reply]:
    """Allocated units leave, and the other system is told."""
    for at, units in (yield from leave(client, request)):
        tell(client, at, -units)
    return Reply(accepted=True)


def leave(client: Client, request: Request) -> Steps[list[Moved]]:
    """Allocated units leave; which, and from where.

    Raises:
        Refused: none are left, or not so many.
    """
    asked = yield from order_lines(client, request, lambda r: int(r["allocated"]))
    if not asked:
        message = "nothing is left to send"
        raise Refused(message)
    yield from lock_picks(client, request.of)
    sent: list[Moved] = []
    for row, quantity, _ in asked:
        taken = yield from take_picks(client, row, quantity)
        for at, units in taken:
            yield from move(client, at, committed=-units)
        sent += taken
        yield from client.tx.write(
            "line",
            row["key"],
            allocated=row["allocated"] - quantity,
            fulfilled=row["fulfilled"] + quantity,
        )
    return sent


def cancel(client: Client, request: Request) -> Steps[Reply]:
    """Units that have not left become available again."""
    asked = yield from order_lines(client, request, lambda r: int(r["allocated"]))
    if not asked:
        message = "nothing is left to cancel"
        raise Refused(message)
    yield from lock_picks(client, request.of)
    for row, quantity, _ in asked:
        for at, units in (yield from take_picks(client, row, quantity)):
            yield from never_left(client, row, at, units)
            yield from move(client, at, committed=-units, available=units)
        yield from client.tx.write(
            "line",
            row["key"],
            allocated=row["allocated"] - quantity,
            cancelled=row["cancelled"] + quantity,
        )
    return Reply(accepted=True)


def give_back(client: Client, request: Request) -> Steps[Reply]:
    """Units that left come back and are paid back, and the other system is told."""
    asked, backs = yield from take_back(client, request)
    for at, units in backs:
        tell(client, at, units)
    return Reply(accepted=True, refund_minor=(yield from pay_back(client, asked)))


def take_back(client: Client, request: Request) -> Steps[tuple[list[Asked], list[Moved]]]:
    """Units that left come back: of which lines, and to where.

    Raises:
        Refused: none are away, or not so many.
    """
    asked = yield from order_lines(client, request, lambda r: int(r["fulfilled"] - r["returned"]))
    if not asked:
        message = "nothing can come back"
        raise Refused(message)
    backs = way_back(client, asked)
    yield from lock_all(client, [at for at, _ in backs])
    for at, units in backs:
        yield from move(client, at, available=units)
    return asked, backs


def pay_back(client: Client, asked: Sequence[Asked]) -> Steps[int]:
    """Refund what came back of each line: all parts together exactly what was paid."""
    refund = 0
    for row, quantity, _ in asked:
        returned = row["returned"] + quantity
        refunded = row["amount_minor"] * returned // row["ordered"]
        refund += refunded - row["refunded_minor"]
        yield from client.tx.write("line", row["key"], returned=returned, refunded_minor=refunded)
    return refund


def way_back(client: Client, asked: Sequence[Asked]) -> list[Moved]:
    """Where the units of each line go when they come back; the caller has locked the order."""
    backs: list[Moved] = []
    for row, quantity, location in asked:
        for part, each in parts_of(client, row["sku"]).items():
            if location is not None:
                backs.append(((part, location), each * quantity))
            else:
                backs += where_left(client, row, part, each, quantity)
    return backs


def where_left(client: Client, row: Row, part: str, each: int, quantity: int) -> list[Moved]:
    """Where *quantity* units of a line left: who left first comes back first."""
    # With the order locked its picks do not change: reading them is no step of its own.
    of_line = drain(client.tx.select("pick", lambda pick: bool(pick["line"] == row["key"])))
    before, rest = each * row["returned"], each * quantity
    backs: list[Moved] = []
    for pick_row in of_line:
        left = pick_row["taken"] if pick_row["place"][0] == part else 0
        units = min(rest, max(0, left - before))
        before = max(0, before - left)
        rest -= units
        if units:
            backs.append((pick_row["place"], units))
    # What was sold at a till was never picked.
    return [*backs, ((part, row["location"]), rest)] if rest else backs
