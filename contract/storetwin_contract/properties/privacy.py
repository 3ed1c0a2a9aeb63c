"""P11: a customer is forgotten, and no book changes for it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, ClassVar

from storetwin_contract.properties.rules import Carts, Orders
from storetwin_contract.properties.shop import A_DAY_S, which
from storetwin_contract.properties.steps import step
from storetwin_contract.protocol import Capability, Line, Reply, Request, Verb


class Forgotten(Orders, Carts):
    """P11: erasing a customer leaves the totals of the ledger and nothing that tells of him."""

    minds: ClassVar[frozenset[str]] = frozenset({"erasure", "stuck"})
    location_count: ClassVar[int] = 1
    stock_min: ClassVar[int] = 2
    stock_max: ClassVar[int] = 7

    def opened(self) -> None:
        """Three customers, none of whom has bought."""
        self.parties = [self.example.name_party(self.run.key()) for _ in range(3)]
        self.turn = 0
        self.customers: set[str] = set()
        self.gone: set[str] = set()

    def request(
        self, verb: Verb, lines: Sequence[Line], *, of: str = "", ttl_s: float = A_DAY_S
    ) -> Request:
        """A request of one of the customers, in turn."""
        self.turn += 1
        party = self.pick(self.parties, self.turn)
        self.gone.discard(party)
        return Request(verb, self.run.key(), tuple(lines), of=of, party=party, ttl_s=ttl_s)

    def follow(self, request: Request, reply: Reply) -> None:
        """Who ordered is a customer."""
        super().follow(request, reply)
        if reply.accepted and request.verb is Verb.PLACE:
            self.customers.add(request.party)

    def books(self) -> list[Any]:
        """Everything that must not change."""
        self.settle()
        self.leave_edges()
        told: list[Any] = []
        for sku, location in self.truth.shelves:
            told.append(self.example.shown(sku, "web", location))
            if self.can(Capability.COUNTERS):
                told.append(self.example.level(sku, location))
            if self.can(Capability.LEDGER):
                totals: Counter[tuple[str, str]] = Counter()
                for movement in self.example.ledger(sku):
                    totals[movement.location, movement.counter] += movement.quantity
                told.append({key: total for key, total in totals.items() if total})
        if self.can(Capability.ORDERS):
            told += [self.example.order(order) for order in self.truth.orders]
        return told

    @step(at=which)
    def erase(self, at: int) -> None:
        """Somebody asks to be forgotten."""
        party = self.pick(self.parties, at)
        self.settle()
        self.leave_edges(ahead_s=self.example.inventory.settle_s)
        before = self.books()
        others = {one: self.example.knows(one) for one in self.parties if one != party}
        if party in self.customers and not self.example.knows(party):
            self.mind(
                "erasure",
                f"{party} has just bought and is not known: what `knows` says proves nothing",
            )
        self.example.erase(party)
        self.unsettled = self.example.inventory.settle_s > 0
        self.customers.discard(party)
        self.gone.add(party)
        self.run.judged += 1
        if self.books() != before:
            self.mind("erasure", "the books changed when a customer was erased")
        if self.example.knows(party):
            self.mind("erasure", f"{party} was erased, and something still tells of {party}")
        for other, known in others.items():
            if known and not self.example.knows(other):
                self.mind("erasure", f"{other} was forgotten too")

    def inspect(self) -> None:
        """Who was erased and did nothing since stays forgotten."""
        for party in sorted(self.gone):
            self.run.judged += 1
            if self.example.knows(party):
                self.mind("erasure", f"{party} was erased, and something tells of {party} again")
