"""The offers of a shop: what they give, on what, when and to whom, and which exclude each other.

An offer that cannot be meant is refused when it is made. How much an offer takes off stands in
`discounts`; which offers apply to a basket, and in what order, in `choosing`.

Sources for what a shop expects of them: Shopify's discount types (percent, amount, buy X get Y,
code limits, minimum purchase) and commercetools' cart discounts (multi-buy with a largest number
of times, sort order, discount groups of which the best deal counts).
"""

from dataclasses import dataclass
from enum import IntEnum

from core.policies.baskets import Line
from core.policies.errors import PromotionInvalid
from core.policies.prices.rows import NEVER_US
from core.policies.promotions.gifts import (
    ALL_GOODS,
    AmountOff,
    AmountOffEach,
    Bundle,
    BuyGet,
    Gift,
    Goods,
    PercentOff,
    check_named,
    check_range,
)

__all__ = ["Choice", "Group", "Level", "Offers", "Per", "Promotion"]


class Level(IntEnum):
    """Offers on items come before offers on the order."""

    ITEM = 0
    ORDER = 1


class Choice(IntEnum):
    """Which offer of a group counts."""

    BEST = 0  # what takes most off for the customer; among equals the first
    FIRST = 1  # the first by priority and id that takes anything off


class Per(IntEnum):
    """What the offers of a group exclude each other from."""

    LINE = 0  # a line gets one of them; other lines may get another
    BASKET = 1  # the basket gets one of them


@dataclass(frozen=True, slots=True)
class Group:
    """Offers of which one counts, for each line or for the basket."""

    id: int
    choice: Choice = Choice.BEST
    per: Per = Per.LINE

    def __post_init__(self) -> None:
        check_range("id of a group", self.id, 1)


@dataclass(frozen=True, slots=True)
class Promotion:
    """An offer.

    Args:
        id: number of the promotion, > 0.
        gives: what it takes off.
        goods: what it takes it off from; a Bundle names its own skus.
        level: on items, or on the order after all offers on items (percent and amount only).
        priority: the lower comes first; among equals the lower id.
        group: group of offers that exclude each other; 0: it stacks on whatever applied before.
        start_us: first moment of the offer.
        end_us: first moment after it.
        channels: None: all.
        locations: None: all.
        code: coupon code that must be shown; 0: none.
        usage_limit: how often the code may be used by all; None: without limit.
        party_limit: how often one customer may use the code; he must then be known.
        basket_minor_min: what the basket must cost before all promotions.
        quantity_min: how many units of the goods must be in it.
        times_max: how many groups or sets of units one basket may get; None: without limit.
        discount_minor_max: what the offer takes off at most; None: without limit.

    Raises:
        PromotionInvalid: names the promotion and what would be right.
    """

    id: int
    gives: Gift
    goods: Goods = ALL_GOODS
    level: Level = Level.ITEM
    priority: int = 0
    group: int = 0
    start_us: int = 0
    end_us: int = NEVER_US
    channels: frozenset[int] | None = None
    locations: frozenset[int] | None = None
    code: int = 0
    usage_limit: int | None = None
    party_limit: int | None = None
    basket_minor_min: int = 0
    quantity_min: int = 0
    times_max: int | None = None
    discount_minor_max: int | None = None

    def __post_init__(self) -> None:
        name = f"promotion {self.id}"
        check_range("id of a promotion", self.id, 1)
        for limit in ("group", "code", "basket_minor_min", "quantity_min"):
            check_range(f"{name}: {limit}", getattr(self, limit), 0)
        for limit in ("usage_limit", "party_limit", "times_max", "discount_minor_max"):
            if getattr(self, limit) is not None:
                check_range(f"{name}: {limit}", getattr(self, limit), 1)
        check_named(f"{name}: channels", self.channels)
        check_named(f"{name}: locations", self.locations)
        if self.end_us <= self.start_us:
            raise PromotionInvalid(f"{name}: ends at {self.end_us}; after {self.start_us}")
        if not self.code and (self.usage_limit or self.party_limit):
            raise PromotionInvalid(f"{name}: a limit counts uses of a code; give it a code")
        if self.level == Level.ORDER and not isinstance(self.gives, PercentOff | AmountOff):
            raise PromotionInvalid(
                f"{name}: an order gets PercentOff or AmountOff; or make it ITEM"
            )
        if self.times_max and isinstance(self.gives, PercentOff | AmountOff | AmountOffEach):
            raise PromotionInvalid(f"{name}: times_max counts sets; use discount_minor_max")
        if isinstance(self.gives, Bundle) and self.goods != ALL_GOODS:
            raise PromotionInvalid(f"{name}: a bundle names its skus itself; leave goods out")

    @property
    def rank(self) -> tuple[int, int, int]:
        """Place in the order of offers."""
        return (self.level, self.priority, self.id)

    def touches(self, line: Line) -> bool:
        """Whether units of the line take part in the offer, cheaper or as what must be bought."""
        if isinstance(self.gives, Bundle):
            return line.discountable and any(line.sku in skus for skus, _ in self.gives.parts)
        if isinstance(self.gives, BuyGet) and self.gives.others.hold(line):
            return True
        return self.goods.hold(line)


@dataclass(frozen=True, slots=True)
class Offers:
    """All offers of a shop, and their groups.

    Raises:
        PromotionInvalid: two offers of one id, a group that nobody described, or a group with
            offers on items and on the order.
    """

    promotions: tuple[Promotion, ...] = ()
    groups: tuple[Group, ...] = ()

    def __post_init__(self) -> None:
        levels: dict[int, Promotion] = {}
        _check_ids("promotion", [each.id for each in self.promotions])
        _check_ids("group", [each.id for each in self.groups])
        known = sorted(group.id for group in self.groups)
        for each in self.promotions:
            if each.group and each.group not in known:
                raise PromotionInvalid(
                    f"promotion {each.id}: no group {each.group}; known: {known}"
                )
            first = levels.setdefault(each.group, each)
            if each.group and first.level != each.level:
                raise PromotionInvalid(
                    f"promotions {first.id} and {each.id}: group {each.group} has offers on items "
                    "and on the order; make two groups"
                )

    def steps(self) -> list[tuple[Group | None, list[Promotion]]]:
        """The order of things: single offers, and groups at the place of their first offer."""
        groups = {group.id: group for group in self.groups}
        found: dict[tuple[int, int], list[Promotion]] = {}
        for each in sorted(self.promotions, key=lambda promotion: promotion.rank):
            alone = 0 if each.group else each.id
            found.setdefault((each.group, alone), []).append(each)
        return [(groups.get(group), members) for (group, _), members in found.items()]


def _check_ids(what: str, ids: list[int]) -> None:
    twice = sorted({each for each in ids if ids.count(each) > 1})
    if twice:
        raise PromotionInvalid(f"two {what}s have the id {twice[0]}; give one another")
