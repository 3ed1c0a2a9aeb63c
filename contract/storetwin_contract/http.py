"""The protocol as JSON over HTTP, so that an inventory in any language can be put to it.

The shim in front of the inventory answers `POST /{method}` with a JSON object, one path a method of
the protocol; contract/README.md has the table. Several clients at once are real threads here.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from threading import Barrier
from time import sleep  # noqa: TID251 - a real system settles in real time
from typing import Any, Self

import httpx

from storetwin_contract.protocol import (
    Capability,
    Level,
    Meaning,
    Message,
    Movement,
    OrderLine,
    Reply,
    Request,
)

CLIENTS_MAX = 8


class ShimFailed(Exception):
    """The shim did not answer as the protocol asks for; the text has status and body."""


class HttpInventory:
    """An inventory behind a shim.

    Attributes:
        capabilities: those that the shim tells, and RACE: whoever serves HTTP serves many at once.
        settle_s: as the shim tells.
        name: as the shim tells.
    """

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = 10.0,
        race: bool = True,
    ) -> None:
        """Ask the shim what the inventory can do.

        Args:
            base_url: of the shim; paths are added to it.
            headers: sent with every request, for example a key.
            timeout_s: after which a request has failed.
            race: False keeps clients from coming at once.

        Raises:
            ShimFailed: it does not answer, or not as it should.
        """
        limits = httpx.Limits(max_connections=CLIENTS_MAX, max_keepalive_connections=CLIENTS_MAX)
        self._client = httpx.Client(
            base_url=base_url, headers=dict(headers or {}), timeout=timeout_s, limits=limits
        )
        about = self._post("about")
        offered = {Capability(name) for name in about["capabilities"]}
        self.capabilities = frozenset(offered | {Capability.RACE} if race else offered)
        self.settle_s = float(about.get("settle_s", 0.0))
        self.name = str(about["name"])
        self._locations = [str(location) for location in about["locations"]]

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _post(self, path: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        try:
            response = self._client.post(path, json=body)
        except httpx.HTTPError as error:
            raise ShimFailed(f"POST {path}: {error!r}") from error
        if not response.is_success:
            raise ShimFailed(f"POST {path}: {response.status_code} {response.text[:500]}")
        if not response.content:
            return {}
        answer = response.json()
        if not isinstance(answer, dict):
            raise ShimFailed(f"POST {path}: {answer!r} is no JSON object")
        return answer

    # --- the protocol -------------------------------------------------------------------------

    def locations(self) -> Sequence[str]:
        """Names of the locations."""
        return self._locations

    def fresh_sku(self, stock: Mapping[str, int], parts: Mapping[str, int] | None = None) -> str:
        """Make a sku that nobody has used."""
        return str(self._post("fresh_sku", stock=stock, parts=parts)["sku"])

    def allow_backorder(self, sku: str, location: str, limit: int) -> None:
        """Let orders exceed the stock."""
        self._post("allow_backorder", sku=sku, location=location, limit=limit)

    def do(self, request: Request) -> Reply:
        """Carry out one request."""
        return Reply(**self._post("do", **asdict(request)))

    def race(self, requests: Sequence[Request], schedule: Sequence[int]) -> Sequence[Reply]:  # noqa: ARG002 - the machine decides
        """Carry out several requests at once, each from a thread that starts with the others."""
        barrier = Barrier(len(requests))

        def one(request: Request) -> Reply:
            barrier.wait()
            return self.do(request)

        with ThreadPoolExecutor(len(requests)) as clients:
            return list(clients.map(one, requests))

    def shown(self, sku: str, channel: str, location: str | None = None) -> int:
        """How many units a shopper is told can be bought."""
        answer = self._post("shown", sku=sku, channel=channel, location=location)
        return int(answer["quantity"])

    def level(self, sku: str, location: str) -> Level:
        """Counters of a level."""
        return Level(**self._post("level", sku=sku, location=location))

    def ledger(self, sku: str) -> Sequence[Movement]:
        """Every movement of a sku."""
        return [Movement(**one) for one in self._post("ledger", sku=sku)["movements"]]

    def order(self, order_id: str) -> Sequence[OrderLine]:
        """Lines of an order."""
        return [OrderLine(**line) for line in self._post("order", order_id=order_id)["lines"]]

    def wait(self, seconds: float) -> None:
        """Let time pass: by the shim's clock, or by waiting where it has none."""
        if Capability.CLOCK in self.capabilities:
            self._post("wait", seconds=seconds)
        else:
            sleep(seconds)

    def deliver(self, message: Message) -> None:
        """Hand over a message of the other system."""
        self._post("deliver", **asdict(message))

    def sent(self) -> Sequence[Message]:
        """Messages for the other system."""
        return [
            Message(**{**one, "meaning": Meaning(one["meaning"])})
            for one in self._post("sent")["messages"]
        ]

    def reconcile(self, truth: Mapping[tuple[str, str], int]) -> None:
        """Run one reconciliation."""
        levels = [
            {"sku": sku, "location": location, "on_hand": units}
            for (sku, location), units in truth.items()
        ]
        self._post("reconcile", levels=levels)

    def erase(self, party: str) -> None:
        """Forget a customer."""
        self._post("erase", party=party)

    def knows(self, party: str) -> bool:
        """Whether anything still tells of a customer."""
        return bool(self._post("knows", party=party)["knows"])
