"""What a customer brings: goods with their prices, where, when, and which codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from core.policies.errors import BasketInvalid
from core.schema import AMOUNT_MAX

__all__ = ["Basket", "CodeUse", "Item", "Line"]

QUANTITY_MAX = 2**31 - 1
NO_CODES: Mapping[int, "CodeUse"] = MappingProxyType({})


class CodeUse(NamedTuple):
    """How often a coupon code was used before this basket, as the selling system counts it."""

    used: int = 0
    used_by_party: int = 0


class Item(NamedTuple):
    """Goods before they have a price; what the fields mean stands at `Line`.

    `unit_minor` is a price that was agreed at the counter, or None for that of the book.
    """

    sku: int
    quantity: int
    product: int = 0
    tax_class: int = 0
    discountable: bool = True
    unit_minor: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """Some units of one sku at one price.

    Args:
        sku: number of the sku, >= 0.
        quantity: units, > 0.
        unit_minor: what one unit costs before promotions.
        regular_minor: what it costs without a sale; -1: the same.
        product: product that the sku is a variant of; 0 where it is none.
        tax_class: class of the tax table that it falls under.
        discountable: False for what no promotion touches (gift cards, deposits).

    Raises:
        BasketInvalid: a number is out of range.
    """

    sku: int
    quantity: int
    unit_minor: int
    regular_minor: int = -1
    product: int = 0
    tax_class: int = 0
    discountable: bool = True

    def __post_init__(self) -> None:
        if self.regular_minor == -1:
            object.__setattr__(self, "regular_minor", self.unit_minor)
        if self.sku < 0:
            raise BasketInvalid(f"sku {self.sku}: a sku is 0 or more")
        if not 0 < self.quantity <= QUANTITY_MAX:
            raise BasketInvalid(f"sku {self.sku}: {self.quantity} units; 1 to {QUANTITY_MAX}")
        if self.unit_minor < 0:
            raise BasketInvalid(f"sku {self.sku}: a unit for {self.unit_minor}; 0 or more")
        if self.amount_minor > AMOUNT_MAX:
            raise BasketInvalid(
                f"sku {self.sku}: {self.amount_minor} minor units; {AMOUNT_MAX} at most"
            )

    @property
    def amount_minor(self) -> int:
        """What the line costs before promotions."""
        return self.unit_minor * self.quantity

    @property
    def on_sale(self) -> bool:
        """Whether the price is already reduced."""
        return self.unit_minor < self.regular_minor


@dataclass(frozen=True, slots=True)
class Basket:
    """Lines, and where and when they are bought.

    Args:
        lines: in the order of the receipt; one sku may stand on several.
        now_us: time of the sale.
        location: where it is sold.
        channel: through what.
        party_id: the customer; 0 where nobody knows.
        codes: the coupon codes that the customer shows, and how often each was used.
    """

    lines: tuple[Line, ...]
    now_us: int = 0
    location: int = 0
    channel: int = 0
    party_id: int = 0
    codes: Mapping[int, CodeUse] = field(default_factory=lambda: NO_CODES)

    @property
    def amount_minor(self) -> int:
        """What the lines cost before promotions."""
        return sum(line.amount_minor for line in self.lines)
