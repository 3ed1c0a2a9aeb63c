"""The headline's logic, on numbers small enough to check by hand."""

import numpy as np
import pytest

from reports.decision import (
    Crossing,
    Difference,
    Instruction,
    Point,
    break_even,
    compare,
    decide,
)

TODAY = np.array([100.0, 110.0, 90.0, 105.0, 95.0, 100.0])
WOBBLE = np.array([-1.0, 1.0, -2.0, 2.0, 0.0, 0.0])


def difference(mean: float, half: float = 1.0, arm: str = "b") -> Difference:
    """A candidate's gain with an interval of *half* each way."""
    return Difference(arm, mean, mean - half, mean + half, 5, 6, 0)


def line(*gains: tuple[float, float]) -> list[Point]:
    """Points of a strip: (value, mean gain), intervals of one each way."""
    return [Point(value, (difference(mean),)) for value, mean in gains]


def test_the_interval_is_that_of_the_paired_differences() -> None:
    """Luck that both arms share cancels: the gain is known better than either level."""
    (found,) = compare({"a": TODAY, "b": TODAY + 10 + WOBBLE}, "a")
    # mean 10, s = sqrt(10 / 5), t(0.975, 5) = 2.5706
    half = 2.5706 * np.sqrt(2) / np.sqrt(6)
    assert found.mean == pytest.approx(10)
    assert found.low == pytest.approx(10 - half, abs=1e-3)
    assert found.high == pytest.approx(10 + half, abs=1e-3)
    assert (found.better, found.runs) == (6, 6)


def test_more_candidates_need_more_proof() -> None:
    """The interval of one candidate widens when others are compared beside it."""
    arms = {"a": TODAY, "b": TODAY + 10 + WOBBLE}
    (alone,) = compare(arms, "a")
    beside = compare({**arms, "c": TODAY - 1 + WOBBLE, "d": TODAY + WOBBLE}, "a")[0]
    assert beside.low < alone.low
    assert beside.mean == pytest.approx(alone.mean)


def test_identical_setups_give_stay() -> None:
    """No difference in any run is no reason to change."""
    found = compare({"a": TODAY, "b": TODAY, "c": TODAY, "d": TODAY}, "a")
    assert all(d.low == d.high == d.mean == 0 for d in found)
    assert decide(found).instruction == Instruction.STAY


def test_a_loss_gives_stay() -> None:
    """A candidate that earns less in every run is not recommended."""
    found = compare({"a": TODAY, "b": TODAY - 50 + WOBBLE}, "a")
    assert decide(found).instruction == Instruction.STAY


def test_a_gain_that_may_be_luck_gives_stay() -> None:
    """A mean above zero whose interval reaches below zero is not enough."""
    assert decide([difference(0.5, half=1.0)]).instruction == Instruction.STAY


def test_a_single_run_gives_stay() -> None:
    """One run proves nothing, however great its gain."""
    found = compare({"a": TODAY[:1], "b": TODAY[:1] + 1000}, "a")
    assert decide(found).instruction == Instruction.STAY


def test_the_best_proven_candidate_is_the_one_to_act_on() -> None:
    """A greater mean without proof does not outrank a smaller one with it."""
    decision = decide([difference(5, 1, "b"), difference(9, 20, "c"), difference(3, 1, "d")])
    assert decision.instruction == Instruction.ACT
    assert decision.best is not None
    assert decision.best.arm == "b"


def test_a_flip_within_the_strip_gives_measure_first() -> None:
    """Only the axes along which the best candidate turns are to be measured."""
    strip = {
        "online_share": line((0.01, -3), (0.09, 5)),
        "safety_factor": line((0, 4), (2, 6)),
    }
    decision = decide([difference(5)], strip)
    assert decision.instruction == Instruction.MEASURE
    assert decision.measure == ("online_share",)


@pytest.mark.parametrize(
    ("left", "instruction"),
    [(2.0, Instruction.ACT), (0.0, Instruction.MEASURE), (-3.0, Instruction.MEASURE)],
)
def test_a_gain_of_nothing_but_saved_work_gives_measure_first(
    left: float, instruction: Instruction
) -> None:
    """Hours of typing that nobody measured do not carry an instruction to spend money."""
    decision = decide([difference(5)], {}, {"b": left})
    assert decision.instruction == instruction
    assert decision.measure == (("work_by_hand",) if instruction == Instruction.MEASURE else ())


def test_a_flip_of_another_candidate_changes_nothing() -> None:
    """What the second best does along the strip is not the owner's question."""
    points = [
        Point(value, (difference(5), difference(mean, arm="c")))
        for value, mean in ((0.01, -3), (0.09, 3))
    ]
    decision = decide([difference(5), difference(2, arm="c")], {"online_share": points})
    assert decision.instruction == Instruction.ACT


def test_the_break_even_is_interpolated_with_its_uncertainty() -> None:
    """Gains of -4 at 1 % and +4 at 9 % cross at 5 %; one unit more or less is one per cent."""
    found = break_even(line((0.01, -4), (0.09, 4)))
    assert found is not None
    assert found.crossing == Crossing.UPWARD
    assert found.value == pytest.approx(0.05)
    assert found.low == pytest.approx(0.04)
    assert found.high == pytest.approx(0.06)


def test_a_break_even_may_be_uncertain_up_to_the_ends() -> None:
    """Where the interval still holds zero at the last tested value, the range ends there."""
    found = break_even(line((0.01, -0.5), (0.09, 0.5)))
    assert found is not None
    assert (found.low, found.high) == (0.01, 0.09)


def test_some_changes_pay_only_below() -> None:
    """A gain that falls along the axis is reported the other way round."""
    found = break_even(line((0.01, 4), (0.09, -4)))
    assert found is not None
    assert found.crossing == Crossing.DOWNWARD
    assert found.low == pytest.approx(0.04)
    assert found.high == pytest.approx(0.06)


@pytest.mark.parametrize(
    ("gains", "crossing"),
    [
        (((0.01, 1), (0.05, 2), (0.09, 3)), Crossing.ALWAYS),
        (((0.01, -1), (0.05, -2), (0.09, 0)), Crossing.NEVER),
        (((0.01, -1), (0.05, 2), (0.09, -1)), Crossing.MIXED),
    ],
)
def test_without_one_crossing_there_is_no_break_even(
    gains: tuple[tuple[float, float], ...], crossing: Crossing
) -> None:
    """A gain that never turns, or turns twice, has no single line."""
    found = break_even(line(*gains))
    assert found is not None
    assert found.crossing == crossing
    assert found.value is None


def test_the_break_even_is_that_of_the_best_at_each_value() -> None:
    """Change nothing below x means that no candidate pays below x."""
    points = [
        Point(0.0, (difference(-4), difference(-1, arm="c"))),
        Point(0.1, (difference(8), difference(1, arm="c"))),
    ]
    found = break_even(points)
    assert found is not None
    assert found.value == pytest.approx(0.1 / 9)


def test_one_tested_value_shows_no_break_even() -> None:
    """A line needs two points."""
    assert break_even(line((0.05, 1))) is None
