"""Rates as integers, and rounding a quotient of integers to an integer."""

from enum import IntEnum

__all__ = ["PPM", "Rounding", "divided"]

PPM = 1_000_000  # rates are parts per million: 10 % is 100_000


class Rounding(IntEnum):
    """What becomes of exactly half a minor unit."""

    HALF_UP = 0  # the law of most sales taxes: RCW 82.08.054, Canada's Excise Tax Act 165.2 (2)
    HALF_EVEN = 1  # to the even neighbour: no drift over many amounts


def divided(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Round numerator / denominator to the nearest integer; both >= 0, the denominator > 0."""
    floor, rest = divmod(numerator, denominator)
    if 2 * rest > denominator:
        return floor + 1
    if 2 * rest == denominator:
        return floor + (1 if rounding == Rounding.HALF_UP else floor % 2)
    return floor
