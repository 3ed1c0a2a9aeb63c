"""P3, P4, P5: messages double, overtake each other, get lost and come back as echoes.

The other system has the same goods. What happens there it tells by messages, as deltas or as
absolute quantities; once all of them have arrived, both sides count the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from hypothesis import strategies as st

from storetwin_contract.history import in_message
from storetwin_contract.properties.shop import Shop, few, which
from storetwin_contract.properties.steps import step
from storetwin_contract.protocol import Capability, Level, Line, Meaning, Message, Verb
from storetwin_contract.truth import Place

OTHER = "the-other-system"
changes = st.integers(-3, 4).filter(bool)


@dataclass
class Sender:
    """The other system's side of a level.

    Attributes:
        on_hand: what is true there.
        version: of its last message.
        made: its messages, first to last.
        arrived: ids of those that were delivered.
    """

    on_hand: int
    version: int = 0
    made: list[Message] = field(default_factory=list)
    arrived: set[str] = field(default_factory=set)

    def under_way(self) -> list[Message]:
        """Messages that have not arrived."""
        return [message for message in self.made if message.id not in self.arrived]

    def delivered(self) -> list[Message]:
        """Messages that have arrived."""
        return [message for message in self.made if message.id in self.arrived]


class Beside(Shop):
    """A shop beside another system that has the same goods."""

    location_count: ClassVar[int] = 1
    meanings: ClassVar[Sequence[Meaning]] = tuple(Meaning)

    def opened(self) -> None:
        """Both systems begin with the same stock."""
        self.senders = {place: Sender(shelf.on_hand) for place, shelf in self.truth.shelves.items()}

    def happens(self, place: Place, by: int, meaning: Meaning) -> Message:
        """Units come or go on the other side, never those that are promised here."""
        sender = self.senders[place]
        least = self.truth.promised()[place] + self.truth.shelves[place].aside
        change = max(by, least - sender.on_hand)
        sender.on_hand += change
        sender.version += 1
        quantity = change if meaning is Meaning.DELTA else sender.on_hand
        sku, location = place
        message = Message(self.run.key(), sku, location, quantity, meaning, sender.version, OTHER)
        sender.made.append(message)
        return message

    def arrives(self, place: Place, message: Message, how: str) -> None:
        """A message is delivered; when it was the last one under way, both sides agree."""
        sender = self.senders[place]
        self.example.deliver(message, how)
        sender.arrived.add(message.id)
        self.unsettled = self.example.inventory.settle_s > 0
        if not sender.under_way():
            self.agree(place)

    def quiet(self) -> list[Place]:
        """Levels about which nothing is under way."""
        return [place for place, sender in self.senders.items() if not sender.under_way()]

    def agree(self, place: Place) -> None:
        """Nothing is under way: both sides have the same on hand."""
        self.truth.shelves[place].on_hand = self.senders[place].on_hand

    def reading(self, place: Place) -> tuple[int, Level | None]:
        """What the inventory tells of a level."""
        self.settle()
        sku, location = place
        level = self.example.level(sku, location) if self.can(Capability.COUNTERS) else None
        return self.example.shown(sku, "web", location), level

    def compare(self, place: Place) -> None:
        """Compare a level, about which nothing is under way, with what must be true."""
        shown, level = self.reading(place)
        self.run.judged += 1
        sku, location = place
        must = self.senders[place].on_hand
        if level is not None and level.on_hand != must:
            self.mind(
                "messages",
                f"{level.on_hand} {sku} at {location} are on hand, the other system has {must}",
            )
        free = max(0, self.truth.free(place)[0])
        if shown != free:
            self.mind(
                "messages",
                f"{shown} {sku} at {location} are shown; the other system has {must}, and of them"
                f" {free} are free",
            )

    @step(lambda self: self.quiet(), at=which, units=few)
    def order(self, at: int, units: int) -> None:
        """Somebody orders here meanwhile."""
        place = self.pick(self.quiet(), at)
        self.promise(self.request(Verb.PLACE, [Line(place[0], units, place[1])]))


class Doubled(Beside):
    """P3.messages: whatever comes twice or late has its one effect. A sender keeps to one kind."""

    minds: ClassVar[frozenset[str]] = frozenset({"messages"})
    one_kind: ClassVar[bool] = True

    @step(at=which, by=changes, absolute=st.booleans())
    def something_happens_there(self, at: int, by: int, *, absolute: bool) -> None:
        """The other system sends a message, which is now under way."""
        place = self.spot(at)
        made = self.senders[place].made
        if self.one_kind and made:
            absolute = made[0].meaning is Meaning.ABSOLUTE
        message = self.happens(place, by, Meaning.ABSOLUTE if absolute else Meaning.DELTA)
        self.example.write(f"the other system sends {in_message(message)}")

    def under_way(self) -> list[tuple[Place, Message]]:
        """Messages that have not arrived."""
        return [
            (place, message)
            for place, sender in self.senders.items()
            for message in sender.under_way()
        ]

    @step(lambda self: self.under_way(), at=which)
    def one_arrives(self, at: int) -> None:
        """One of the messages under way arrives, perhaps before older ones."""
        place, message = self.pick(self.under_way(), at)
        self.arrives(place, message, "arrives:")

    @step(lambda self: self.under_way(), last_first=st.booleans())
    def all_arrive(self, *, last_first: bool) -> None:
        """All messages under way arrive, in their order or the last first."""
        under_way = self.under_way()
        for place, message in reversed(under_way) if last_first else under_way:
            self.arrives(place, message, "arrives:")

    def known(self) -> list[tuple[Place, Message]]:
        """Messages that have arrived."""
        return [
            (place, message)
            for place, sender in self.senders.items()
            for message in sender.delivered()
        ]

    @step(lambda self: self.known(), at=which)
    def one_arrives_again(self, at: int) -> None:
        """A message comes twice: nothing changes."""
        place, message = self.pick(self.known(), at)
        before = self.reading(place)
        self.example.deliver(message, "arrives again:")
        self.unsettled = self.example.inventory.settle_s > 0
        self.run.judged += 1
        if self.reading(place) != before:
            self.mind(
                "messages",
                f"a message that came again changed {_in_reading(before)} into"
                f" {_in_reading(self.reading(place))}",
            )

    @step(lambda self: self.quiet(), at=which, units=few)
    def receive(self, at: int, units: int) -> None:
        """Goods arrive here, and the other system, which sends deltas, counts them too."""
        place = self.pick(self.quiet(), at)
        sender = self.senders[place]
        if not self.one_kind or not sender.made or sender.made[0].meaning is Meaning.ABSOLUTE:
            return  # an absolute message may have been made before it and arrive after it
        self.carry(self.request(Verb.RECEIVE, [Line(place[0], units, place[1])]))
        sender.on_hand += units

    def inspect(self) -> None:
        """Where nothing is under way, both sides count the same."""
        for place in self.quiet():
            self.compare(place)


class Mixed(Doubled):
    """P3.mixed: the same where a sender mixes deltas and absolute quantities of one level."""

    one_kind: ClassVar[bool] = False


class Repaired(Beside):
    """P4: what lost messages left wrong is right after one reconciliation."""

    minds: ClassVar[frozenset[str]] = frozenset({"messages"})
    sku_count: ClassVar[int] = 2

    @step(at=which, by=changes, absolute=st.booleans(), lost=st.booleans())
    def something_happens_there(self, at: int, by: int, *, absolute: bool, lost: bool) -> None:
        """The other system sends a message, and perhaps nobody ever gets it."""
        place = self.spot(at)
        made = self.senders[place].made
        if made:
            absolute = made[0].meaning is Meaning.ABSOLUTE
        message = self.happens(place, by, Meaning.ABSOLUTE if absolute else Meaning.DELTA)
        if lost:
            self.example.write(f"is lost: {in_message(message)}")
        else:
            self.example.deliver(message, "arrives:")
            self.unsettled = self.example.inventory.settle_s > 0
            self.senders[place].arrived.add(message.id)
            if not self.senders[place].under_way():
                self.agree(place)

    @step()
    def reconcile(self) -> None:
        """One reconciliation repairs all levels, and changes none that is right."""
        self.settle()
        self.example.reconcile({place: one.on_hand for place, one in self.senders.items()})
        self.unsettled = self.example.inventory.settle_s > 0
        for place, sender in self.senders.items():
            sender.arrived.update(message.id for message in sender.made)
            self.agree(place)
            self.compare(place)


class Echoed(Beside):
    """P5: what began here and comes back is not applied; what began there is not sent as ours."""

    minds: ClassVar[frozenset[str]] = frozenset({"echo"})

    @step(at=which, units=few)
    def receive(self, at: int, units: int) -> None:
        """Goods arrive here, which the other system may be told."""
        place = self.spot(at)
        self.carry(self.request(Verb.RECEIVE, [Line(place[0], units, place[1])]))
        self.senders[place].on_hand += units

    def ours(self) -> list[Message]:
        """Messages that the inventory sent about these skus and calls its own."""
        if not self.can(Capability.OUTBOX):
            return []
        self.settle()
        name = self.example.inventory.name
        about = [message for message in self.example.sent() if message.sku in self.skus]
        return [message for message in about if message.origin == name]

    @step(at=which, renamed=st.booleans())
    def echo(self, at: int, *, renamed: bool) -> None:
        """The other system sends a message of ours back, as it is or under an id of its own."""
        ours = self.ours()
        if ours:
            message = self.pick(ours, at)
            if renamed:
                message = replace(message, id=self.run.key(), version=message.version + 1)
            self.must_not_change(message)

    @step(at=which, by=changes, absolute=st.booleans())
    def made_up_echo(self, at: int, by: int, *, absolute: bool) -> None:
        """The other system repeats in its own words what it heard from us."""
        place = self.spot(at)
        meaning = Meaning.ABSOLUTE if absolute else Meaning.DELTA
        message = self.happens(place, by, meaning)
        sender = self.senders[place]
        sender.made.remove(message)
        sender.on_hand = self.truth.shelves[place].on_hand
        self.must_not_change(replace(message, origin=self.example.inventory.name))

    def must_not_change(self, message: Message) -> None:
        """Deliver an echo."""
        place = (message.sku, message.location)
        before = self.reading(place)
        self.example.deliver(message, "comes back as an echo:")
        self.unsettled = self.example.inventory.settle_s > 0
        after = self.reading(place)
        self.run.judged += 1
        if after != before:
            self.mind("echo", f"an echo changed {_in_reading(before)} into {_in_reading(after)}")

    @step(at=which, by=changes)
    def hear(self, at: int, by: int) -> None:
        """Something happens there; told on as ours, it would come back and count twice."""
        place = self.spot(at)
        message = self.happens(place, by, Meaning.DELTA)
        before = len(self.ours())
        self.arrives(place, message, "arrives:")
        self.run.judged += 1
        told_on = [one for one in self.ours()[before:] if one.meaning is Meaning.DELTA]
        if told_on and message.quantity:
            self.mind(
                "echo",
                f"what began in the other system is sent there as ours: {in_message(told_on[0])}",
            )


def _in_reading(reading: tuple[int, Level | None]) -> str:
    shown, level = reading
    on_hand = f" and {level.on_hand} on hand" if level else ""
    return f"{shown} shown{on_hand}"
