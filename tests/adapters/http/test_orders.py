"""Orders over HTTP: all lines or none, once for a key, for ever."""

import asyncio
from pathlib import Path

from adapters.database.store import Location
from adapters.gateway.chains import OWN_ORDER, command
from core.schema import Operation
from tests.adapters.http.shop import Live, found, line, live


def test_an_order_takes_from_stock(shop: Live) -> None:
    """What was ordered can no longer be sold, and the order says how its lines stand."""
    assert shop.receive(line(quantity=50)).json() == {"seq": 1, "lines": 1, "units": 50}
    reply = shop.order(line(quantity=2, amount_minor=9980), line(quantity=1, amount_minor=4990))
    assert reply.status_code == 201, reply.text
    placed = reply.json()
    assert placed == {"order_id": placed["order_id"], "seq": 3, "lines": 2, "amount_minor": 14970}
    assert shop.stock_level() == 47

    shown = shop.call("GET", f"/v1/orders/{placed['order_id']}")
    expected = {
        "sku": "JEANS-32",
        "location": "store",
        "fulfilled": 0,
        "cancelled": 0,
        "returned": 0,
    }
    assert shown.json() == {
        "order_id": placed["order_id"],
        "channel": "web",
        "lines": [
            expected | {"line": 0, "ordered": 2, "allocated": 2, "amount_minor": 9980},
            expected | {"line": 1, "ordered": 1, "allocated": 1, "amount_minor": 4990},
        ],
        "as_of_seq": 3,
    }
    assert shown.headers["as-of-seq"] == "3"


def test_all_lines_or_none(shop: Live) -> None:
    """One line too many and nothing is taken; the answer names short lines and what is left."""
    shop.receive(line("JEANS-32", 5), line("JEANS-34", 3), line("SOCKS", 9))
    reply = shop.order(line("JEANS-32", 6), line("SOCKS", 9), line("JEANS-34", 4))
    assert reply.status_code == 409
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert problem["type"] == "/problems/stock-insufficient"
    assert problem["lines"] == [
        {"line": 0, "sku": "JEANS-32", "location": "store", "requested": 6, "available": 5},
        {"line": 2, "sku": "JEANS-34", "location": "store", "requested": 4, "available": 3},
    ]
    assert [shop.stock_level(one) for one in (12345, 12346, 7)] == [5, 3, 9]


def test_lines_of_one_sku_are_added_up(shop: Live) -> None:
    """Two lines that fit one by one but not together are refused, and the second is named."""
    shop.receive(line(quantity=5))
    reply = shop.order(line(quantity=3), line(quantity=3))
    assert reply.status_code == 409
    assert [short["line"] for short in reply.json()["lines"]] == [1]
    assert shop.stock_level() == 5


def test_a_retry_gets_the_same_answer(shop: Live) -> None:
    """The same key and order again changes nothing and returns the same bytes, yes or no."""
    shop.receive(line(quantity=5))
    first = shop.order(line(quantity=2), key="retry")
    no = shop.order(line(quantity=9), key="too many")
    assert (first.status_code, no.status_code) == (201, 409)
    shop.receive(line(quantity=100))  # enough by now; the answer to the key stays no
    for key, quantity, earlier in (("retry", 2, first), ("too many", 9, no)):
        again = shop.order(line(quantity=quantity), key=key)
        assert (again.status_code, again.content) == (earlier.status_code, earlier.content)
        assert again.headers["content-type"] == earlier.headers["content-type"]
    assert shop.stock_level() == 103


def test_a_key_belongs_to_one_order(shop: Live) -> None:
    """Another order, or a receipt, under a used key is refused; how it is spelt counts not."""
    shop.receive(line(quantity=5))
    shop.order(line(quantity=2), key="mine")
    other = shop.order(line(quantity=3), key="mine")
    receipt = shop.call(
        "POST", "/v1/stock/receipts", json={"lines": [line(quantity=2)]}, idempotency_key="mine"
    )
    for reply in (other, receipt):
        assert reply.status_code == 422
        assert reply.json()["type"] == "/problems/idempotency-key-reused"
    spelt_otherwise = b'{"lines" : [ {"quantity":2,  "sku":"JEANS-32", "amount_minor":0} ]}'
    same = shop.call("POST", "/v1/orders", content=spelt_otherwise, idempotency_key="mine")
    assert same.status_code == 201
    assert shop.stock_level() == 3


