"""What must hold after the load, whatever happened during it.

Promises are looked at from the customer's side (what was acknowledged) and from the shop's (what
the API says now, and what the journal replays to); the two must agree to the unit.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from adapters.database.store import Store
from adapters.errors import DatabaseDamaged
from adapters.gateway.recovery import rebuild
from benchmarks.load.plan import Arrival, Plan
from core.schema import State

READERS = 4  # connections that read the shop after the load


@dataclass(frozen=True)
class Check:
    """One invariant: whether it holds, and what was found."""

    name: str
    holds: bool
    found: str


@dataclass(frozen=True)
class Shop:
    """What the service says after the load.

    Attributes:
        levels: product id -> stock level.
        orders: order id -> its document; absent when it could not be read.
        failed: status of each read that the service failed to answer, from 500 on.
    """

    levels: Mapping[int, int]
    orders: Mapping[int, dict[str, Any]]
    failed: Sequence[int] = ()


def look(url: str, key: str, products: Iterable[int], order_ids: Iterable[int]) -> Shop:
    """Read every product's level and every acknowledged order from the running service."""
    with (
        httpx.Client(base_url=url, headers={"X-API-Key": key}, timeout=30) as client,
        ThreadPoolExecutor(READERS) as readers,
    ):
        failed: list[int] = []

        def read(address: str) -> dict[str, Any] | None:
            answer = client.get(address)
            if answer.is_server_error:
                failed.append(answer.status_code)
            document: dict[str, Any] | None = answer.json() if answer.is_success else None
            return document

        def level(product_id: int) -> tuple[int, int]:
            found = read(f"/api/inventory?product_id={product_id}")
            return product_id, -1 if found is None else int(found["stock_level"])

        def order(order_id: int) -> tuple[int, dict[str, Any] | None]:
            return order_id, read(f"/v1/orders/{order_id}")

        levels = dict(readers.map(level, products))
        found = dict(readers.map(order, order_ids))
    orders = {number: one for number, one in found.items() if one is not None}
    return Shop(levels, orders, failed)


