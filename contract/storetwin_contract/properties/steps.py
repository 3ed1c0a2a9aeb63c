"""Steps of an example: what can be done to a shop, drawn by Hypothesis and written down.

Rules of Hypothesis would do but for two things. It switches rules off at random for a whole
example, and where three deeds together show a fault, most examples never do all three. And it
gives up shrinking early where many steps could go; so the steps that led to a failure are kept,
and `without_idle_steps` plays them again with ever fewer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis.strategies import DataObject, SearchStrategy

Deed = Callable[..., None]
Condition = Callable[[Any], Any]


@dataclass(frozen=True)
class Kind:
    """A kind of step.

    Attributes:
        deed: the method.
        when: called with the machine; says whether the step is possible. None: always.
        strategies: for the arguments.
        weight: how often it is drawn, against others.
    """

    deed: Deed
    when: Condition | None
    strategies: Mapping[str, SearchStrategy[Any]]
    weight: int

    def possible(self, machine: object) -> bool:
        """Whether the step can be made now."""
        return self.when is None or bool(self.when(machine))

    def drawn(self, data: DataObject) -> "Step":
        """The step with arguments."""
        return Step(self, {name: data.draw(how) for name, how in self.strategies.items()})


@dataclass(frozen=True)
class Step:
    """One step as it was played."""

    kind: Kind
    drawn: Mapping[str, Any]


_KINDS: dict[Deed, Kind] = {}


def step(
    when: Condition | None = None, *, weight: int = 1, **strategies: SearchStrategy[Any]
) -> Callable[[Deed], Deed]:
    """Make a method a step; see `Kind`."""

    def mark(deed: Deed) -> Deed:
        _KINDS[deed] = Kind(deed, when, strategies, weight)
        return deed

    return mark


def kind_of(deed: Deed) -> Kind:
    """The kind of step that a method is."""
    return _KINDS[deed]


@cache
def kinds(machine: type) -> list[Kind]:
    """The steps of a machine, by name, as often as they weigh; `open` comes first and only once."""
    methods = [getattr(machine, name) for name in sorted(dir(machine)) if name != "open"]
    found = [_KINDS[deed] for deed in methods if callable(deed) and deed in _KINDS]
    return [kind for kind in found for _ in range(kind.weight)]
