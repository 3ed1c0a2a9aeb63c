"""The load lab: what it asks of the service follows from the scenario, and its audit can fail."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from adapters.database.store import Store
from benchmarks.load.audit import Check, Shop, acknowledged, audit, look
from benchmarks.load.lab import lay_in
from benchmarks.load.links import Sightings
from benchmarks.load.plan import Plan, make, peak_orders_per_s
from benchmarks.load.service import found, running
from scenarios import catalogue
from scenarios.loader import load
from storetwin.cli import main

BOUTIQUE = Path(__file__).parents[2] / "scenarios" / "library" / "boutique.yaml"


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Two seconds of the boutique's busiest hour."""
    loaded = load(BOUTIQUE)
    return make(loaded.scenario, catalogue.read(loaded), 2.0)


def test_the_rate_is_the_busiest_hour_of_the_scenario() -> None:
    """114 baskets on Saturday, the web's share of them, the busiest of 24 hours."""
    scenario = load(BOUTIQUE, ["demand.online_share=10%"]).scenario
    hours = scenario.demand.web_by_hour
    expected = 114 * 0.10 * max(hours) / sum(hours) / 3600
    assert peak_orders_per_s(scenario) == pytest.approx(expected)


def test_the_plan_is_the_same_every_time(plan: Plan) -> None:
    """Arrivals are drawn from the scenario's seed, in the order of time, within the seconds."""
    loaded = load(BOUTIQUE)
    assert make(loaded.scenario, catalogue.read(loaded), 2.0) == plan
    times = [a.at_s for a in plan.arrivals if not a.repeat]
    assert times == sorted(times)
    assert max(times) < 2.0
    assert plan.orders >= 60


def test_stock_runs_out(plan: Plan) -> None:
    """Less is laid in than will be wanted, so that promises have to be refused."""
    wanted = sum(x.quantity for a in plan.arrivals if not a.repeat for x in a.lines)
    assert 0.5 * wanted < np.sum(plan.stock) < wanted


def test_lag_is_from_sending_to_the_first_sight() -> None:
    """Marks at 0, 1 and 2 s; a link that looks at 0.5 and 2.5 s lags 0.5, 1.5 and 0.5 s."""
    link = Sightings("poll", [(0.5, 1), (2.5, 3)])
    assert link.lags_ms([0.0, 1.0, 2.0]) == [500.0, 1500.0, 500.0]
    assert link.lags_ms([0.0, 1.0, 2.0, 3.0]) == [500.0, 1500.0, 500.0]  # the last was never seen


