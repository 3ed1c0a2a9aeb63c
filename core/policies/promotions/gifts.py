"""What an offer can give, and the goods that it gives it on."""

from dataclasses import dataclass

from core.policies.baskets import Line
from core.policies.errors import PromotionInvalid
from core.policies.rounding import PPM

__all__ = [
    "ALL_GOODS",
    "AmountOff",
    "AmountOffEach",
    "Bundle",
    "BuyGet",
    "BuyPay",
    "ForPrice",
    "Gift",
    "Goods",
    "PercentOff",
    "check_named",
    "check_range",
]


def check_range(name: str, number: int, lowest: int, highest: int | None = None) -> None:
    """Refuse a number outside its range, by name."""
    if number < lowest or (highest is not None and number > highest):
        allowed = f"{lowest} or more" if highest is None else f"{lowest} to {highest}"
        raise PromotionInvalid(f"{name} is {number}; {allowed}")


def check_named(name: str, named: frozenset[int] | None) -> None:
    """Refuse an empty set: it is a list that came out empty, and must not mean everything."""
    if named is not None and not named:
        raise PromotionInvalid(f"{name} is empty; name one or more, or leave it out for all")


@dataclass(frozen=True, slots=True)
class Goods:
    """A set of skus, some of them named by their product.

    Args:
        skus: skus of the set.
        products: products whose skus all belong to it; both None: everything.
        except_skus: skus that do not, whatever the rest says.
        sale_too: whether units whose price is already reduced belong to it.
    """

    skus: frozenset[int] | None = None
    products: frozenset[int] | None = None
    except_skus: frozenset[int] = frozenset()
    sale_too: bool = True

    def __post_init__(self) -> None:
        check_named("skus", self.skus)
        check_named("products", self.products)
        if self.products is not None and min(self.products) <= 0:
            raise PromotionInvalid(f"product {min(self.products)}; products are 1 or more")

    def hold(self, line: Line) -> bool:
        """Whether the line's units belong to the set."""
        if not line.discountable or line.sku in self.except_skus:
            return False
        if line.on_sale and not self.sale_too:
            return False
        if self.skus is None and self.products is None:
            return True
        return line.sku in (self.skus or ()) or line.product in (self.products or ())


ALL_GOODS = Goods()


@dataclass(frozen=True, slots=True)
class PercentOff:
    """A share of what the goods cost: of their sum, rounded half up, then spread on the lines.

    The sum is rounded once, so the discount does not depend on how units lie on lines.
    """

    rate_ppm: int

    def __post_init__(self) -> None:
        check_range("rate_ppm", self.rate_ppm, 1, PPM)


@dataclass(frozen=True, slots=True)
class AmountOff:
    """An amount off all goods together, once; no more than they cost."""

    amount_minor: int

    def __post_init__(self) -> None:
        check_range("amount_minor", self.amount_minor, 1)


@dataclass(frozen=True, slots=True)
class AmountOffEach:
    """An amount off each unit; no more than the unit costs."""

    amount_minor: int

    def __post_init__(self) -> None:
        check_range("amount_minor", self.amount_minor, 1)


@dataclass(frozen=True, slots=True)
class BuyPay:
    """Of every *take* units *pay* are paid: three for two.

    Units are taken in the order of their price, so that the free ones are worth as much as any
    grouping could make them; the cheapest of each group are free.
    """

    take: int
    pay: int

    def __post_init__(self) -> None:
        check_range("take", self.take, 2)
        check_range("pay", self.pay, 1, self.take - 1)


@dataclass(frozen=True, slots=True)
class ForPrice:
    """Every *take* units for one price, the dearest first, as long as that saves something."""

    take: int
    amount_minor: int

    def __post_init__(self) -> None:
        check_range("take", self.take, 1)
        check_range("amount_minor", self.amount_minor, 0)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A set for one price: of each part as many units as it says, as often as that saves.

    Args:
        parts: (skus, units): any units of the skus fill the part; no sku in two parts.
        amount_minor: price of the set.
    """

    parts: tuple[tuple[frozenset[int], int], ...]
    amount_minor: int

    def __post_init__(self) -> None:
        check_range("amount_minor", self.amount_minor, 0)
        check_range("parts", len(self.parts), 1)
        seen: set[int] = set()
        for skus, units in self.parts:
            check_range("units of a part", units, 1)
            if not skus:
                raise PromotionInvalid("a part of a bundle names no sku; name one or more")
            if skus & seen:
                raise PromotionInvalid(f"sku {min(skus & seen)} is in two parts; leave it in one")
            seen |= skus


@dataclass(frozen=True, slots=True)
class BuyGet:
    """For every *buy* units of other goods up to *get* units of the promotion's goods for less.

    Args:
        others: what must be bought; goods that stand in both sets count as bought.
        buy: units of them.
        get: units that are cheaper, the dearest first.
        rate_ppm: how much cheaper; PPM: free.
    """

    others: Goods
    buy: int
    get: int
    rate_ppm: int = PPM

    def __post_init__(self) -> None:
        check_range("buy", self.buy, 1)
        check_range("get", self.get, 1)
        check_range("rate_ppm", self.rate_ppm, 1, PPM)


Gift = PercentOff | AmountOff | AmountOffEach | BuyPay | ForPrice | Bundle | BuyGet