def test_keys_are_known_after_a_restart(tmp_path: Path) -> None:
    """For ever means across restarts: the stored bytes come back, another body is refused."""
    database = tmp_path / "shop.db"
    key = found(database)
    with live(database, key) as shop:
        shop.receive(line(quantity=5))
        first = shop.order(line(quantity=2), key="kept")
        digest, _ = shop.run(shop.gateway.read(lambda engine: engine.digest()))
    with live(database, key) as shop:
        assert shop.run(shop.gateway.read(lambda engine: engine.digest())) == (digest, 2)
        assert shop.order(line(quantity=2), key="kept").content == first.content
        assert shop.order(line(quantity=1), key="kept").status_code == 422
        assert shop.stock_level() == 3


def test_a_double_click_is_one_order(shop: Live) -> None:
    """Twenty equal requests at the same time are one order, and all get its answer."""
    shop.receive(line(quantity=50))

    async def clicks() -> list[bytes]:
        requests = [
            shop.request(
                "POST", "/v1/orders", json={"lines": [line(quantity=2)]}, idempotency_key="click"
            )
            for _ in range(20)
        ]
        return [reply.content for reply in await asyncio.gather(*requests)]

    assert len(set(shop.run(clicks()))) == 1
    assert shop.stock_level() == 48


def test_what_can_be_sold_is_counted_where_it_is_sold(tmp_path: Path) -> None:
    """Stock at all selling locations counts; a warehouse that does not sell counts not."""
    database = tmp_path / "shop.db"
    places = [Location("north"), Location("south"), Location("warehouse", selling=False)]
    with live(database, found(database, places)) as shop:
        shop.receive(
            line(quantity=5, location="north"),
            line(quantity=7, location="south"),
            line(quantity=100, location="warehouse"),
        )
        assert shop.stock_level() == 12
        unsaid = shop.order(line(quantity=1))
        assert unsaid.status_code == 422
        assert "north, south" in unsaid.json()["detail"]
        assert shop.order(line(quantity=6, location="south")).status_code == 201
        assert shop.order(line(quantity=6, location="north")).status_code == 409
        assert shop.stock_level() == 6


def test_a_new_product_can_be_sold(shop: Live) -> None:
    """A product that was entered can be received, ordered and looked at."""
    entered = shop.call("POST", "/v1/products", json={"product_id": 99, "sku": "SCARF"})
    assert (entered.status_code, entered.json()) == (201, {"product_id": 99, "sku": "SCARF"})
    shop.receive(line("SCARF", 4))
    assert shop.order(line("SCARF", 1)).status_code == 201
    assert shop.stock_level(99) == 3


def test_the_inventory_answer_is_exactly_this(shop: Live) -> None:
    """Two fields, and the sequence in a header."""
    shop.receive(line(quantity=50))
    reply = shop.call("GET", "/api/inventory?product_id=12345")
    assert reply.json() == {"product_id": 12345, "stock_level": 50}
    assert reply.headers["as-of-seq"] == "1"


def test_a_record_below_zero_takes_nothing_from_elsewhere(tmp_path: Path) -> None:
    """A till that sold more than the record held leaves what another place can sell."""
    database = tmp_path / "shop.db"
    places = [Location("north"), Location("south")]
    with live(database, found(database, places)) as shop:
        shop.receive(line(quantity=5, location="south"))
        sold = command(Operation.SELL, quantity=3, order_id=OWN_ORDER)
        shop.run(shop.gateway.submit("till", sold, lambda _: (201, b"")))
        assert shop.stock_level() == 5
