"""The OpenAPI document: what FastAPI knows of its own routes, and the hot routes beside them."""

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from msgspec import Struct

from adapters.http import bodies
from adapters.http.problems import KINDS, MEDIA
from adapters.http.security import ROUTES

_TEMPLATE = "#/components/schemas/{name}"

_PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "Problem details of RFC 9457.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "enum": [f"/problems/{kind}" for kind in KINDS]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}

# path, method: summary, body, status and form of success, other statuses
OPERATIONS: dict[tuple[str, str], tuple[str, type[Struct] | None, int, type[Struct], set[int]]] = {
    ("GET", "/healthz"): ("Whether requests are taken", None, 200, bodies.Health, {503}),
    ("GET", "/api/inventory"): (
        "What can be sold of a product now",
        None,
        200,
        bodies.Inventory,
        {404, 422},
    ),
    ("POST", "/v1/orders"): (
        "Place an order: all lines or none",
        bodies.Order,
        201,
        bodies.Placed,
        {400, 408, 409, 413, 415, 422},
    ),
    ("GET", "/v1/orders/{order_id}"): (
        "An order as it stands now",
        None,
        200,
        bodies.OrderView,
        {404, 422},
    ),
    ("POST", "/v1/stock/receipts"): (
        "Book goods that have arrived",
        bodies.Receipt,
        201,
        bodies.Received,
        {400, 408, 409, 413, 415, 422},
    ),
    ("POST", "/v1/products"): (
        "Enter a product into the catalogue",
        bodies.NewProduct,
        201,
        bodies.ProductView,
        {400, 408, 409, 413, 415, 422},
    ),
}

_PARAMETERS: dict[tuple[str, str], list[dict[str, Any]]] = {
    ("GET", "/api/inventory"): [
        {
            "name": "product_id",
            "in": "query",
            "required": True,
            "schema": {"type": "integer", "minimum": 0, "maximum": 2**53 - 1},
        }
    ],
    ("GET", "/v1/orders/{order_id}"): [
        {
            "name": "order_id",
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 1, "maximum": 2**63 - 1},
        }
    ],
}

_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "New for every order, the same for a retry; kept for ever.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}
_IDEMPOTENT = {("POST", "/v1/orders"), ("POST", "/v1/stock/receipts")}


def operation(method: str, path: str) -> dict[str, Any]:
    """The OpenAPI operation object of one route."""
    summary, body, status, form, refusals = OPERATIONS[method, path]
    role = ROUTES[method, path]
    if role is not None:
        refusals = refusals | {401, 403, 429, 431, 503}
    parameters = list(_PARAMETERS.get((method, path), ()))
    if (method, path) in _IDEMPOTENT:
        parameters.append(_IDEMPOTENCY)
    problem = {"schema": {"$ref": _TEMPLATE.format(name="Problem")}}
    described: dict[str, Any] = {
        "summary": summary,
        "description": f"Least role: {role or 'none, open to all'}.",
        "parameters": parameters,
        "responses": {
            str(status): {
                "description": (form.__doc__ or "").strip(),
                "content": {"application/json": {"schema": _reference(form)}},
            }
        }
        | {
            str(refusal): {
                "description": "; ".join(t for s, t in KINDS.values() if s == refusal),
                "content": {MEDIA: problem},
            }
            for refusal in sorted(refusals)
        },
    }
    if role is not None:
        described["security"] = [{"ApiKey": []}]
    if body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _reference(body)}},
        }
    return described


def _reference(form: type[Struct]) -> dict[str, str]:
    return {"$ref": _TEMPLATE.format(name=form.__name__)}


def document(app: FastAPI) -> dict[str, Any]:
    """The whole document of *app*."""
    made = get_openapi(title=app.title, version=app.version, routes=[], description=app.description)
    for method, path in OPERATIONS:
        made["paths"].setdefault(path, {})[method.lower()] = operation(method, path)
    forms = [form for _, body, _, form, _ in OPERATIONS.values()]
    asked = [body for _, body, _, _, _ in OPERATIONS.values() if body is not None]
    _, schemas = msgspec.json.schema_components([*forms, *asked], ref_template=_TEMPLATE)
    made["components"] = {
        "schemas": dict(schemas) | {"Problem": _PROBLEM},
        "securitySchemes": {"ApiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"}},
    }
    return made
