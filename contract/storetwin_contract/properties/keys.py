"""P3.keys: a request that is sent again has the reply it had, and no effect."""

from typing import Any, ClassVar

from storetwin_contract.history import in_words
from storetwin_contract.properties.races import Runs, runs, schedule
from storetwin_contract.properties.rules import Carts, Facts, Orders
from storetwin_contract.properties.shop import which
from storetwin_contract.properties.steps import step
from storetwin_contract.protocol import Capability, Line, Reply, Request, Verb


class Repeated(Orders, Facts, Carts):
    """P3.keys: a client that got no reply asks again, at once or much later."""

    minds: ClassVar[frozenset[str]] = frozenset({"keys"})
    location_count: ClassVar[int] = 1

    def opened(self) -> None:
        """Nothing has been asked so far."""
        self.asked: list[tuple[Request, Reply]] = []

    def follow(self, request: Request, reply: Reply) -> None:
        """Remember every request."""
        super().follow(request, reply)
        self.asked.append((request, reply))

    def reading(self) -> list[Any]:
        """Everything the inventory tells."""
        self.settle()
        self.leave_edges()
        told: list[Any] = []
        for sku, location in self.truth.shelves:
            told += [self.example.shown(sku, channel, location) for channel in ("web", "till")]
            if self.can(Capability.COUNTERS):
                told.append(self.example.level(sku, location))
            if self.can(Capability.LEDGER):
                told.append(self.example.ledger(sku))
        if self.can(Capability.ORDERS):
            told += [self.example.order(order) for order in self.truth.orders]
        return told

    @step(lambda self: self.asked, weight=4, at=which)
    def ask_again(self, at: int) -> None:
        """One of the last requests is sent again, same key."""
        request, reply = self.pick(self.asked[::-1], at)
        self.settle()
        self.leave_edges(ahead_s=self.example.inventory.settle_s)
        before = self.reading()
        again = self.example.do(request, "again buyer 1")
        self.unsettled = self.example.inventory.settle_s > 0
        self.run.judged += 1
        was = (reply.accepted, reply.id, reply.refund_minor)
        if (again.accepted, again.id, again.refund_minor) != was:
            self.mind("keys", f"the same key got another reply: {in_words(request)}")
        if self.reading() != before:
            self.mind("keys", f"the same key had an effect again: {in_words(request)}")

    @step(lambda self: self.can(Capability.RACE), weight=4, at=which, runs=runs)
    def double_click(self, at: int, runs: Runs) -> None:
        """One request comes twice at once; the second may be told to wait, and takes nothing."""
        self.settle()
        self.leave_edges()
        place = self.spot(at)
        lacking = 2 - self.truth.free(place)[0]
        if lacking > 0:  # with less, the second would be refused for another reason
            self.carry(self.request(Verb.RECEIVE, [Line(place[0], lacking, place[1])]))
            self.settle()
        request = self.request(Verb.PLACE, [Line(place[0], 1, place[1])])
        replies = self.example.race([request, request], schedule(runs))
        self.run.judged += 1
        accepted = [reply for reply in replies if reply.accepted]
        if len({reply.id for reply in accepted}) > 1:
            self.mind("keys", "one key made two orders")
        self.follow(request, accepted[0] if accepted else replies[0])
        self.settle()
        shown = self.example.shown(place[0], "web", place[1])
        least, most = (max(0, units) for units in self.truth.free(place))
        if not least <= shown <= most:
            self.mind("keys", f"after one key came twice {shown} {place[0]} are shown, not {least}")
