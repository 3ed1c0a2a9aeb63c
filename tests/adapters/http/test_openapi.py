"""The OpenAPI document: every route is in it, and what it says is what happens."""

from collections.abc import Iterator
from typing import Any

import pytest

from adapters.http.openapi import OPERATIONS
from adapters.http.security import ROUTES
from tests.adapters.http.shop import Live, line


def references(document: object) -> Iterator[str]:
    """Every $ref of a document."""
    if isinstance(document, dict):
        for name, value in document.items():
            if name == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(document, list):
        for value in document:
            yield from references(value)


@pytest.fixture
def document(shop: Live) -> dict[str, Any]:
    """As a caller gets it, without a key."""
    found: dict[str, Any] = shop.call("GET", "/openapi.json", key="").json()
    return found


def test_every_route_is_documented(document: dict[str, Any]) -> None:
    """Hot routes and others stand in one document; routes with a role name their key."""
    described = {
        (method.upper(), path) for path, item in document["paths"].items() for method in item
    }
    assert described == set(ROUTES) - {("GET", "/openapi.json")} == set(OPERATIONS)
    for (method, path), role in ROUTES.items():
        if (method, path) not in described:
            continue
        operation = document["paths"][path][method.lower()]
        assert ("security" in operation) == (role is not None)
        assert {"401", "403", "429"} <= set(operation["responses"]) or role is None


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    """No schema is named that is not there."""
    found = set(references(document))
    assert found
    for reference in found:
        assert reference.removeprefix("#/components/schemas/") in document["components"]["schemas"]


def test_answers_have_the_documented_form(shop: Live, document: dict[str, Any]) -> None:
    """What a route returns has the fields and the status that the document names."""
    received = shop.receive(line(quantity=5))
    ordered = shop.order(line(quantity=2))
    calls = {
        ("POST", "/v1/stock/receipts"): received,
        ("POST", "/v1/orders"): ordered,
        ("GET", "/v1/orders/{order_id}"): shop.call(
            "GET", f"/v1/orders/{ordered.json()['order_id']}"
        ),
        ("GET", "/api/inventory"): shop.call("GET", "/api/inventory?product_id=12345"),
        ("POST", "/v1/products"): shop.call(
            "POST", "/v1/products", json={"product_id": 1, "sku": "BELT"}
        ),
        ("GET", "/healthz"): shop.call("GET", "/healthz", key=""),
    }
    assert set(calls) == set(OPERATIONS)
    for (method, path), reply in calls.items():
        described = document["paths"][path][method.lower()]["responses"][str(reply.status_code)]
        schema = described["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        form = document["components"]["schemas"][schema]
        assert set(reply.json()) == set(form["properties"]), (method, path)
        assert reply.headers["x-content-type-options"] == "nosniff"
