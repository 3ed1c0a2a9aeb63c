"""Dividing an amount without losing or inventing a minor unit.

Three forms, for three questions:

- `split`: how does one amount lie on several lines? All shares at once, by largest remainder
  (Hamilton's method; Balinski and Young, Fair Representation, 1982, chapter 2).
- `part`: what are units `done` to `done + quantity` of a line worth? The running total is rounded
  down, so a part depends on no other part, and any partition of the line sums to its amount. The
  engine books fulfilled and cancelled units in this way (core.kernels.orders).
- `part_of_rest`: what are `quantity` of the units that are left worth, where nothing but the rest
  is known (a till that reads an old receipt)?

How they are related, and tested: taken unit by unit, the rest gives the shares of `split` with
equal weights in reversed order, because it rounds down first and pays the remainder last; every
unit is worth the exact price of a unit rounded down or up, in each of the three.
"""

from collections.abc import Sequence

from core.policies.errors import SplitImpossible

__all__ = ["part", "part_of_rest", "parts_together", "split"]


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


def part(amount_minor: int, done: int, quantity: int, of: int) -> int:
    """Worth of units *done* to *done + quantity* of a line of *of* units.

    floor(amount * (done + quantity) / of) - floor(amount * done / of): less than one minor unit
    from exact, never below zero, and the parts of any partition sum to the amount.

    Args:
        amount_minor: of the whole line, >= 0.
        done: units that were parted before, >= 0.
        quantity: units of this part, >= 0.
        of: units of the whole line, > 0.

    Raises:
        SplitImpossible: the part reaches beyond the line.
    """
    _check_part(amount_minor, done, quantity, of)
    return amount_minor * (done + quantity) // of - amount_minor * done // of


def parts_together(amounts: Sequence[int], done: int, quantity: int, of: int) -> list[int]:
    """As `part`, of several amounts that make up one (net and taxes of a line).

    The shares sum to the `part` of the amounts' sum, none is below zero, and over any partition
    of the line each amount comes out exactly. To part each amount on its own would not do: the
    sum would round otherwise than the line. So the running total is rounded down once for the
    whole, then for the whole without its first amount, and so on; a share lies less than
    len(amounts) minor units from exact.

    Raises:
        SplitImpossible: the part reaches beyond the line, or an amount is negative.
    """
    for amount_minor in (0, *amounts):
        _check_part(amount_minor, done, quantity, of)
    start, end = _running(amounts, done, of), _running(amounts, done + quantity, of)
    return [after - before for after, before in zip(end, start, strict=True)]


def part_of_rest(rest_minor: int, quantity: int, of_rest: int) -> int:
    """Worth of *quantity* units where *of_rest* units are left, and together worth *rest_minor*.

    Rounded down, so that what was not yet paid back never falls below zero; the last units take
    all that is left. Unlike `part`, the worth of later units depends on how earlier ones left.

    Raises:
        SplitImpossible: more units than are left.
    """
    _check_part(rest_minor, 0, quantity, of_rest)
    return rest_minor * quantity // of_rest


def _running(amounts: Sequence[int], done: int, of: int) -> list[int]:
    """Divide the running total of *done* units into the running totals of the amounts."""
    whole = sum(amounts)
    total = whole * done // of
    shares = []
    for amount_minor in amounts:
        rest = total * (whole - amount_minor) // whole if whole else 0
        shares.append(total - rest)
        whole, total = whole - amount_minor, rest
    return shares


def _check_part(amount_minor: int, done: int, quantity: int, of: int) -> None:
    if amount_minor < 0:
        raise SplitImpossible(f"{amount_minor} minor units have no parts; turn the sign")
    units = f"{quantity} units after {done} of {of}"
    if done < 0 or quantity < 0 or of <= 0:
        raise SplitImpossible(f"{units}; counts start at 0, of 1 or more")
    if done + quantity > of:
        raise SplitImpossible(f"{units}; {of - done} are left")
