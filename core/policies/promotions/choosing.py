"""Which offers apply to a basket, in what order, and what each took off which line.

1. Offers are walked in the order of level (items, then order), priority, id. A group stands at the
   place of its first offer.
2. An offer whose conditions are not met is passed over, with the reason: a customer asks why a
   code did not work. Conditions look at the basket as it came, before all promotions, so no offer
   switches another off.
3. An offer outside a group stacks: it takes from what the offers before it have left.
4. Of a group that excludes per basket one offer applies: the one that takes most off (among equals
   the first), or the first that takes anything off.
5. Of a group that excludes per line each line belongs to one offer. BEST deals the lines out so
   that all offers of the group together take most off; FIRST lets each in turn have the lines that
   those before it left untouched. A line is dealt out whole, with all its units.

Dealing out for the best is exact: every way is tried that could still beat the best one found.
Where there are more ways than a till has time for (SEARCH_MAX steps; thirteen lines that two offers
want, or eight that three want, are always within), the best one found by then counts, and
`Discounted.exact` is False.

Lines are walked in the order of their content, not of their place on the receipt: what a customer
pays does not depend on the order in which goods were scanned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from core.policies.baskets import Basket, Line
from core.policies.promotions.discounts import discounts
from core.policies.promotions.gifts import Bundle, BuyGet
from core.policies.promotions.offers import Choice, Group, Offers, Per, Promotion

__all__ = ["Applied", "Discounted", "Passed", "Reason", "discounted"]

SEARCH_MAX = 20_000


class Reason(IntEnum):
    """Why an offer did not apply. The conditions are looked at in this order."""

    NOT_STARTED = 1
    ENDED = 2
    CHANNEL = 3
    LOCATION = 4
    CODE_NOT_SHOWN = 5
    CODE_USED_UP = 6
    PARTY_UNKNOWN = 7
    CODE_USED_BY_PARTY = 8
    BASKET_TOO_SMALL = 9
    NO_GOODS = 10
    QUANTITY_TOO_SMALL = 11
    NOTHING_OFF = 12  # the goods are there, but not enough for a set, or already free
    OTHER_CHOSEN = 13  # another offer of its group


@dataclass(frozen=True, slots=True)
class Applied:
    """What an offer took off a line."""

    promotion: int
    line: int
    discount_minor: int


@dataclass(frozen=True, slots=True)
class Passed:
    """An offer that did not apply, and why."""

    promotion: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Discounted:
    """A basket after its promotions.

    Args:
        amounts: (lines,) what is left of each line; 0 or more.
        applied: offers in the order in which they applied, each by line.
        passed: offers that did not apply, in the order in which they were looked at.
        exact: whether every choice for the best was made among all ways.
    """

    amounts: tuple[int, ...]
    applied: tuple[Applied, ...]
    passed: tuple[Passed, ...]
    exact: bool


@dataclass(slots=True)
class _Dealt:
    """What the offers of a step take off: (lines,) minor units each, in order of rank."""

    taken: dict[int, list[int]]
    exact: bool = True


def discounted(basket: Basket, offers: Offers) -> Discounted:
    """Apply the offers of a shop to a basket.

    The amounts and the discounts of `applied` sum to the amount of the basket, line by line.
    """
    order = sorted(range(len(basket.lines)), key=lambda at: basket.lines[at])
    lines = [basket.lines[at] for at in order]
    left = [line.amount_minor for line in lines]
    applied: list[Applied] = []
    passed: list[Passed] = []
    exact = True
    for group, members in offers.steps():
        ready = []
        for promotion in members:
            reason = _unmet(promotion, basket)
            if reason is None:
                ready.append(promotion)
            else:
                passed.append(Passed(promotion.id, reason))
        dealt = _deal(group, ready, lines, left)
        exact = exact and dealt.exact
        for promotion in ready:
            taken = dealt.taken[promotion.id]
            of_lines = sorted((order[at], minor) for at, minor in enumerate(taken) if minor)
            applied += [Applied(promotion.id, at, minor) for at, minor in of_lines]
            if not of_lines:
                other = any(any(each) for each in dealt.taken.values())
                reason = Reason.OTHER_CHOSEN if other else Reason.NOTHING_OFF
                passed.append(Passed(promotion.id, reason))
            left = [amount - minor for amount, minor in zip(left, taken, strict=True)]
    amounts = dict(zip(order, left, strict=True))
    in_place = tuple(amounts[at] for at in range(len(lines)))
    return Discounted(in_place, tuple(applied), tuple(passed), exact)


def _unmet(promotion: Promotion, basket: Basket) -> Reason | None:
    """The first condition of an offer that a basket does not meet; None where it meets all."""
    units = sum(line.quantity for line in basket.lines if _counts(promotion, line))
    conditions = (
        (basket.now_us < promotion.start_us, Reason.NOT_STARTED),
        (basket.now_us >= promotion.end_us, Reason.ENDED),
        (_outside(basket.channel, promotion.channels), Reason.CHANNEL),
        (_outside(basket.location, promotion.locations), Reason.LOCATION),
        *_code_conditions(promotion, basket),
        (basket.amount_minor < promotion.basket_minor_min, Reason.BASKET_TOO_SMALL),
        (units == 0, Reason.NO_GOODS),
        (units < promotion.quantity_min, Reason.QUANTITY_TOO_SMALL),
    )
    return next((reason for failed, reason in conditions if failed), None)


def _code_conditions(promotion: Promotion, basket: Basket) -> Sequence[tuple[bool, Reason]]:
    if promotion.code == 0:
        return ()
    if promotion.code not in basket.codes:
        return ((True, Reason.CODE_NOT_SHOWN),)
    use = basket.codes[promotion.code]
    limit, party_limit = promotion.usage_limit, promotion.party_limit
    by_party = party_limit is not None
    return (
        (limit is not None and use.used >= limit, Reason.CODE_USED_UP),
        (by_party and basket.party_id == 0, Reason.PARTY_UNKNOWN),
        (party_limit is not None and use.used_by_party >= party_limit, Reason.CODE_USED_BY_PARTY),
    )


def _outside(place: int, places: frozenset[int] | None) -> bool:
    return places is not None and place not in places


def _counts(promotion: Promotion, line: Line) -> bool:
    """Whether the line's units are goods of the offer, which quantity_min counts."""
    if isinstance(promotion.gives, Bundle | BuyGet):
        return promotion.touches(line)
    return promotion.goods.hold(line)


