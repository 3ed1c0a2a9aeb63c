"""P10: what is offered is what can be bought, at the shelf and in what other systems are told."""

from typing import ClassVar

from hypothesis import strategies as st

from storetwin_contract.history import in_message
from storetwin_contract.properties.rules import Carts, Facts, Orders
from storetwin_contract.properties.shop import which
from storetwin_contract.properties.steps import step
from storetwin_contract.protocol import Capability, Line, Meaning, Message, Verb
from storetwin_contract.truth import Place


class Enforced(Orders, Facts, Carts):
    """P10.shown: an order of exactly what is shown is kept, one of a unit more is refused."""

    minds: ClassVar[frozenset[str]] = frozenset({"shown"})

    @step(at=which, anywhere=st.booleans())
    def buy_what_is_shown(self, at: int, *, anywhere: bool) -> None:
        """Somebody takes the shop at its word."""
        sku, location = self.spot(at)
        self.settle()
        self.leave_edges()
        where = None if anywhere and self.can(Capability.ANY_LOCATION) else location
        shown = self.example.shown(sku, "web", where)
        self.run.judged += 1
        self.example.write(f"the web shop shows {shown} {sku} at {where or 'any location'}")
        if shown < 0:
            self.mind("shown", f"{shown} units are shown")
        if self.buys(sku, shown + 1, where):
            self.mind("shown", f"{shown + 1} {sku} were sold where {shown} were shown")
        elif shown > 0 and not self.buys(sku, shown, where):
            self.mind("shown", f"{shown} {sku} were shown and could not be bought")

    def buys(self, sku: str, units: int, where: str | None) -> bool:
        """Whether an order is kept."""
        return self.promise(self.request(Verb.PLACE, [Line(sku, units, where)])).accepted

    def inspect(self) -> None:
        """No channel offers what somebody else was promised."""
        for place in self.truth.shelves:
            if self.truth.promised()[place[0], None]:
                continue  # nobody outside knows where these stand
            self.compare(place)

    def compare(self, place: Place) -> None:
        """Compare what both channels are told with what is free."""
        most = max(0, self.truth.free(place)[1])
        sku, location = place
        for channel in ("web", "till"):
            shown = self.example.shown(sku, channel, location)
            self.run.judged += 1
            if shown > most:
                self.mind(
                    "shown",
                    f"{shown} {sku} at {location} are shown on channel {channel}, and {most} can"
                    " be bought",
                )


class Told(Orders, Facts, Carts):
    """P10.sent: what other systems are told does not offer units that are promised."""

    minds: ClassVar[frozenset[str]] = frozenset({"sent"})

    def opened(self) -> None:
        """What was sent before is of no interest."""
        self.settle()
        self.opening = {place: shelf.on_hand for place, shelf in self.truth.shelves.items()}
        for message in self.example.sent():
            if (message.sku, message.location) in self.opening:
                self.opening[message.sku, message.location] -= message.quantity

    def inspect(self) -> None:
        """The last word about a level is not more than can be bought there."""
        sent = self.example.sent()
        for place in self.truth.shelves:
            about = [message for message in sent if (message.sku, message.location) == place]
            about.sort(key=lambda message: message.version)
            if about and about[-1].meaning is Meaning.ABSOLUTE:
                self.run.judged += 1
                self.absolute(place, about[-1])
            elif about and all(message.meaning is Meaning.DELTA for message in about):
                self.run.judged += 1
                self.deltas(place, about)

    def absolute(self, place: Place, last: Message) -> None:
        """An absolute message offers what it says."""
        most = max(0, self.truth.free(place)[1])
        if last.quantity > most:
            self.mind(
                "sent",
                f"the last message about {place[0]} at {place[1]} says {in_message(last)}, and"
                f" {most} can be bought: what is promised is offered again",
            )

    def deltas(self, place: Place, about: list[Message]) -> None:
        """Deltas add up to what stands there, or to what can be bought there."""
        shelf = self.truth.shelves[place]
        told = self.opening[place] + sum(message.quantity for message in about)
        on_hand = shelf.on_hand + shelf.back
        least, most = self.truth.free(place)
        possible = {on_hand, *range(least, most + 1)}
        if told not in possible:
            self.mind(
                "sent",
                f"by its messages {told} {place[0]} are at {place[1]}: {on_hand} are on hand, and"
                f" {most} can be bought",
            )
