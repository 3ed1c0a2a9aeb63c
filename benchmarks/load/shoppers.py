"""The shoppers: locust users that play a plan against the service, in a process of their own.

    python -m benchmarks.load.shoppers PLAN.json RESULT.json URL USERS

The API key comes in the environment. Every user takes the next arrival,
waits for its time and makes the request. `late_ms` counts from the arrival's own time, so a
service that stalls is charged for everybody who had to wait, not only for the one who was being
served (coordinated omission). locust replaces sockets when it is imported: nothing of ours may be
imported before it, and the process does nothing else.
"""

import gevent.monkey

gevent.monkey.patch_all()

import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
from locust import FastHttpUser, constant, task  # noqa: E402
from locust.env import Environment  # noqa: E402

from benchmarks.load import KEY_VARIABLE  # noqa: E402

GRACE_S = 10.0  # after the last arrival


class Book:
    """The plan, the place in it, and what came back."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.next = 0
        self.started_s = 0.0
        self.open = 0
        self.answers: list[dict[str, Any]] = []

    def take(self) -> dict[str, Any] | None:
        """The next arrival; None after the last."""
        arrivals = self.plan["arrivals"]
        if self.next >= len(arrivals):
            return None
        self.next += 1
        found: dict[str, Any] = arrivals[self.next - 1]
        return found

    @property
    def finished(self) -> bool:
        """Whether all arrivals were taken and answered."""
        return self.next >= len(self.plan["arrivals"]) and self.open == 0


class Shopper(FastHttpUser):
    """Plays arrivals until there are none."""

    wait_time = constant(0)
    network_timeout = GRACE_S
    connection_timeout = GRACE_S
    book: Book
    key: str

    @task
    def shop(self) -> None:
        """Take one arrival, wait for its time, make the request."""
        arrival = self.book.take()
        if arrival is None:
            gevent.sleep(3600)
            return
        self.book.open += 1
        due_s = self.book.started_s + arrival["at_s"]
        gevent.sleep(max(0.0, due_s - time.perf_counter()))
        try:
            answer = self._order(arrival) if arrival["lines"] else self._look(arrival)
            answer["late_ms"] = (time.perf_counter() - due_s) * 1000
            self.book.answers.append(answer)
        finally:
            self.book.open -= 1

    def _look(self, arrival: dict[str, Any]) -> dict[str, Any]:
        with self.client.get(
            f"/api/inventory?product_id={arrival['sku'] + 1}",
            headers={"X-API-Key": self.key},
            name="look",
            catch_response=True,
        ) as response:
            response.success() if response.status_code == 200 else response.failure("look")
            return {"kind": "look", "status": response.status_code}

    def _order(self, arrival: dict[str, Any]) -> dict[str, Any]:
        plan = self.book.plan
        body = {
            "lines": [
                {
                    "sku": plan["skus"][line["sku"]],
                    "location": plan["locations"][arrival["location"]],
                    "quantity": line["quantity"],
                    "amount_minor": line["amount_minor"],
                }
                for line in arrival["lines"]
            ]
        }
        with self.client.post(
            "/v1/orders",
            json=body,
            headers={"X-API-Key": self.key, "Idempotency-Key": f"order-{arrival['order']}"},
            name="order",
            catch_response=True,
        ) as response:
            # A refusal for lack of stock is an answer, not a failure.
            good = response.status_code in (200, 201, 409)
            response.success() if good else response.failure("order")
            return {
                "kind": "order",
                "order": arrival["order"],
                "repeat": arrival["repeat"],
                "status": response.status_code,
                "body": response.text or "",
            }


def play(plan: dict[str, Any], url: str, users: int, key: str) -> dict[str, Any]:
    """Play *plan* with *users* shoppers against *url*; their answers."""
    book = Book(plan)
    kind = type("PlanShopper", (Shopper,), {"book": book, "key": key, "host": url})
    environment = Environment(user_classes=[kind], host=url)
    runner = environment.create_local_runner()
    book.started_s = time.perf_counter() + 1.0  # all shoppers stand at the door by then
    runner.start(users, spawn_rate=users)
    deadline_s = book.started_s + plan["seconds"] + GRACE_S
    while not book.finished and time.perf_counter() < deadline_s:
        gevent.sleep(0.05)
    seconds = time.perf_counter() - book.started_s
    runner.quit()
    statistics = {
        entry.name: {
            "requests": entry.num_requests,
            "failures": entry.num_failures,
            "p50_ms": entry.get_response_time_percentile(0.5),
            "p99_ms": entry.get_response_time_percentile(0.99),
        }
        for entry in environment.stats.entries.values()
    }
    return {
        "seconds": seconds,
        "sent": book.next,
        "unanswered": len(plan["arrivals"]) - len(book.answers),
        "locust": statistics,
        "answers": book.answers,
    }


def main(arguments: list[str]) -> int:
    """Play the plan named on the command line."""
    plan_place, result_place, url, users = arguments
    plan = json.loads(Path(plan_place).read_text(encoding="utf-8"))
    result = play(plan, url, int(users), os.environ[KEY_VARIABLE])
    Path(result_place).write_text(json.dumps(result), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
