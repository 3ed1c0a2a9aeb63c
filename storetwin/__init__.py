"""storetwin: a digital twin of a small retailer that runs on the real order engine.

The public names are `Engine` (the order engine), `load` (a scenario file), `simulate` (one
replication of one setup) and `compare` (all setups of a scenario, paired). They are imported when
first asked for, so that the command line starts at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.engine import Engine
    from scenarios.loader import load
    from sim.twin import simulate
    from storetwin.compared import compare

__version__ = "0.1.0"
__all__ = ["Engine", "compare", "load", "simulate"]

_HOMES = {
    "Engine": "core.engine",
    "compare": "storetwin.compared",
    "load": "scenarios.loader",
    "simulate": "sim.twin",
}


def __getattr__(name: str) -> object:
    """The public name *name*, from the module it lives in."""
    if name not in _HOMES:
        message = f"module 'storetwin' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)
