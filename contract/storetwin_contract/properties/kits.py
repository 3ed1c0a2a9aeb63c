"""P9: a kit has no stock; what can be sold of it follows from its parts, always."""

from collections.abc import Mapping
from typing import ClassVar

from hypothesis import strategies as st

from storetwin_contract.properties.rules import Carts, Orders
from storetwin_contract.properties.shop import PROMISES, asks, few, which
from storetwin_contract.properties.steps import step
from storetwin_contract.protocol import Capability, Line, Verb
from storetwin_contract.truth import Place


class Composed(Orders, Carts):
    """P9: shown(kit) = min floor(shown(part) / n); selling either takes from both."""

    minds: ClassVar[frozenset[str]] = PROMISES | {"kit"}
    sku_count: ClassVar[int] = 2
    location_count: ClassVar[int] = 2
    stock_max: ClassVar[int] = 9

    @step(
        stocks=st.lists(st.integers(0, 9), min_size=4, max_size=4),
        sizes=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    )
    def open(self, stocks: list[int], sizes: tuple[int, int]) -> None:
        """Make two parts, a kit of both, and a kit of the first alone."""
        supply = iter(stocks)
        for _ in range(self.sku_count):
            self.make({at: next(supply) for at in self.locations})
        first, second = self.skus
        self.kits = [
            self.make_kit({first: sizes[0], second: sizes[1]}),
            self.make_kit({first: sizes[1]}),
        ]

    def make_kit(self, parts: Mapping[str, int]) -> str:
        """Make a kit."""
        kit = self.example.fresh_sku({}, parts)
        self.truth.parts[kit] = parts
        self.unsettled = self.example.inventory.settle_s > 0
        return kit

    def goods(self) -> list[Place]:
        """Kits can be ordered, too."""
        kits = [(kit, location) for kit in self.kits for location in self.locations]
        return [*kits, *super().goods()]

    @step(at=which, kit=st.integers(0, 1), ask=asks)
    def order_kits(self, at: int, kit: int, ask: int | str) -> None:
        """Somebody orders kits."""
        sku, location = self.kits[kit], self.pick(self.locations, at)
        units = self.units(ask, self.truth.kits_free(sku, location))
        self.promise(self.request(Verb.PLACE, [Line(sku, units, location)]))

    @step(
        lambda self: self.can(Capability.MANY_LINES),
        at=which,
        kit=st.integers(0, 1),
        units=st.integers(1, 2),
        part=st.integers(0, 1),
        parts=few,
    )
    def order_kits_and_parts(self, at: int, kit: int, units: int, part: int, parts: int) -> None:
        """Somebody orders kits and, in the same order, what is in them."""
        location = self.pick(self.locations, at)
        wanted = [Line(self.kits[kit], units, location), Line(self.skus[part], parts, location)]
        self.promise(self.request(Verb.PLACE, wanted))

    @step(at=which, units=few)
    def receive(self, at: int, units: int) -> None:
        """Parts arrive."""
        sku, location = self.spot(at)
        self.carry(self.request(Verb.RECEIVE, [Line(sku, units, location)]))

    def inspect(self) -> None:
        """Kits are shown as the parts allow; parts left and came back with their kits."""
        for location in self.locations:
            for kit in self.kits:
                self.compare_kit(kit, location)
        if self.can(Capability.COUNTERS):
            for place in self.truth.shelves:
                self.compare_part(place)

    def compare_kit(self, kit: str, location: str) -> None:
        """Compare what is shown of a kit with what is shown of its parts."""
        shown = self.example.shown(kit, "web", location)
        must = min(
            self.example.shown(part, "web", location) // each
            for part, each in self.truth.parts[kit].items()
        )
        self.run.judged += 1
        if shown != must:
            self.mind("kit", f"{shown} {kit} at {location} are shown, and the parts make {must}")

    def compare_part(self, place: Place) -> None:
        """Compare what stands there of a part with what must."""
        sku, location = place
        on_hand = self.example.level(sku, location).on_hand
        must = self.truth.stands(place)
        self.run.judged += 1
        if must is not None and on_hand != must:
            self.mind(
                "kit",
                f"{on_hand} {sku} at {location} are on hand; by what came and left with kits"
                f" there must be {must}",
            )
