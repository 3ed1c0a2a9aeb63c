"""The HTTP service: FastAPI under /v1 in front of a gateway.

Read in this order: `bodies` (what is sent and returned), `problems` (how it says no), `security`
(who may do what), `limits` (how much), `orders` and `stock` (the routes), `app` (all of it put
together), `service` (a process that listens).
"""

from adapters.http.app import build
from adapters.http.service import found_shop, serve

__all__ = ["build", "found_shop", "serve"]
