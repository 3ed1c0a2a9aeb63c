"""The reference inventory behind HTTP, as contract/README.md asks for: standard library only."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from time import sleep
from typing import Any

from storetwin_contract.protocol import Line, Meaning, Message, Reply, Request, Verb
from tests.contract.reference import Reference, Refused


class Served:
    """An inventory, one method of the protocol at a time."""

    def __init__(self, inventory: Reference) -> None:
        self.inventory = inventory
        self.lock = Lock()

    def answer(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Answer one call."""
        if path == "do":
            return asdict(self.do(read_request(body)))
        with self.lock:
            return self.tell(path, body)

    def do(self, request: Request) -> Reply:
        """Carry out a request, with nobody else about."""
        with self.lock:
            return self.inventory.do(request)

    def tell(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Answer whatever is no request."""
        shop = self.inventory
        match path:
            case "about":
                return {
                    "name": shop.name,
                    "settle_s": shop.settle_s,
                    "locations": list(shop.locations()),
                    "capabilities": sorted(shop.capabilities),
                }
            case "fresh_sku":
                return {"sku": shop.fresh_sku(**body)}
            case "shown":
                return {"quantity": shop.shown(**body)}
            case "level":
                return asdict(shop.level(**body))
            case "ledger":
                return {"movements": [asdict(one) for one in shop.ledger(**body)]}
            case "order":
                return {"lines": [asdict(line) for line in shop.order(**body)]}
            case "sent":
                return {"messages": [asdict(message) for message in shop.sent()]}
            case "knows":
                return {"knows": shop.knows(**body)}
        return self.change(path, body)

    def change(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Do what has no answer."""
        match path:
            case "deliver":
                meaning = Meaning(body["meaning"])
                self.inventory.deliver(Message(**{**body, "meaning": meaning}))
            case "reconcile":
                levels = {(one["sku"], one["location"]): one["on_hand"] for one in body["levels"]}
                self.inventory.reconcile(levels)
            case "wait" | "erase" | "allow_backorder":
                getattr(self.inventory, path)(**body)
            case _:
                raise LookupError(path)
        return {}


class ServedWithoutLock(Served):
    """Reads what is available, thinks, and writes: real threads come between."""

    def do(self, request: Request) -> Reply:
        """Carry out a request."""
        shop = self.inventory
        if request.verb is not Verb.PLACE:
            return super().do(request)
        try:
            chosen = shop.choose(request.lines, order=True)
        except Refused:
            return Reply(accepted=False, reason="not enough")
        sleep(0.02)
        with self.lock:
            return shop.book(request, chosen)


def read_request(body: dict[str, Any]) -> Request:
    """Read a request as it was sent."""
    lines = tuple(Line(**line) for line in body.pop("lines"))
    return Request(Verb(body.pop("verb")), lines=lines, **body)


@contextmanager
def serving(served: Served) -> Iterator[str]:
    """Serve on a free port; gives the address."""

    class Shim(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                status, answer = 200, served.answer(self.path.strip("/"), body)
            except LookupError as error:
                status, answer = 404, {"error": repr(error)}
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Shim)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
