"""Every property passes a correct inventory, and catches an inventory that breaks it."""

import pytest

from storetwin_contract import Outcome, check
from tests.contract.broken import BROKEN
from tests.contract.broken_lines import BROKEN_LINES
from tests.contract.broken_talk import BROKEN_TALK
from tests.contract.reference import Reference

SEED = 20261122
ALL = (*BROKEN, *BROKEN_LINES, *BROKEN_TALK)


def test_the_correct_inventory_has_every_property() -> None:
    """Nothing is found where nothing is wrong, and nothing is left out."""
    report = check(Reference, seed=SEED, budget_s=300, examples=30)
    assert {result.outcome for result in report.results} == {Outcome.PASSED}, report.text()


@pytest.mark.parametrize(
    ("property_id", "broken"), ALL, ids=[f"{name}-{shop.__name__}" for name, shop in ALL]
)
def test_a_broken_inventory_is_caught(property_id: str, broken: type[Reference]) -> None:
    """One defect, and the property that is about it fails."""
    report = check(broken, seed=SEED, budget_s=60, examples=150, properties=[property_id])
    result = report.of(property_id)
    assert result.outcome is Outcome.FAILED, report.text()
    assert result.history[-1].startswith(f"{property_id} is violated: "), report.text()
