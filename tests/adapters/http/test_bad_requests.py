"""Requests that are wrong get problem details that say what is wrong, and change nothing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from adapters.http.limits import BODY_BYTES_MAX, HEADER_BYTES_MAX
from adapters.http.problems import KINDS
from tests.adapters.http.shop import Live, line


@dataclass(frozen=True)
class Wrong:
    """One wrong request, and what must be said about it."""

    what: str
    kind: str
    says: str
    method: str = "POST"
    path: str = "/v1/orders"
    content: bytes = b'{"lines": [{"sku": "JEANS-32", "quantity": 1}]}'
    idempotency_key: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


def order(lines: str, more: str = "") -> bytes:
    """The body of an order, right or wrong."""
    return f'{{"lines": {lines}{more}}}'.encode()


CASES = [
    Wrong("no JSON", "body-malformed", "malformed", content=b"{'lines': 1}"),
    Wrong("cut short", "body-malformed", "truncated", content=b'{"lines": ['),
    Wrong("empty", "body-malformed", "truncated", content=b""),
    Wrong("not UTF-8", "body-malformed", "UTF-8", content=b'{"lines": [{"sku": "\xff"}]}'),
    Wrong(
        "half a character",
        "body-malformed",
        "surrogate",
        content=order('[{"sku": "\\ud800", "quantity": 1}]'),
    ),
    Wrong("no list", "request-invalid", "Expected `array`", content=order("1")),
    Wrong("no lines", "request-invalid", "length >= 1", content=order("[]")),
    Wrong("lines missing", "request-invalid", "missing required field `lines`", content=b"{}"),
    Wrong(
        "too many lines",
        "request-invalid",
        "length <= 1000",
        content=order(f"[{', '.join(['{}'] * 1001)}]".replace("{}", '{"sku":"A","quantity":1}')),
    ),
    Wrong(
        "text for a number",
        "request-invalid",
        "Expected `int`, got `str` - at `$.lines[0].quantity`",
        content=order('[{"sku": "JEANS-32", "quantity": "2"}]'),
    ),
    Wrong(
        "yes for a number",
        "request-invalid",
        "Expected `int`, got `bool`",
        content=order('[{"sku": "JEANS-32", "quantity": true}]'),
    ),
    Wrong(
        "half a unit",
        "request-invalid",
        "Expected `int`, got `float`",
        content=order('[{"sku": "JEANS-32", "quantity": 1.5}]'),
    ),
    Wrong(
        "a negative quantity",
        "request-invalid",
        "`int` >= 1",
        content=order('[{"sku": "JEANS-32", "quantity": -1}]'),
    ),
    Wrong(
        "a misspelt field",
        "request-invalid",
        "did you mean `quantity`?",
        content=order('[{"sku": "JEANS-32", "quantitty": 1}]'),
    ),
    Wrong(
        "a field that is not for callers",
        "request-invalid",
        "unknown field `order_id`",
        content=order('[{"sku": "JEANS-32", "quantity": 1}]', ', "order_id": 7'),
    ),
    Wrong(
        "an unknown channel",
        "request-invalid",
        "Invalid enum value 'fax'",
        content=order('[{"sku": "JEANS-32", "quantity": 1}]', ', "channel": "fax"'),
    ),
    Wrong(
        "an unknown sku",
        "sku-unknown",
        "did you mean 'JEANS-32'?",
        content=order('[{"sku": "JEAN-32", "quantity": 1}]'),
    ),
    Wrong(
        "an unknown location",
        "location-unknown",
        "did you mean 'store'?",
        content=order('[{"sku": "JEANS-32", "quantity": 1, "location": "stor"}]'),
    ),
    Wrong("no idempotency key", "idempotency-key-missing", "retry", idempotency_key=""),
    Wrong(
        "a key too long",
        "idempotency-key-malformed",
        "1 to 255",
        headers={"Idempotency-Key": "k" * 256},
        idempotency_key="",
    ),
    Wrong(
        "a form",
        "media-unsupported",
        "Content-Type: application/json",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    ),
    Wrong(
        "a huge body",
        "body-too-large",
        f"at most {BODY_BYTES_MAX}",
        content=b" " * (BODY_BYTES_MAX + 1),
    ),
    Wrong(
        "huge headers",
        "headers-too-large",
        f"at most {HEADER_BYTES_MAX}",
        headers={"X-Much": "x" * HEADER_BYTES_MAX},
    ),
    Wrong("a wrong method", "method-not-allowed", "Method Not Allowed", method="PUT"),
    Wrong("a wrong address", "not-found", "POST /v1/order", path="/v1/order"),
    Wrong("an order nobody placed", "order-unknown", "no order 1", "GET", "/v1/orders/1"),
    Wrong("an order with a name", "request-invalid", "order_id", "GET", "/v1/orders/mine"),
    Wrong(
        "a product nobody sells",
        "product-unknown",
        "did you mean '12345'?",
        "GET",
        "/api/inventory?product_id=12335",
    ),
    Wrong(
        "a product with a name",
        "request-invalid",
        "whole number",
        "GET",
        "/api/inventory?product_id=x",
    ),
    Wrong("no product", "request-invalid", "?product_id=12345", "GET", "/api/inventory"),
    Wrong(
        "a receipt of nothing",
        "request-invalid",
        "`int` >= 1",
        path="/v1/stock/receipts",
        content=order('[{"sku": "JEANS-32", "quantity": 0}]'),
    ),
    Wrong(
        "a product twice",
        "product-exists",
        "12345",
        path="/v1/products",
        content=b'{"product_id": 12345, "sku": "OTHER"}',
    ),
    Wrong(
        "a sku twice",
        "product-exists",
        "SOCKS",
        path="/v1/products",
        content=b'{"product_id": 8, "sku": "SOCKS"}',
    ),
]


@pytest.mark.parametrize("wrong", CASES, ids=lambda wrong: wrong.what.replace(" ", "-"))
def test_a_wrong_request_is_explained(shop: Live, wrong: Wrong) -> None:
    """The status, the kind and the reason are in problem details, and the shop stays as it was."""
    shop.receive(line(quantity=5))
    reply = shop.call(
        wrong.method,
        wrong.path,
        content=wrong.content if wrong.method != "GET" else b"",
        idempotency_key=wrong.idempotency_key,
        headers=wrong.headers,
    )
    problem = reply.json()
    assert problem["type"] == f"/problems/{wrong.kind}", problem
    assert (reply.status_code, problem["title"]) == KINDS[wrong.kind]
    assert problem["status"] == reply.status_code
    assert wrong.says in problem["detail"]
    assert reply.headers["content-type"] == "application/problem+json"
    assert shop.gateway.committed == 1
    assert shop.stock_level() == 5


def test_a_body_that_never_ends_is_cut(shop: Live) -> None:
    """Chunks without a stated length are counted as they come."""
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100 * BODY_BYTES_MAX:
            sent += 2**16
            yield b" " * 2**16

    reply = shop.call("POST", "/v1/orders", content=chunks())
    assert reply.status_code == 413
    assert sent <= 2 * BODY_BYTES_MAX


def test_deep_nesting_is_no_crash(shop: Live) -> None:
    """Brackets without end are a malformed or invalid body, not a broken server."""
    deep = b'{"lines": [{"sku": "JEANS-32", "quantity": ' + b"[" * 100_000
    reply = shop.call("POST", "/v1/orders", content=deep)
    assert reply.status_code in {400, 422}


def test_a_wrong_method_names_the_right_one(shop: Live) -> None:
    """405 comes with Allow."""
    assert shop.call("DELETE", "/v1/orders").headers["allow"] == "POST"


def test_a_refused_request_leaves_its_key_free(shop: Live) -> None:
    """A body that never reached the shop does not use up the idempotency key."""
    shop.receive(line(quantity=5))
    assert shop.order(line("JEANS-99"), key="typo").status_code == 422
    assert shop.order(line("JEANS-32"), key="typo").status_code == 201


def test_the_engine_s_own_refusals_are_explained(shop: Live) -> None:
    """A receipt beyond what a level can hold is refused by the engine, and says which line."""
    most = [line(quantity=1_000_000)] * 1000
    assert shop.receive(*most).status_code == 201
    assert shop.receive(*most).status_code == 201
    reply = shop.receive(line("SOCKS", 1), *most[:500])
    assert reply.status_code == 409
    assert reply.json()["reason"] == "quantity_too_large"
    assert shop.stock_level(7) == 0
