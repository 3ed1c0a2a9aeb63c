"""What is sent and returned: records of msgspec, and the schemas of OpenAPI.

Unknown fields are refused, and so are numbers in quotes: a misspelt quantity must not become 1.
"""

import re
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from adapters.http.problems import Problem, nearest
from core.schema import AMOUNT_MAX

NAME_CHARACTERS_MAX = 64
LINES_MAX = 1000

Name = Annotated[str, Meta(min_length=1, max_length=NAME_CHARACTERS_MAX)]
Quantity = Annotated[int, Meta(ge=1, le=1_000_000)]
Amount = Annotated[int, Meta(ge=0, le=AMOUNT_MAX)]
Party = Annotated[int, Meta(ge=0, le=2**53 - 1)]
ProductId = Annotated[int, Meta(ge=1, le=2**53 - 1)]


class OrderLine(Struct, forbid_unknown_fields=True, gc=False):
    """So many units of one sku, from one location, for one amount."""

    sku: Name
    quantity: Quantity
    amount_minor: Amount = 0  # for the whole line; 0 where the price is kept elsewhere
    location: Name | None = None  # may be left out where the shop has one selling location


class Order(Struct, forbid_unknown_fields=True, gc=False):
    """All lines or none."""

    lines: Annotated[list[OrderLine], Meta(min_length=1, max_length=LINES_MAX)]
    channel: Literal["till", "web", "app", "marketplace", "call_centre"] = "web"
    party_id: Party = 0  # an opaque number of the customer; 0 where nobody knows


class ReceiptLine(Struct, forbid_unknown_fields=True, gc=False):
    """So many units of one sku have arrived."""

    sku: Name
    quantity: Quantity
    location: Name | None = None


class Receipt(Struct, forbid_unknown_fields=True, gc=False):
    """Goods that arrived together."""

    lines: Annotated[list[ReceiptLine], Meta(min_length=1, max_length=LINES_MAX)]
    party_id: Party = 0  # an opaque number of the supplier


class NewProduct(Struct, forbid_unknown_fields=True, gc=False):
    """A product for the catalogue."""

    product_id: ProductId
    sku: Name


class Inventory(Struct, gc=False):
    """What can be sold now, over all selling locations."""

    product_id: int
    stock_level: int


class Placed(Struct, gc=False):
    """The order stands: it is on the disk."""

    order_id: int
    seq: int
    lines: int
    amount_minor: int


class Received(Struct, gc=False):
    """The goods are booked: it is on the disk."""

    seq: int
    lines: int
    units: int


class ShortLine(Struct, gc=False):
    """A line for which there was not enough."""

    line: int
    sku: str
    location: str
    requested: int
    available: int


class LineView(Struct, gc=False):
    """One line as it stands now."""

    line: int
    sku: str
    location: str
    ordered: int
    allocated: int
    fulfilled: int
    cancelled: int
    returned: int
    amount_minor: int


class OrderView(Struct, gc=False):
    """An order as it stands now."""

    order_id: int
    channel: str
    lines: list[LineView]
    as_of_seq: int


class ProductView(Struct, gc=False):
    """A product of the catalogue."""

    product_id: int
    sku: str


class Health(Struct, gc=False):
    """Whether requests are taken, and the last sequence that is on the disk."""

    status: Literal["ok", "recovering"]
    seq: int


Body = TypeVar("Body", Order, Receipt, NewProduct)

_UNKNOWN_FIELD = re.compile(r"unknown field `([^`]{1,64})`")


def decode(decoder: "msgspec.json.Decoder[Body]", body: bytes) -> Body:
    """The record that *body* spells.

    Raises:
        Problem: 400 where it is not JSON, 422 where it is JSON of another form.
    """
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise Problem("request-invalid", _explained(str(error))) from error
    except UnicodeDecodeError as error:
        raise Problem("body-malformed", "the body is not UTF-8") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise Problem("body-malformed", str(error)) from error


def _explained(message: str) -> str:
    found = _UNKNOWN_FIELD.search(message)
    if found is None:
        return message
    fields = {
        name
        for kind in (Order, OrderLine, Receipt, ReceiptLine, NewProduct)
        for name in kind.__struct_fields__
    }
    meant = nearest(found[1], fields)
    return message if meant is None else f"{message}; did you mean `{meant}`?"
