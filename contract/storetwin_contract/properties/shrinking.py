"""Shrinks the steps of a failing example: fewer of them, then smaller values in them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from random import Random  # noqa: TID251 - `find` needs one; the least value is always the same
from typing import Any

from hypothesis import HealthCheck, find, settings
from hypothesis.strategies import SearchStrategy

from storetwin_contract.properties.steps import Step

Steps = Sequence[Step]
Fails = Callable[[Steps], Steps | None]  # plays steps: those up to the failure, or None


def shrunk(steps: Steps, fails: Fails) -> Steps:
    """Shrink until nothing can go.

    Args:
        steps: that fail; the first makes the shop and stays.
        fails: plays steps; gives those that were played up to the failure, or None.
    """
    while True:
        fewer = with_smaller_values(without_idle_steps(steps, fails), fails)
        if list(fewer) == list(steps):
            return fewer
        steps = fewer


def without_idle_steps(steps: Steps, fails: Fails) -> Steps:
    """Leave out steps, many at once and then one by one, as long as the example still fails."""
    size = max(1, len(steps) // 2)
    while size:
        at = 1
        while at < len(steps):
            failing = fails([*steps[:at], *steps[at + size :]])
            if failing is None:
                at += size
            else:
                steps = failing
        size //= 2
    return steps


def with_smaller_values(steps: Steps, fails: Fails) -> Steps:
    """Make what was drawn smaller, value by value. An index of 0 is right whatever else goes."""
    at = 0
    while at < len(steps):
        for name, strategy in steps[at].kind.strategies.items():
            candidates = smaller(steps[at].drawn[name], least(strategy))
            for value in candidates:
                changed = replace(steps[at], drawn={**steps[at].drawn, name: value})
                failing = fails([*steps[:at], changed, *steps[at + 1 :]])
                if failing is not None and len(failing) > at:
                    steps = failing
                    break
        at += 1
    return steps


@cache
def least(strategy: SearchStrategy[Any]) -> Any:  # noqa: ANN401 - of any strategy
    """The value that a strategy shrinks to."""
    easy = settings(database=None, suppress_health_check=list(HealthCheck), max_examples=50)
    return find(strategy, lambda _: True, settings=easy, random=Random(0))  # noqa: S311 - no secret


def smaller(value: Any, smallest: Any) -> Iterator[Any]:  # noqa: ANN401 - of any strategy
    """Values of the same strategy that read more easily, the easiest first."""
    if value == smallest:
        return
    yield smallest
    if type(value) is int and type(smallest) is int:
        yield from range(smallest + 1, value)
    if isinstance(value, str) and type(smallest) is int:
        yield from range(smallest + 1, 10)  # "one more" in figures, which can shrink further
    if isinstance(value, list | tuple) and len(value) > len(smallest):
        for at in range(len(value)):
            yield type(value)([*value[:at], *value[at + 1 :]])
    elif isinstance(value, list | tuple):
        for at in range(len(value)):
            for one in smaller(value[at], smallest[at]):
                yield type(value)([*value[:at], one, *value[at + 1 :]])
