"""What all tests share: how hard Hypothesis tries, and where the project lies."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A failing example prints the blob that repeats it. A kernel's first call may compile: no deadline.
settings.register_profile(
    "storetwin",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=20 if os.environ.get("NUMBA_DISABLE_JIT") == "1" else 100,
)
settings.load_profile("storetwin")


@pytest.fixture(scope="session")
def project() -> Path:
    """The folder of the checkout."""
    return Path(__file__).resolve().parents[1]


LONG_FIRST = ("storetwin", "sim", "adapters", "reports")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole runs first: of two workers none is left with the longest file at the end."""
    tests = Path(__file__).parent
    place = {name: number for number, name in enumerate(LONG_FIRST)}
    items.sort(key=lambda item: place.get(item.path.relative_to(tests).parts[0], len(place)))