def _deal(
    group: Group | None, ready: Sequence[Promotion], lines: Sequence[Line], left: Sequence[int]
) -> _Dealt:
    """Find what each offer of a step takes off, from what is left of the lines."""
    everything = list(range(len(lines)))
    if group is not None and group.per == Per.LINE and group.choice == Choice.BEST:
        return _BestDeal(ready, lines, left).found()
    nothing = [0] * len(lines)
    taken = {each.id: nothing for each in ready}
    if group is None or group.per == Per.BASKET:
        ways = {each.id: discounts(each, lines, left, everything) for each in ready}
        chosen = _chosen(group, ways)
        return _Dealt(taken | {each: ways[each] for each in chosen})
    free = everything
    for each in ready:
        taken[each.id] = discounts(each, lines, left, free)
        free = [at for at in free if not taken[each.id][at]]
    return _Dealt(taken)


def _chosen(group: Group | None, ways: dict[int, list[int]]) -> list[int]:
    """Ids of the offers that apply, of a step that does not exclude per line."""
    if group is None:
        return list(ways)
    saving = [each for each in ways if any(ways[each])]
    if group.choice == Choice.BEST:
        saving.sort(key=lambda each: -sum(ways[each]))
    return saving[:1]


class _BestDeal:
    """Deals lines out to offers so that together they take most off.

    An offer takes no less off when it gets more lines. So a line that only one offer touches goes
    to it, and what all would take off if each got every line not yet dealt out bounds what a way
    can still come to (branch and bound: Land and Doig, 1960). Among equal ways that one counts
    which gives each line to the same offer where it can, the first offer first.
    """

    def __init__(
        self, ready: Sequence[Promotion], lines: Sequence[Line], left: Sequence[int]
    ) -> None:
        self.ready, self.lines, self.left = ready, lines, left
        self.takers = [
            [each for each, offer in enumerate(ready) if offer.touches(line)] for line in lines
        ]
        self.known: dict[tuple[int, int], int] = {}
        self.best_minor = -1
        self.best: list[int] = []
        self.tries = 0

    def found(self) -> _Dealt:
        """Return the best way. Lines are bits of a number while it is looked for."""
        for favourite in range(len(self.ready)):
            dealt = [0] * len(self.ready)
            for at, takers in enumerate(self.takers):
                if takers:
                    dealt[favourite if favourite in takers else takers[0]] |= 1 << at
            self._keep(dealt)
        dealt = [0] * len(self.ready)
        for at, takers in enumerate(self.takers):
            if len(takers) == 1:
                dealt[takers[0]] |= 1 << at
        self._try(dealt, [at for at, takers in enumerate(self.takers) if len(takers) > 1])
        pairs = zip(self.ready, self.best, strict=True)
        taken = {offer.id: self._discounts(offer, at) for offer, at in pairs}
        return _Dealt(taken, self.tries <= SEARCH_MAX)

    def _try(self, dealt: list[int], disputed: list[int]) -> None:
        """Deal out the disputed lines one after the other, as long as that can still be best."""
        self.tries += 1
        possible = dealt.copy()
        for at in disputed:
            for each in self.takers[at]:
                possible[each] |= 1 << at
        if self.tries > SEARCH_MAX or self._worth(possible) <= self.best_minor:
            return
        if not disputed:
            self._keep(dealt)
            return
        for each in self.takers[disputed[0]]:
            further = dealt.copy()
            further[each] |= 1 << disputed[0]
            self._try(further, disputed[1:])

    def _keep(self, dealt: list[int]) -> None:
        """Remember a way that is better than all before it."""
        if self._worth(dealt) > self.best_minor:
            self.best_minor, self.best = self._worth(dealt), dealt

    def _worth(self, dealt: list[int]) -> int:
        """What the offers take off together, each from its lines."""
        for place in enumerate(dealt):
            if place not in self.known:
                each, at = place
                self.known[place] = sum(self._discounts(self.ready[each], at))
        return sum(self.known[place] for place in enumerate(dealt))

    def _discounts(self, offer: Promotion, at: int) -> list[int]:
        open_at = [line for line in range(len(self.lines)) if at >> line & 1]
        return discounts(offer, self.lines, self.left, open_at)
