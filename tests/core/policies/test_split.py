"""No minor unit is lost or invented when an amount is divided."""

from fractions import Fraction
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.policies.errors import SplitImpossible
from core.policies.split import part_of_rest, parts_of_rest, split
from tests.core.policies.profile import THOROUGH

amounts = st.integers(-(10**15), 10**15)
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)


def by_repeated_award(amount: int, weights: list[int]) -> list[int]:
    """Largest remainder in fractions: give the next minor unit to whoever lacks most of his."""
    exact = [Fraction(amount * weight, sum(weights)) for weight in weights]
    shares = [int(each) for each in exact]
    waiting = list(range(len(weights)))
    while sum(shares) < amount:
        lacking = max(waiting, key=lambda at: (exact[at] - shares[at], -at))
        waiting.remove(lacking)
        shares[lacking] += 1
    return shares


@pytest.mark.parametrize(
    ("amount", "on", "shares"),
    [
        (100, [1, 1, 1], [34, 33, 33]),  # the first of equal remainders takes the odd cent
        (101, [1, 1, 1], [34, 34, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (10, [1, 2, 3], [2, 3, 5]),  # 1.67, 3.33, 5.00: the cent goes to the first
        (1000, [1999, 1, 0], [1000, 0, 0]),  # 999.5 and 0.5: the tie goes to the first line
        (7, [0, 5, 0], [0, 7, 0]),
        (5, [1], [5]),
        (0, [0, 0], [0, 0]),
        (0, [], []),
        (1, [1, 1], [1, 0]),
        (10, [6, 6, 2], [4, 4, 2]),  # 4.29, 4.29, 1.43: the Alabama paradox of largest
        (11, [6, 6, 2], [5, 5, 1]),  # remainders, 4.71, 4.71, 1.57; one amount is split once
    ],
)
def test_split(amount: int, on: list[int], shares: list[int]) -> None:
    """An amount lies on lines in proportion; leftover minor units go to the largest remainders."""
    assert split(amount, on) == shares


@THOROUGH
@given(st.integers(0, 10**6), weights)
def test_split_agrees_with_fractions(amount: int, on: list[int]) -> None:
    """Awarding the cents one by one to whoever lacks most gives the same shares."""
    assert split(amount, on) == by_repeated_award(amount, on)


@THOROUGH
@given(amounts, weights)
def test_split_is_exact_and_fair(amount: int, on: list[int]) -> None:
    """Shares sum to the amount, and none is a whole minor unit away from its exact share."""
    shares = split(amount, on)
    assert sum(shares) == amount
    for share, weight in zip(shares, on, strict=True):
        assert abs(Fraction(amount * weight, sum(on)) - share) < 1
        assert weight or share == 0
    assert split(-amount, on) == [-share for share in shares]


@pytest.mark.parametrize(
    ("amount", "on", "said"),
    [
        (1, [], "1 minor units and no weight above 0 among 0"),
        (-3, [0, 0], "-3 minor units and no weight above 0 among 2"),
        (1, [1, -1], "weight 1 is -1; weights are 0 or more"),
        (0, [-1], "weight 0 is -1"),
    ],
)
def test_split_refused(amount: int, on: list[int], said: str) -> None:
    """An amount that nobody can carry is refused, not dropped."""
    with pytest.raises(SplitImpossible, match=said):
        split(amount, on)


cuts = st.integers(1, 60).flatmap(
    lambda of: st.tuples(
        st.just(of),
        st.lists(st.integers(0, of), max_size=6).map(lambda at: sorted({0, of, *at})),
    )
)


@THOROUGH
@given(st.integers(0, 10**9), cuts)
def test_parts_of_any_partition_sum_to_the_line(amount: int, cut: tuple[int, list[int]]) -> None:
    """However a line comes back, in whatever parts, what is paid back is what was paid."""
    of, at = cut
    rest, left, taken = amount, of, []
    for done, end in pairwise(at):
        taken.append(part_of_rest(rest, end - done, left))
        assert 0 <= Fraction(rest * (end - done), left) - taken[-1] < 1
        rest, left = rest - taken[-1], left - (end - done)
    assert sum(taken) == amount
    assert min(taken) >= 0


@pytest.mark.parametrize(("amount", "of"), [*product(range(24), range(1, 9))])
def test_how_the_forms_are_related(amount: int, of: int) -> None:
    """Unit by unit the rest gives the equal split reversed, and all give the same kinds of unit."""
    equal = split(amount, [1] * of)
    rest, by_rest = amount, []
    for left in range(of, 0, -1):
        by_rest.append(part_of_rest(rest, 1, left))
        rest -= by_rest[-1]
    assert by_rest == equal[::-1]


def test_parts_worked_by_hand() -> None:
    """7.00 for four units: 1.75 each; 0.10 for three: 3, 3 and 4 cents."""
    assert [part_of_rest(700 - 175 * done, 1, 4 - done) for done in range(4)] == [175] * 4
    assert [part_of_rest(10, 1, 3), part_of_rest(7, 1, 2), part_of_rest(4, 1, 1)] == [3, 3, 4]
    assert part_of_rest(7, 2, 2) == 7
    assert part_of_rest(7, 0, 2) == 0
    # Parts are taken from the rest, so the way matters: 6 cents on four units.
    assert part_of_rest(6, 2, 4) == 3
    assert [part_of_rest(6, 1, 4), part_of_rest(5, 1, 3)] == [1, 1]


@THOROUGH
@given(st.lists(st.integers(0, 10**4), min_size=1, max_size=5), cuts)
def test_net_and_taxes_come_back_together(whole: list[int], cut: tuple[int, list[int]]) -> None:
    """Parts of net and taxes sum to the part of the gross, are never negative, and end exact."""
    of, at = cut
    rests = whole
    for done, end in pairwise(at):
        shares = parts_of_rest(rests, end - done, of - done)
        assert sum(shares) == part_of_rest(sum(rests), end - done, of - done)
        for share, rest in zip(shares, rests, strict=True):
            assert 0 <= share <= rest
            assert abs(Fraction(rest * (end - done), of - done) - share) < len(whole)
        rests = [rest - share for rest, share in zip(rests, shares, strict=True)]
    assert not any(rests)


def test_net_and_taxes_by_hand() -> None:
    """3.57 = 3.00 + 0.57 for two units: 1.78 and 1.79, of which 0.28 and 0.29 tax."""
    assert parts_of_rest([300, 57], 1, 2) == [150, 28]
    assert parts_of_rest([150, 29], 1, 1) == [150, 29]
    assert parts_of_rest([0, 0], 1, 2) == [0, 0]
    assert parts_of_rest([1, 2], 3, 7) == [1, 0]  # of the first cent nothing is tax yet
    assert parts_of_rest([], 2, 2) == []


@pytest.mark.parametrize(
    ("rest", "quantity", "of_rest", "said"),
    [
        (5, 2, 1, "2 units; 1 are left"),
        (5, -1, 3, "-1 units of 3; 0 or more, of 1 or more"),
        (5, 0, 0, "0 units of 0; 0 or more, of 1 or more"),
        (-5, 1, 3, "-5 minor units have no parts"),
    ],
)
def test_parts_refused(rest: int, quantity: int, of_rest: int, said: str) -> None:
    """More than is left is refused, with what is left."""
    with pytest.raises(SplitImpossible, match=said):
        part_of_rest(rest, quantity, of_rest)
    with pytest.raises(SplitImpossible, match=said):
        parts_of_rest([9, rest], quantity, of_rest)


def test_parts_of_nothing_are_checked() -> None:
    """More units than are left are refused even where no amount stands behind them."""
    with pytest.raises(SplitImpossible, match="2 are left"):
        parts_of_rest([], 3, 2)
