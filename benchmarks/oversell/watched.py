"""An inventory that remembers what was asked of it, so that a history can be played again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from storetwin_contract import (
    Capability,
    Inventory,
    Level,
    Message,
    Movement,
    OrderLine,
    Reply,
    Request,
)

Place = tuple[str, str]  # sku and location


@dataclass(frozen=True)
class Call:
    """One deed: a method of the protocol, its arguments, and what it returned."""

    method: str
    arguments: tuple[Any, ...]
    returned: Any = None


class Watched:
    """Passes everything on; keeps the deeds and not the readings."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.calls: list[Call] = []
        self.capabilities: frozenset[Capability] = inventory.capabilities
        self.settle_s = inventory.settle_s
        self.name = inventory.name

    @property
    def trace(self) -> Sequence[tuple[int, str]]:
        """What each client did in the last race, where the inventory tells."""
        steps: Sequence[tuple[int, str]] = getattr(self.inventory, "trace", ())
        return steps

    def _deed(self, method: str, *arguments: Any) -> Any:  # noqa: ANN401 - as the method has it
        # Noted before it is done: what fails half-way belongs to the history too.
        at = len(self.calls)
        self.calls.append(Call(method, arguments))
        returned = getattr(self.inventory, method)(*arguments)
        self.calls[at] = Call(method, arguments, returned)
        return returned

    def locations(self) -> Sequence[str]:
        """Passed on."""
        return self.inventory.locations()

    def fresh_sku(self, stock: Mapping[str, int], parts: Mapping[str, int] | None = None) -> str:
        """Passed on and kept."""
        sku: str = self._deed("fresh_sku", stock, parts)
        return sku

    def allow_backorder(self, sku: str, location: str, limit: int) -> None:
        """Passed on and kept."""
        self._deed("allow_backorder", sku, location, limit)

    def do(self, request: Request) -> Reply:
        """Passed on and kept."""
        reply: Reply = self._deed("do", request)
        return reply

    def race(self, requests: Sequence[Request], schedule: Sequence[int]) -> Sequence[Reply]:
        """Passed on and kept."""
        replies: Sequence[Reply] = self._deed("race", requests, schedule)
        return replies

    def wait(self, seconds: float) -> None:
        """Passed on and kept."""
        self._deed("wait", seconds)

    def deliver(self, message: Message) -> None:
        """Passed on and kept."""
        self._deed("deliver", message)

    def reconcile(self, truth: Mapping[Place, int]) -> None:
        """Passed on and kept."""
        self._deed("reconcile", truth)

    def erase(self, party: str) -> None:
        """Passed on and kept."""
        self._deed("erase", party)

    def shown(self, sku: str, channel: str, location: str | None = None) -> int:
        """Passed on."""
        return self.inventory.shown(sku, channel, location)

    def level(self, sku: str, location: str) -> Level:
        """Passed on."""
        return self.inventory.level(sku, location)

    def ledger(self, sku: str) -> Sequence[Movement]:
        """Passed on."""
        return self.inventory.ledger(sku)

    def order(self, order_id: str) -> Sequence[OrderLine]:
        """Passed on."""
        return self.inventory.order(order_id)

    def sent(self) -> Sequence[Message]:
        """Passed on."""
        return self.inventory.sent()

    def knows(self, party: str) -> bool:
        """Passed on."""
        return self.inventory.knows(party)