def acknowledged(answers: Sequence[Mapping[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    """Number of an order in the plan -> the documents of all 201 answers it got."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for answer in answers:
        if answer["kind"] == "order" and answer["status"] == httpx.codes.CREATED:
            found[answer["order"]].append(json.loads(answer["body"]))
    return found


def audit(
    plan: Plan,
    answers: Sequence[Mapping[str, Any]],
    shop: Shop,
    database: Path,
    last_words: str = "",
) -> list[Check]:
    """Every invariant, in the order of the chain from promise to journal.

    Args:
        plan: what was asked of the service.
        answers: what the shoppers heard.
        shop: what the service says after the load.
        database: of the service, which has stopped or rests.
        last_words: the last line of the service's log, quoted where it failed.
    """
    accepted = acknowledged(answers)
    placed = {a.order: a for a in plan.arrivals if a.lines and not a.repeat}
    units: Counter[tuple[int, int]] = Counter()
    for number in accepted:
        arrival = placed[number]
        for line in arrival.lines:
            units[arrival.location, line.sku] += line.quantity
    return [
        _answered(answers, last_words),
        _read(shop, last_words),
        _once(answers, accepted),
        _readable(accepted, placed, shop, plan),
        _no_oversell(units, plan),
        _conserved(units, plan, shop),
        *_journal(units, plan, shop, database),
    ]


def _quoted(last_words: str) -> str:
    return f"; the service's last line: {last_words}" if last_words else ""


def _read(shop: Shop, last_words: str) -> Check:
    """Every read after the load was answered."""
    reads = len(shop.levels) + len(shop.orders)
    found = f"answered with {dict(Counter(shop.failed))}{_quoted(last_words)}"
    return Check(
        "every read is answered", not shop.failed, found if shop.failed else f"{reads} reads"
    )


def _answered(answers: Sequence[Mapping[str, Any]], last_words: str) -> Check:
    """Every request got an answer that the contract knows."""
    strange = Counter(a["status"] for a in answers if a["status"] not in (200, 201, 409))
    return Check(
        "every answer is 200, 201 or 409",
        not strange,
        f"others: {dict(strange)}{_quoted(last_words)}" if strange else f"{len(answers)} answers",
    )


def _once(
    answers: Sequence[Mapping[str, Any]], accepted: Mapping[int, list[dict[str, Any]]]
) -> Check:
    """An order that was sent twice got one order id, and no two orders share one."""
    repeats = sum(1 for a in answers if a.get("repeat"))
    torn = [number for number, replies in accepted.items() if any(r != replies[0] for r in replies)]
    outcomes: dict[int, set[int]] = defaultdict(set)
    for answer in answers:
        if answer["kind"] == "order":
            outcomes[answer["order"]].add(answer["status"])
    torn += [number for number, statuses in outcomes.items() if len(statuses) > 1]
    ids = [replies[0]["order_id"] for replies in accepted.values()]
    holds = not torn and len(set(ids)) == len(ids)
    return Check(
        "a repeated order is placed once", holds, f"{repeats} sent twice, {len(torn)} torn"
    )


def _readable(
    accepted: Mapping[int, list[dict[str, Any]]],
    placed: Mapping[int | None, Arrival],
    shop: Shop,
    plan: Plan,
) -> Check:
    """Every acknowledged order can be read, line by line as it was sent."""
    wrong = 0
    for number, replies in accepted.items():
        arrival = placed[number]
        sent = [(plan.skus[x.sku], x.quantity, x.amount_minor) for x in arrival.lines]
        found = shop.orders.get(replies[0]["order_id"], {"lines": []})
        kept = [(x["sku"], x["ordered"], x["amount_minor"]) for x in found["lines"]]
        wrong += kept != sent
    return Check(
        "every acknowledged order is readable", wrong == 0, f"{len(accepted)} read, {wrong} wrong"
    )


def _no_oversell(units: Mapping[tuple[int, int], int], plan: Plan) -> Check:
    """No level promised more than it held."""
    over = [level for level, sold in units.items() if sold > plan.stock[level[0]][level[1]]]
    empty = sum(sold == plan.stock[place][sku] for (place, sku), sold in units.items())
    return Check("no level is oversold", not over, f"{empty} levels sold out, {len(over)} oversold")


def _conserved(units: Mapping[tuple[int, int], int], plan: Plan, shop: Shop) -> Check:
    """Stock fell by exactly what was accepted."""
    start = np.array(plan.stock).sum(axis=0)
    sold = np.zeros(len(start), dtype=np.int64)
    for (_, sku), quantity in units.items():
        sold[sku] += quantity
    now = np.array([shop.levels[sku + 1] for sku in range(len(start))])
    wrong = int((start - sold != now).sum())
    return Check(
        "stock fell by what was accepted",
        wrong == 0,
        f"{int(sold.sum())} units accepted, {int((start - now).sum())} gone, {wrong} skus differ",
    )


def _journal(
    units: Mapping[tuple[int, int], int], plan: Plan, shop: Shop, database: Path
) -> list[Check]:
    """The journal's chain is whole, and replaying it gives the same shop."""
    try:
        with Store(database) as store:
            engine = rebuild(store).engine
    except DatabaseDamaged as error:
        return [Check("the journal verifies", holds=False, found=str(error))]
    levels = engine.levels[: len(plan.locations), : len(plan.skus)]
    available, committed = levels[:, :, State.AVAILABLE], levels[:, :, State.COMMITTED]
    expected = np.zeros_like(committed)
    for level, quantity in units.items():
        expected[level] = quantity
    told = np.array([shop.levels[sku + 1] for sku in range(len(plan.skus))])
    differing = int((committed != expected).sum() + (available.sum(axis=0) != told).sum())
    return [
        Check("the journal verifies", holds=True, found=f"{engine.sequence} commands replayed"),
        Check("the replayed shop is the live one", differing == 0, f"{differing} levels differ"),
        Check(
            "nothing is below zero",
            bool((available >= 0).all()),
            f"least is {int(available.min())}",
        ),
    ]
