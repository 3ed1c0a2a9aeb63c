"""Dividing an amount without losing or inventing a minor unit.

Three forms:

- `split`: how does one amount lie on several lines? All shares at once, by largest remainder
  (Hamilton's method; Balinski and Young, Fair Representation, 1982, chapter 2).
- `part_of_rest`: what are `quantity` of the units that are left worth? Rounded down, so the last
  units take what is left, and any partition of a line sums to its amount. The engine books units
  that are fulfilled, cancelled or returned in this way (core.kernels.lines).
- `parts_of_rest`: the same of several amounts that make up one.

How they are related, and tested: taken unit by unit, the rest gives the shares of `split` with
equal weights in reversed order, because it rounds down first and pays the remainder last; every
unit is worth the exact price of a unit rounded down or up, in each of them.
"""

from collections.abc import Sequence

from core.policies.errors import SplitImpossible

__all__ = ["part_of_rest", "parts_of_rest", "split"]


def split(amount_minor: int, weights: Sequence[int]) -> list[int]:
    """Divide an amount in proportion to *weights*; the shares sum to it exactly.

    Each share is the exact one rounded down or up (towards or away from zero), so it differs by
    less than one minor unit. What rounding down leaves over goes to the largest remainders, one
    minor unit each; among equal ones to the first. A weight of zero gets nothing.

    Args:
        amount_minor: any sign; a negative amount is split as its opposite.
        weights: >= 0 each; not all of them 0 unless the amount is 0.

    Raises:
        SplitImpossible: a weight is negative, or an amount meets no weight at all.
    """
    for at, weight in enumerate(weights):
        if weight < 0:
            raise SplitImpossible(f"weight {at} is {weight}; weights are 0 or more")
    if amount_minor == 0:
        return [0] * len(weights)
    total = sum(weights)
    if total == 0:
        raise SplitImpossible(
            f"{amount_minor} minor units and no weight above 0 among {len(weights)}; "
            "give a weight to what shall carry them"
        )
    if amount_minor < 0:
        return [-share for share in split(-amount_minor, weights)]
    shares = [amount_minor * weight // total for weight in weights]
    remainders = [amount_minor * weight % total for weight in weights]
    first = sorted(range(len(weights)), key=lambda at: -remainders[at])
    for at in first[: amount_minor - sum(shares)]:
        shares[at] += 1
    return shares


def part_of_rest(rest_minor: int, quantity: int, of_rest: int) -> int:
    """Worth of *quantity* units where *of_rest* units are left, and together worth *rest_minor*.

    Less than one minor unit below the exact worth of as many of these units. What each part is
    worth depends on how earlier ones left: 6 cents on four units come back as 3 and 3, or as
    1, 1, 2 and 2.

    Args:
        rest_minor: what the units that are left are worth, >= 0.
        quantity: units of this part, >= 0.
        of_rest: units that are left, > 0.

    Raises:
        SplitImpossible: more units than are left, or less than nothing.
    """
    if rest_minor < 0:
        raise SplitImpossible(f"{rest_minor} minor units have no parts; turn the sign")
    if quantity < 0 or of_rest <= 0:
        raise SplitImpossible(f"{quantity} units of {of_rest}; 0 or more, of 1 or more")
    if quantity > of_rest:
        raise SplitImpossible(f"{quantity} units; {of_rest} are left")
    return rest_minor * quantity // of_rest


def parts_of_rest(rests: Sequence[int], quantity: int, of_rest: int) -> list[int]:
    """As `part_of_rest`, of several amounts that make up one (net and taxes of a line).

    The shares sum to the `part_of_rest` of the amounts' sum, none is below zero or above what is
    left of its amount, and the last units take all that is left of each. To part each amount on
    its own would not do: the sum would round otherwise than the line. So the worth is rounded down
    once for the whole, then for the whole without its first amount, and so on; a share lies less
    than len(rests) minor units from exact.

    Raises:
        SplitImpossible: more units than are left, or an amount is negative.
    """
    for rest_minor in rests:
        part_of_rest(rest_minor, quantity, of_rest)
    whole = sum(rests)
    worth = part_of_rest(whole, quantity, of_rest)
    shares = []
    for rest_minor in rests:
        whole -= rest_minor
        later = worth * whole // (whole + rest_minor) if whole else 0
        shares.append(worth - later)
        worth = later
    return shares
