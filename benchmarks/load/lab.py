"""One run of the load lab: found a shop, serve it, load it, watch its links, audit it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks.load import KEY_VARIABLE
from benchmarks.load.audit import Check, acknowledged, audit, look
from benchmarks.load.links import MARK, POLL_PERIOD_S, Links
from benchmarks.load.plan import Plan, make
from benchmarks.load.service import found, last_line, log_of, running
from scenarios.catalogue import Catalogue
from scenarios.models import Scenario

RECEIPT_LINES = 500
TOLD_MAX = 200  # characters of an answer that are quoted
SHOPPERS_GRACE_S = 90.0
USERS = 50


class LoadFailed(Exception):
    """The load could not be applied; nothing was measured."""


@dataclass(frozen=True)
class Lag:
    """What one link did with the marked writes, in milliseconds from sending the write."""

    link: str
    marks: int
    seen: int
    p50_ms: float
    p95_ms: float
    worst_ms: float


@dataclass(frozen=True)
class Outcome:
    """Everything that is printed.

    Attributes:
        latency: kind of request -> count, and p50, p99 and worst in ms from the arrival's time.
        lags: the poll link and the event link.
        checks: the invariants.
    """

    scenario: str
    seconds: float
    shop_orders_per_s: float
    orders_per_s: float
    speed: float
    accepted: int
    refused: int
    unanswered: int
    latency: dict[str, dict[str, float]]
    lags: list[Lag]
    checks: list[Check]

    @property
    def holds(self) -> bool:
        """Whether every invariant holds."""
        return all(check.holds for check in self.checks)

    @property
    def ratio(self) -> float:
        """Median lag of the poll link over that of the event link."""
        poll, event = self.lags
        return poll.p50_ms / event.p50_ms if event.p50_ms else 0.0

    def document(self) -> dict[str, Any]:
        """The outcome as JSON."""
        return {**asdict(self), "poll_lag_over_event_lag": self.ratio, "holds": self.holds}


def run(
    scenario: Scenario, catalogue: Catalogue, *, seconds: float = 20.0, users: int = USERS
) -> Outcome:
    """Load the real service with the scenario's busiest hour for *seconds*.

    Raises:
        LoadFailed: the shoppers could not do their work.
        ServiceFailed: the service did not start.
    """
    plan = make(scenario, catalogue, seconds)
    try:
        return _run(plan, users)
    except httpx.TransportError as error:
        raise LoadFailed(f"the service went away under load: {error}") from error


def _run(plan: Plan, users: int) -> Outcome:
    """Serve, load, watch and audit one plan."""
    mark = len(plan.skus) + 1
    with tempfile.TemporaryDirectory(prefix="storetwin-load-") as folder:
        database = Path(folder) / "shop.db"
        key = found(database, [*plan.skus, MARK], plan.locations)
        with running(database) as url:
            lay_in(url, key, plan)
            place = plan.locations[0]
            with Links(url, key, database, product_id=mark, place=place) as links:
                result = _shop(Path(folder), plan, url, users, key)
            ids = [r[0]["order_id"] for r in acknowledged(result["answers"]).values()]
            shop = look(url, key, range(1, mark), ids)
        last_words = last_line(log_of(database))
        checks = audit(plan, result["answers"], shop, database, last_words)
    return _outcome(plan, result, links, checks)


def lay_in(url: str, key: str, plan: Plan) -> None:
    """Book the stock that every level starts with."""
    with httpx.Client(base_url=url, headers={"X-API-Key": key}, timeout=30) as client:
        for place, stock in zip(plan.locations, plan.stock, strict=True):
            lines = [
                {"sku": sku, "quantity": quantity, "location": place}
                for sku, quantity in zip(plan.skus, stock, strict=True)
                if quantity
            ]
            for first in range(0, len(lines), RECEIPT_LINES):
                answer = client.post(
                    "/v1/stock/receipts",
                    json={"lines": lines[first : first + RECEIPT_LINES]},
                    headers={"Idempotency-Key": f"opening-{place.encode().hex()}-{first}"},
                )
                if not answer.is_success:
                    told = f"{answer.status_code} {answer.text[:TOLD_MAX]}"
                    raise LoadFailed(f"the opening stock was refused: {told}")


def _shop(folder: Path, plan: Plan, url: str, users: int, key: str) -> dict[str, Any]:
    """Let the shoppers loose and return what they wrote down."""
    plan_place, result_place = folder / "plan.json", folder / "result.json"
    plan.write(plan_place)
    command = [sys.executable, "-m", "benchmarks.load.shoppers"]
    command += [str(plan_place), str(result_place), url, str(users)]
    try:
        ended = subprocess.run(  # noqa: S603 - our own module
            command,
            env={**os.environ, KEY_VARIABLE: key},
            capture_output=True,
            timeout=plan.seconds + SHOPPERS_GRACE_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LoadFailed("the shoppers did not end in time") from error
    if ended.returncode or not result_place.exists():
        last = ended.stderr.decode(errors="replace").strip().splitlines()
        raise LoadFailed(f"the shoppers failed: {last[-1] if last else ended.returncode}")
    result: dict[str, Any] = json.loads(result_place.read_text(encoding="utf-8"))
    return result


def _outcome(plan: Plan, result: dict[str, Any], links: Links, checks: list[Check]) -> Outcome:
    answers: Sequence[Mapping[str, Any]] = result["answers"]
    orders = [a for a in answers if a["kind"] == "order" and not a["repeat"]]
    accepted = sum(a["status"] == httpx.codes.CREATED for a in orders)
    lags = [_lag(s.name, links.sent, s.lags_ms(links.sent)) for s in (links.poll, links.event)]
    unseen = sum(lag.marks - lag.seen for lag in lags)
    told = "; ".join(links.errors) or f"{len(links.sent)} marks, {unseen} not seen"
    checks = [
        *checks,
        Check(
            "every arrival was answered", not result["unanswered"], f"{result['unanswered']} not"
        ),
        Check("both links saw every mark", not unseen and not links.errors and bool(lags), told),
    ]
    return Outcome(
        scenario=plan.scenario,
        seconds=result["seconds"],
        shop_orders_per_s=plan.shop_orders_per_s,
        orders_per_s=plan.orders_per_s,
        speed=plan.speed,
        accepted=accepted,
        refused=len(orders) - accepted,
        unanswered=result["unanswered"],
        latency={
            kind: _latency([a["late_ms"] for a in answers if a["kind"] == kind])
            for kind in ("order", "look")
        },
        lags=lags,
        checks=checks,
    )


def _latency(times_ms: list[float]) -> dict[str, float]:
    if not times_ms:
        return {"count": 0.0, "p50_ms": 0.0, "p99_ms": 0.0, "worst_ms": 0.0}
    middle, high = np.quantile(times_ms, [0.5, 0.99])
    return {
        "count": float(len(times_ms)),
        "p50_ms": float(middle),
        "p99_ms": float(high),
        "worst_ms": max(times_ms),
    }


def _lag(link: str, sent: list[float], lags_ms: list[float]) -> Lag:
    if not lags_ms:
        return Lag(link, len(sent), 0, 0.0, 0.0, 0.0)
    middle, high = np.quantile(lags_ms, [0.5, 0.95])
    return Lag(link, len(sent), len(lags_ms), float(middle), float(high), max(lags_ms))


def lines(outcome: Outcome) -> list[str]:
    """The outcome for people."""
    text = [
        f"{outcome.scenario}: {outcome.orders_per_s:.1f} orders/s for {outcome.seconds:.0f} s",
        f"{outcome.speed:,.0f} times as fast as the shop's busiest hour",
        f"{outcome.accepted} accepted, {outcome.refused} refused for lack of stock",
        "",
        f"{'request':<8}{'count':>8}{'p50 ms':>10}{'p99 ms':>10}{'worst':>10}",
    ]
    text += [
        f"{kind:<8}{row['count']:>8.0f}{row['p50_ms']:>10.1f}{row['p99_ms']:>10.1f}"
        f"{row['worst_ms']:>10.1f}"
        for kind, row in outcome.latency.items()
    ]
    text += ["", f"{'link':<8}{'marks':>8}{'p50 ms':>10}{'p95 ms':>10}{'worst':>10}"]
    text += [
        f"{lag.link:<8}{lag.seen:>8}{lag.p50_ms:>10.1f}{lag.p95_ms:>10.1f}{lag.worst_ms:>10.1f}"
        for lag in outcome.lags
    ]
    text += [
        f"poll (every {POLL_PERIOD_S:g} s) lags {outcome.ratio:.0f} times as long as event",
        "",
    ]
    text += [
        f"{'holds' if check.holds else 'BROKEN':<8}{check.name}: {check.found}"
        for check in outcome.checks
    ]
    return text