class Day:
    """A shop that served the first orders of a plan, and what its customers heard."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        import httpx

        self.plan = plan
        self.database = folder / "shop.db"
        key = found(self.database, plan.skus, plan.locations)
        self.answers: list[dict[str, Any]] = []
        with running(self.database) as url:
            lay_in(url, key, plan)
            with httpx.Client(base_url=url, headers={"X-API-Key": key}) as client:
                for arrival in [a for a in plan.arrivals if a.lines][:30]:
                    lines = [
                        {
                            "sku": plan.skus[x.sku],
                            "location": plan.locations[arrival.location],
                            "quantity": x.quantity,
                            "amount_minor": x.amount_minor,
                        }
                        for x in arrival.lines
                    ]
                    answer = client.post(
                        "/v1/orders",
                        json={"lines": lines},
                        headers={"Idempotency-Key": f"order-{arrival.order}"},
                    )
                    heard = {"kind": "order", "order": arrival.order, "repeat": arrival.repeat}
                    self.answers.append(heard | {"status": answer.status_code, "body": answer.text})
            ids = [r[0]["order_id"] for r in acknowledged(self.answers).values()]
            self.shop = look(url, key, range(1, len(plan.skus) + 1), ids)

    def checks(
        self, answers: list[dict[str, Any]] | None = None, shop: Shop | None = None
    ) -> dict[str, Check]:
        """The audit, by name of the invariant."""
        found = audit(self.plan, answers or self.answers, shop or self.shop, self.database)
        return {check.name: check for check in found}


@pytest.fixture(scope="module")
def day(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Day:
    """One day of the real service."""
    return Day(plan, tmp_path_factory.mktemp("shop"))


def test_an_honest_day_passes_the_audit(day: Day) -> None:
    """All invariants hold after real orders against the real service."""
    assert [c for c in day.checks().values() if not c.holds] == []


def test_a_lost_order_is_found(day: Day) -> None:
    """An acknowledged order that cannot be read breaks the audit."""
    orders = dict(day.shop.orders)
    orders.popitem()
    broken = day.checks(shop=replace(day.shop, orders=orders))
    assert not broken["every acknowledged order is readable"].holds


def test_a_lost_unit_is_found(day: Day) -> None:
    """One unit too few in the stock breaks the audit, against orders and against the journal."""
    product = next(p for p, level in day.shop.levels.items() if level)
    levels = {**day.shop.levels, product: day.shop.levels[product] - 1}
    broken = day.checks(shop=replace(day.shop, levels=levels))
    assert not broken["stock fell by what was accepted"].holds
    assert not broken["the replayed shop is the live one"].holds


def test_an_order_placed_twice_is_found(day: Day) -> None:
    """A repeat that got an order of its own breaks the audit."""
    first = next(a for a in day.answers if a["status"] == 201)
    again = json.dumps({**json.loads(first["body"]), "order_id": 1})
    broken = day.checks(answers=[*day.answers, {**first, "repeat": True, "body": again}])
    assert not broken["a repeated order is placed once"].holds


def test_an_oversold_level_is_found(day: Day) -> None:
    """More accepted than was laid in breaks the audit."""
    poor = replace(day.plan, stock=(np.array(day.plan.stock) * 0).tolist())
    checks = audit(poor, day.answers, day.shop, day.database)
    assert not next(c for c in checks if c.name == "no level is oversold").holds


def test_an_error_is_found(day: Day) -> None:
    """A 500 is no answer that the contract knows."""
    broken = day.checks(answers=[*day.answers, {**day.answers[0], "order": -1, "status": 500}])
    assert not broken["every answer is 200, 201 or 409"].holds


def test_a_read_that_fails_is_a_broken_check(day: Day) -> None:
    """A service that answers reads with 500 breaks the audit, which quotes its last words."""
    import http.server
    import threading

    class Broken(http.server.BaseHTTPRequestHandler):
        """Answers every read with 500."""

        def do_GET(self) -> None:
            self.send_response(500)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Broken) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        skus = range(1, len(day.plan.skus) + 1)
        shop = look(f"http://127.0.0.1:{server.server_port}", "key", skus, [1])
        server.shutdown()
    checks = audit(day.plan, day.answers, shop, day.database, "OSError: the disk is gone")
    broken = next(c for c in checks if c.name == "every read is answered")
    assert not broken.holds
    assert "500" in broken.found
    assert "OSError: the disk is gone" in broken.found


def test_a_flipped_bit_in_the_journal_is_found(day: Day, tmp_path: Path) -> None:
    """A journal that was altered on the disk does not verify."""
    copy = tmp_path / "shop.db"
    copy.write_bytes(day.database.read_bytes())
    with Store(copy) as store:
        (payload,) = store.connection.execute("SELECT payload FROM journal").fetchone()
        flipped = payload[:-1] + bytes([payload[-1] ^ 1])
        store.connection.execute(
            "UPDATE journal SET payload = ? WHERE first_sequence = 1", (flipped,)
        )
        store.connection.commit()
    checks = audit(day.plan, day.answers, day.shop, copy)
    assert not next(c for c in checks if c.name == "the journal verifies").holds


def test_load_end_to_end(capsys: pytest.CaptureFixture[str]) -> None:
    """The verb loads the real service, both links see every mark, every invariant holds."""
    assert main(["load", str(BOUTIQUE), "--seconds", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["holds"]
    assert found["accepted"] > 0
    assert found["refused"] > 0
    assert [lag["link"] for lag in found["lags"]] == ["poll", "event"]
    assert found["lags"][1]["p50_ms"] < found["lags"][0]["p50_ms"]
