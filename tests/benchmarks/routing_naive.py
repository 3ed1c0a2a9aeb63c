"""Routing as its rules read, in dictionaries and fractions: what the kernel is compared with."""

from dataclasses import dataclass, field
from fractions import Fraction

from core.schema import LEVEL_MAX, SPLITS_MAX, TIME_MAX_US, Route

Level = tuple[int, int]  # sku, location
Score = tuple[int, int] | int | Fraction


@dataclass
class Wish:
    """A line that a customer wants."""

    sku: int
    quantity: int
    routed: bool = True  # PLACE at ANY_LOCATION; else it plays no part in routing


@dataclass
class NaiveRouting:
    """What routing looks at."""

    locations: int
    chain: tuple[Route, ...]
    available: dict[Level, int] = field(default_factory=dict)
    committed: dict[Level, int] = field(default_factory=dict)
    kept_back: dict[Level, int] = field(default_factory=dict)
    floors: dict[Level, int] = field(default_factory=dict)
    ends_us: dict[Level, int] = field(default_factory=dict)
    kits: dict[int, dict[int, int]] = field(default_factory=dict)  # component -> units in one
    unit: dict[tuple[int, int], int] = field(default_factory=dict)  # location, zone
    parcel: dict[tuple[int, int], int] = field(default_factory=dict)
    distance: dict[tuple[int, int], int] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)  # locations that the channel may not use

    def parts(self, sku: int) -> dict[int, int]:
        """What a sku is made of: a kit's components, or itself."""
        return self.kits.get(sku, {sku: 1})

    def sellable(self, sku: int, location: int) -> int:
        """ATS of a sku or kit."""
        return min(
            max(
                0, self.available.get((part, location), 0) - self.kept_back.get((part, location), 0)
            )
            // per
            for part, per in self.parts(sku).items()
        )

    def decide(
        self, wishes: list[Wish], at: int, zone: int, used: set[int]
    ) -> list[tuple[int, int]] | None:
        """Location and units of each choice for wishes[at]; None where it cannot be served."""
        rest = wishes[at].quantity
        choices: list[tuple[int, int]] = []
        while rest:
            candidates = {}
            for location in range(self.locations):
                units = min(rest, self.sellable(wishes[at].sku, location))
                if (
                    units > 0
                    and location not in self.closed
                    and location not in [earlier for earlier, _ in choices]
                    and all(
                        self.committed.get((part, location), 0) + units * per <= LEVEL_MAX
                        for part, per in self.parts(wishes[at].sku).items()
                    )
                ):
                    candidates[location] = units
            more = SPLITS_MAX - len(choices) - 1  # locations that may follow this one
            lasting = {
                location: units
                for location, units in candidates.items()
                if units + _most(candidates, location, more) >= rest
            }
            candidates = lasting or candidates
            if not candidates or more < 0:
                return None
            scored = [
                (
                    [
                        self.score(rule, wishes, at, zone, used, location, units, rest)
                        for rule in self.chain
                    ],
                    location,
                )
                for location, units in candidates.items()
            ]
            _, best = min(scored)
            choices.append((best, candidates[best]))
            rest -= candidates[best]
        return choices

    def score(
        self,
        rule: Route,
        wishes: list[Wish],
        at: int,
        zone: int,
        used: set[int],
        location: int,
        units: int,
        rest: int,
    ) -> Score:
        """What a rule thinks of a location; less is better."""
        parts = self.parts(wishes[at].sku)
        asked = [(rest, units)] + [
            (later.quantity, min(later.quantity, self.sellable(later.sku, location)))
            for later in wishes[at + 1 :]
            if later.routed and later.quantity > 0
        ]
        served = min(sum(given for _, given in asked), LEVEL_MAX)
        parcels = int(location not in used) + int(any(given < q for q, given in asked))
        price = parcels * self.parcel.get((location, zone), 0)
        if rule is Route.STORE_FLOOR:
            return int(
                any(
                    self.available.get((part, location), 0) - units * per
                    < self.floors.get((part, location), 0)
                    for part, per in parts.items()
                )
            )
        if rule is Route.NEAREST:
            return self.distance.get((location, zone), 0)
        if rule is Route.FEWEST_SPLITS:
            return (-served, int(location not in used))
        if rule is Route.LOWEST_COST:
            return self.unit.get((location, zone), 0) + Fraction(price, served)
        if rule is Route.BALANCE:
            return -self.sellable(wishes[at].sku, location)
        return min(self.ends_us.get((part, location), TIME_MAX_US) for part in parts)


def _most(candidates: dict[int, int], but: int, more: int) -> int:
    """Units that so many other candidates can give at most."""
    others = [units for location, units in candidates.items() if location != but]
    return sum(sorted(others, reverse=True)[: max(0, more)])
