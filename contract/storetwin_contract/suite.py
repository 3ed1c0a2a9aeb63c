"""The tests that the plugin generates: one a property."""

from typing import Any

import pytest

from storetwin_contract.plugin import Contract


class PropertyBroken(AssertionError):
    """A property does not hold; the text is its result with the shrunk history."""


def test_property(property_id: str, inventory: Any, contract: Contract) -> None:  # noqa: ANN401 - whatever the fixture gives
    """The inventory has the property."""
    __tracebackhide__ = True
    result = contract.check(property_id, inventory)
    if result.missing:
        pytest.skip(f"{property_id} is not applicable: needs {', '.join(result.missing)}")
    if result.failed and not result.crashed:
        raise PropertyBroken(f"\n{result.text()}")
    if result.bad:
        pytest.fail(result.text(), pytrace=False)
