"""Inventories with one defect each in messages, keys, kits or erasure, and what must catch it."""

# ruff: noqa: D102 - the docstring of each class says what is wrong with its methods

from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace

from storetwin_contract.protocol import Line, Meaning, Message, Reply, Request, Verb
from tests.contract.reference import Reference
from tests.contract.reference_stock import Place, Unit


class AppliesDuplicates(Reference):
    """Takes every message as if it were new."""

    def deliver(self, message: Message) -> None:
        super().deliver(replace(message, id=f"{message.id}-{self.number()}"))


class TakesOldForNew(Reference):
    """Takes the last absolute message that arrives, whatever its version."""

    def deliver(self, message: Message) -> None:
        if message.meaning is Meaning.ABSOLUTE:
            message = replace(message, version=self.number())
        super().deliver(message)


class DropsLateDeltas(Reference):
    """Ignores whatever is older than the newest message, deltas too."""

    def deliver(self, message: Message) -> None:
        heard = self.heard[message.sku, message.location].messages.values()
        if all(message.version > known.version for known in heard):
            super().deliver(message)


class AddsLateDeltas(Reference):
    """Adds a delta to an absolute quantity that had it in it already."""

    def deliver(self, message: Message) -> None:
        if message.meaning is Meaning.DELTA:
            message = replace(message, version=1_000_000 + message.version)
        super().deliver(message)


class ForgetsKeys(Reference):
    """Carries out a request whose key it knows."""

    def remember(self, request: Request, reply: Reply) -> None:
        self.replies = {request.key: reply}


class ForgetsRefusals(Reference):
    """Knows the keys of what it accepted only."""

    def serve(self, request: Request) -> Reply:
        reply = super().serve(request)
        if not reply.accepted:
            del self.replies[request.key]
        return reply


class LooksKeyUpFirst(Reference):
    """Looks the key up in one step and carries the request out in the next."""

    def steps(self, request: Request) -> Generator[str, None, Reply]:
        yield "looks its key up"
        known = self.replies.get(request.key)
        yield "goes on"
        if known is None:
            self.replies.pop(request.key, None)
        return self.serve(request)


class RepairsWhatIsFree(Reference):
    """Sets what can be bought, not what is on hand, to what the other system has."""

    def reconcile(self, truth: Mapping[Place, int]) -> None:
        for place, units in truth.items():
            self.move(place, available=units - self.stock[place]["available"])


class RepairsNextTime(Reference):
    """Needs two reconciliations: the first only takes down what is wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.suspected: set[Place] = set()

    def reconcile(self, truth: Mapping[Place, int]) -> None:
        super().reconcile(
            {place: units for place, units in truth.items() if place in self.suspected}
        )
        self.suspected.update(truth)


class AppliesEchoes(Reference):
    """Takes what comes, also what it said itself."""

    def deliver(self, message: Message) -> None:
        super().deliver(replace(message, origin="somebody"))


class KnowsEchoesById(Reference):
    """Takes its own message back when it comes under another id."""

    def deliver(self, message: Message) -> None:
        own = message.id in {sent.id for sent in self.outbox}
        if not own:
            super().deliver(replace(message, origin="somebody"))


class TellsOn(Reference):
    """Sends on as its own what it heard."""

    def hear(self, place: Place, message: Message) -> None:
        super().hear(place, message)
        self.outbox.append(replace(message, id=f"on-{self.number()}", origin=self.name))


class KitsHaveStock(Reference):
    """Shows and sells kits by the scarcest part, and forgets how many of it a kit takes."""

    def shown(self, sku: str, channel: str, location: str | None = None) -> int:
        if sku in self.kits:
            return min(self.shown(part, channel, location) for part in self.kits[sku])
        return super().shown(sku, channel, location)


class KitsTakeOnePart(Reference):
    """Takes one of each part for a kit, however many are in it."""

    def pick(self, line: Line, left: Counter[Place]) -> list[Place] | None:
        parts = self.kits.get(line.sku, {})
        self.kits[line.sku] = dict.fromkeys(parts, 1)
        picks = super().pick(line, left)
        self.kits[line.sku] = parts
        if not parts:
            del self.kits[line.sku]
        return picks


class KitsCheckedApart(Reference):
    """Checks kits and their parts in the same order each for itself."""

    def choose(self, lines: Sequence[Line], *, order: bool) -> list[list[Unit]]:
        return [super(KitsCheckedApart, self).choose([line], order=order)[0] for line in lines]


class KitsReturnOnePart(Reference):
    """Puts only the first part of a kit back on the shelf."""

    def change(self, verb: Verb, unit: Unit, location: str | None) -> None:
        if verb is Verb.RETURN:
            unit = replace(unit, picks=unit.picks[:1])
        super().change(verb, unit, location)


class ErasesTheOrder(Reference):
    """Erases a customer's orders with the customer."""

    def erase(self, party: str) -> None:
        for deal, buyer in self.buyers.items():
            for ordered in self.orders.get(deal, []) if buyer == party else []:
                for unit in ordered.in_state("allocated"):
                    self.change(Verb.CANCEL, unit, None)
        super().erase(party)


class ErasesHalf(Reference):
    """Forgets the buyer of the first order only."""

    def erase(self, party: str) -> None:
        for deal, buyer in self.buyers.items():
            if buyer == party:
                self.buyers[deal] = ""
                return


class ErasesLedger(Reference):
    """Erases what was booked for a customer."""

    def erase(self, party: str) -> None:
        super().erase(party)
        self.movements = [one for one in self.movements if one.counter != "committed"]


class KnowsNobody(Reference):
    """Says of everybody that it does not know them."""

    def knows(self, party: str) -> bool:  # noqa: ARG002 - that is the defect
        return False


BROKEN_TALK: tuple[tuple[str, type[Reference]], ...] = (
    ("P3.messages", AppliesDuplicates),
    ("P3.messages", TakesOldForNew),
    ("P3.messages", DropsLateDeltas),
    ("P3.mixed", AddsLateDeltas),
    ("P3.keys", ForgetsKeys),
    ("P3.keys", ForgetsRefusals),
    ("P3.keys", LooksKeyUpFirst),
    ("P4", RepairsWhatIsFree),
    ("P4", RepairsNextTime),
    ("P5", AppliesEchoes),
    ("P5", KnowsEchoesById),
    ("P5", TellsOn),
    ("P9", KitsHaveStock),
    ("P9", KitsTakeOnePart),
    ("P9", KitsCheckedApart),
    ("P9", KitsReturnOnePart),
    ("P11", ErasesTheOrder),
    ("P11", ErasesHalf),
    ("P11", ErasesLedger),
    ("P11", KnowsNobody),
)
