"""A history played again, with the stock that is really free looked up after every step.

Physical stock minus promises is reckoned by the contract's naive shop from what was answered, not
from the counters of the shop: only where an order may come from anywhere do the counters say where
it stands. After the history shoppers buy a unit at a time until the shop refuses: what the record
has too much is then sold, and what it has lost stays on the shelf.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.oversell.watched import Call, Place, Watched
from storetwin_contract import Capability, Inventory, Line, Request, Verb
from storetwin_contract.truth import Shelf, Truth

ENOUGH = -2  # units owed: what sells on after that says nothing more
LATER_S = 60.0  # after the end of the last cart hold


@dataclass(frozen=True)
class Point:
    """One step, and how a sku stands after it.

    Attributes:
        text: what happened, in a word or two.
        free: physical units minus promised units; below zero somebody waits for goods in vain.
        shown: units that the shop says it can sell.
        kept_minor: paid for units that came back, and not refunded; below zero too much was.
        epilogue: whether the history had ended.
    """

    text: str
    free: int
    shown: int
    kept_minor: int = 0
    epilogue: bool = False


@dataclass(frozen=True)
class Film:
    """A history as one shop played it, and what it did to one sku.

    Attributes:
        points: after each step from the one in which the sku was made.
        stuck: why the shop did not answer; empty where it did.
    """

    points: tuple[Point, ...]
    stuck: str = ""

    @property
    def lowest(self) -> int:
        """The least that was free."""
        return min((point.free for point in self.points), default=0)

    @property
    def at_end(self) -> int:
        """Units that were free when the history ended."""
        free = [point.free for point in self.points if not point.epilogue]
        return free[-1] if free else 0

    @property
    def left(self) -> int:
        """Units that stand there at the end and that nobody could buy."""
        return self.points[-1].free if self.points else 0

    @property
    def shown_too_many(self) -> int:
        """The most units that were offered beyond what was free, before the shoppers came."""
        gaps = [point.shown - max(0, point.free) for point in self.points if not point.epilogue]
        return max(gaps, default=0)

    @property
    def kept_minor(self) -> int:
        """What was kept of the money for units that came back."""
        return self.points[-1].kept_minor if self.points else 0

    def harm(self) -> tuple[int, int, int, int]:
        """How bad it is, the worst first: oversold, dead stock, false offers, money."""
        return self.lowest, -self.left, -self.shown_too_many, -abs(self.kept_minor)


class Projector:
    """Plays calls against a shop, and against the naive one beside it."""

    def __init__(self, shop: Inventory, was: str, right: Inventory | None = None) -> None:
        """Set up.

        Args:
            shop: plays the history.
            was: what the shop of the history is called in its messages.
            right: a shop that is right, played along; says what messages from outside mean.
        """
        self.shop = shop
        self.was = was
        self.right = Projector(right, was) if right is not None else None
        self.truth = Truth()
        self.names: dict[str, str] = {}
        self.points: dict[str, list[Point]] = {}
        self.made: list[str] = []
        self._keys = 0

    def films(self, calls: Sequence[Call]) -> list[Film]:
        """Play *calls*, then let shoppers come; a film for every sku that has stock."""
        stuck = ""
        try:
            for call in calls:
                self.play(call)
            self._sell_out()
        except Exception as error:  # noqa: BLE001 - a shop that is wrong may raise anything
            stuck = self._named(str(error) or type(error).__name__)
        return [Film(tuple(points), stuck) for points in self.points.values()]

    def play(self, call: Call) -> None:
        """Play one call."""
        before = self.right.on_hand() if self.right is not None else {}
        if self.right is not None:
            self.right.play(call)
        text = getattr(self, f"_{call.method}")(call)
        if self.right is not None and call.method in {"deliver", "reconcile"}:
            # Only a shop that is right can tell what happened on the other side.
            for place, units in self.right.on_hand().items():
                here = self.made[self.right.made.index(place[0])], place[1]
                self.truth.shelves[here].on_hand += units - before[place]
        self._look(text)

    def on_hand(self) -> dict[Place, int]:
        """What the shop's counters have, level by level."""
        return {place: self.shop.level(*place).on_hand for place in self.truth.shelves}

    # --- the calls ----------------------------------------------------------------------------

    def _fresh_sku(self, call: Call) -> str:
        stock, parts = call.arguments
        own_parts = {self.names[part]: each for part, each in parts.items()} if parts else None
        sku = self.shop.fresh_sku(stock, own_parts)
        self.names[call.returned] = sku
        self.made.append(sku)
        if own_parts:
            self.truth.parts[sku] = own_parts
        else:
            for location in self.shop.locations():
                self.truth.shelves[sku, location] = Shelf(stock.get(location, 0))
        return "stock"

    def _do(self, call: Call) -> str:
        request = self._own(call.arguments[0])
        reply = self.shop.do(request)
        self.truth.apply(request, reply)
        if call.returned is not None and call.returned.id and reply.id:
            self.names[call.returned.id] = reply.id
        return request.verb.value if reply.accepted else f"{request.verb.value} refused"

    def _race(self, call: Call) -> str:
        requests = [self._own(request) for request in call.arguments[0]]
        replies = self.shop.race(requests, call.arguments[1])
        seen: set[str] = set()
        told = call.returned or ()
        for request, reply in zip(requests, replies, strict=True):
            if request.key not in seen or reply.id not in self.truth.orders:
                self.truth.apply(request, reply)
            seen.add(request.key)
        for was, reply in zip(told, replies, strict=False):
            if was.id and reply.id:
                self.names[was.id] = reply.id
        return "at once"

    def _wait(self, call: Call) -> str:
        self.shop.wait(call.arguments[0])
        self.truth.now += call.arguments[0]
        return "wait"

    def _deliver(self, call: Call) -> str:
        message = call.arguments[0]
        own = self.shop.name if message.origin == self.was else message.origin
        self.shop.deliver(replace(message, sku=self.names[message.sku], origin=own))
        return "message"

    def _reconcile(self, call: Call) -> str:
        there: Mapping[Place, int] = call.arguments[0]
        self.shop.reconcile({(self.names[sku], at): units for (sku, at), units in there.items()})
        return "reconcile"

    def _allow_backorder(self, call: Call) -> str:
        sku, location, limit = call.arguments
        self.shop.allow_backorder(self.names[sku], location, limit)
        return "backorder"

    def _erase(self, call: Call) -> str:
        self.shop.erase(call.arguments[0])
        return "erase"

    def _own(self, request: Request) -> Request:
        """The request in this shop's names."""
        lines = tuple(
            replace(line, sku=self.names.get(line.sku, line.sku)) for line in request.lines
        )
        return replace(request, lines=lines, of=self.names.get(request.of, request.of))

    def _named(self, text: str) -> str:
        """*text* with the letters of the history for the shop's names."""
        for number, sku in enumerate(self.made):
            text = text.replace(sku, "ABCDEFGH"[number])
        return text

    # --- looking ------------------------------------------------------------------------------

    def _look(self, text: str, *, epilogue: bool = False) -> None:
        """Keep how every sku stands."""
        for sku in self.made:
            if sku not in self.truth.parts:
                point = Point(text, self.free(sku), self._shown(sku), self._kept(sku), epilogue)
                self.points.setdefault(sku, []).append(point)

    def free(self, sku: str) -> int:
        """Physical minus promised units, at the location where that is least if it is known."""
        least = self.truth.free_in_all(sku)[1]
        places = [place for place in self.truth.shelves if place[0] == sku]
        if not self.truth.promised()[sku, None]:
            here = [self.truth.free(place)[1] for place in places]
        elif Capability.COUNTERS in self.shop.capabilities:
            here = [self.shop.level(*place).available for place in places]
        else:
            here = []
        return min([least, *(units for units in here if units < 0)])

    def _shown(self, sku: str) -> int:
        return self.shop.shown(sku, "web", None)

    def _kept(self, sku: str) -> int:
        lines = [line for lines in self.truth.orders.values() for line in lines]
        return sum(
            line.line.amount_minor * line.returned // line.line.quantity - line.refunded_minor
            for line in lines
            if line.line.sku == sku
        )

    def _sell_out(self) -> None:
        """Let every hold end, then let shoppers buy a unit at a time until the shop refuses."""
        last = max((hold.ends_at for hold in self.truth.holds.values()), default=0.0)
        rest_s = last + LATER_S - self.truth.now
        if Capability.CLOCK in self.shop.capabilities and self.truth.holds and rest_s > 0:
            self.shop.wait(rest_s)
            self.truth.now += rest_s
            self._look("holds are over", epilogue=True)
        for sku in reversed(self.made):
            for location in self.shop.locations():
                while self._buys(sku, location):
                    pass

    def _buys(self, sku: str, location: str) -> bool:
        """Whether a shopper got a unit; nobody comes any more once enough is owed."""
        if min(points[-1].free for points in self.points.values()) <= ENOUGH:
            return False
        self._keys += 1
        request = Request(
            Verb.PLACE, f"shopper-{self._keys}", (Line(sku, 1, location),), party="shopper"
        )
        reply = self.shop.do(request)
        self.truth.apply(request, reply)
        if reply.accepted:
            self._look("sold", epilogue=True)
        return reply.accepted


def play(watched: Watched, shop: Inventory, right: Inventory) -> list[Film]:
    """Play a history on a shop, a film for every sku.

    Args:
        watched: what was asked of the shop of the history.
        shop: plays it.
        right: a shop that is right; plays along and says what messages from outside mean.
    """
    return Projector(shop, watched.name, right).films(watched.calls)
