"""Stock: what can be sold, what has arrived, what there is to sell at all."""

import msgspec
import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import Response

from adapters.database.store import Product, Store
from adapters.errors import Unavailable
from adapters.gateway.chains import command
from adapters.gateway.gateway import Gateway
from adapters.gateway.replies import Compose, Outcome
from adapters.http.answers import ENCODER, JSON, answer, refused
from adapters.http.bodies import (
    Inventory,
    NewProduct,
    ProductView,
    Receipt,
    Received,
    decode,
)
from adapters.http.catalogue import Catalogue
from adapters.http.limits import body_of
from adapters.http.problems import Problem
from adapters.http.requests import AS_OF_SEQ, check_media, idempotency_key, sent
from adapters.http.security import ROUTES, Guard
from core.engine import Engine
from core.schema import Channel, Operation

_RECEIPT = msgspec.json.Decoder(Receipt)
_PRODUCT = msgspec.json.Decoder(NewProduct)
_LOOK_ROLE = ROUTES["GET", "/api/inventory"] or "admin"
_RECEIVE_ROLE = ROUTES["POST", "/v1/stock/receipts"] or "admin"
PRODUCT_ID_MAX = 2**53 - 1


def product_id_of(request: Request) -> int:
    """The product that a request asks for.

    Raises:
        Problem: it names none, or not by a number.
    """
    stated = request.query_params.getlist("product_id")
    if len(stated) != 1:
        raise Problem("request-invalid", "name one product, as in ?product_id=12345")
    text = stated[0]
    if not (text.isascii() and text.isdigit() and len(text) <= 16 and int(text) <= PRODUCT_ID_MAX):
        raise Problem("request-invalid", f"product_id must be a whole number, not {text[:80]!r}")
    return int(text)


class Stock:
    """The routes."""

    def __init__(self, guard: Guard, catalogue: Catalogue, gateway: Gateway, store: Store) -> None:
        self._guard = guard
        self._catalogue = catalogue
        self._gateway = gateway
        self._store = store

    async def inventory(self, request: Request) -> Response:
        """What can be sold of a product now, over all selling locations."""
        self._guard.authorise(request.scope, sent(request.scope).api_key, _LOOK_ROLE)
        product_id = product_id_of(request)
        sku = self._catalogue.product(product_id)
        places = self._catalogue.selling

        def look(engine: Engine) -> int:
            # The function that enforces availability shows it; orders come in as the web's.
            return sum(engine.available_at(sku, int(place), Channel.WEB) for place in places)

        level, sequence = await self._gateway.read(look)
        headers = {AS_OF_SEQ: str(sequence)}
        return Response(ENCODER.encode(Inventory(product_id, level)), 200, headers, JSON)

    async def receive(self, request: Request) -> Response:
        """Book goods that have arrived, once for an Idempotency-Key."""
        headers = sent(request.scope)
        self._guard.authorise(request.scope, headers.api_key, _RECEIVE_ROLE)
        check_media(headers.media)
        key = idempotency_key(headers.idempotency_key)
        receipt = decode(_RECEIPT, await body_of(request.receive))
        last = len(receipt.lines) - 1
        chain = b"".join(
            command(
                Operation.RECEIVE,
                sku=self._catalogue.sku(line.sku, number),
                location=self._catalogue.location(line.location, number),
                quantity=line.quantity,
                party_id=receipt.party_id,
                linked=number < last,
            )
            for number, line in enumerate(receipt.lines)
        )
        return answer(await self._gateway.submit(key, chain, composer(receipt)))

    async def add_product(self, request: Request) -> Response:
        """Enter a product into the catalogue."""
        if not self._gateway.serving:
            raise Unavailable("the service is starting, recovering or closing")
        check_media(sent(request.scope).media)
        asked = decode(_PRODUCT, await body_of(request.receive))

        def add() -> None:
            # Between two commits: nobody else adds at the same time.
            self._refuse_known(asked)
            product = Product(asked.product_id, asked.sku, len(self._catalogue.names))
            self._store.add_products([product])
            self._catalogue.add(product)

        try:
            await self._gateway.in_thread(add)
        except sa.exc.DatabaseError as error:
            raise Problem("unavailable", "the catalogue could not be written") from error
        return Response(ENCODER.encode(ProductView(asked.product_id, asked.sku)), 201, None, JSON)

    def _refuse_known(self, asked: NewProduct) -> None:
        if asked.product_id in self._catalogue.sku_of_product:
            raise Problem("product-exists", f"product {asked.product_id} is in the catalogue")
        if asked.sku in self._catalogue.sku_of_name:
            raise Problem("product-exists", f"sku {asked.sku!r} is in the catalogue")
        if len(self._catalogue.names) >= self._catalogue.skus_max:
            raise Problem("catalogue-full", f"it has room for {self._catalogue.skus_max} products")


def composer(receipt: Receipt) -> Compose:
    """What makes the reply to *receipt* once the engine has answered."""

    def compose(outcome: Outcome) -> tuple[int, bytes]:
        if any(outcome.statuses):
            problem = refused(outcome)
            return problem.status_code, problem.body()
        lines = receipt.lines
        units = sum(line.quantity for line in lines)
        return 201, ENCODER.encode(Received(outcome.last_sequence, len(lines), units))

    return compose
