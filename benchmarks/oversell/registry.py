"""Every shop of the lab: whatever lies in `shops/`, and the engine. Nothing lists them."""

import importlib
import inspect
import pkgutil
from dataclasses import dataclass

from benchmarks.oversell import shops
from storetwin_contract import Inventory

ENGINE = "engine"
ENGINE_MODULE = "benchmarks.oversell.engine_shop"


@dataclass(frozen=True)
class Entry:
    """A shop.

    Attributes:
        name: of its file.
        module: where it is.
        title: the first line of its docstring.
        story: the rest: what is wrong, and where that was seen.
        sound: whether it must pass; all others must be caught.
    """

    name: str
    module: str
    title: str
    story: str
    sound: bool

    def open(self) -> Inventory:
        """Open an empty one."""
        shop: Inventory = importlib.import_module(self.module).open_shop()
        return shop


def found() -> dict[str, Entry]:
    """All shops by name, the engine first, then those that are right, then the others."""
    modules = {ENGINE: ENGINE_MODULE}
    for module in pkgutil.iter_modules(shops.__path__):
        modules[module.name] = f"{shops.__name__}.{module.name}"
    entries = [_read(name, module) for name, module in modules.items()]
    entries.sort(key=lambda entry: (entry.name != ENGINE, not entry.sound, entry.name))
    return {entry.name: entry for entry in entries}


def _read(name: str, module: str) -> Entry:
    loaded = importlib.import_module(module)
    title, _, story = inspect.cleandoc(loaded.__doc__ or name).partition("\n\n")
    return Entry(
        name,
        module,
        title.rstrip("."),
        " ".join(story.split()),
        sound=getattr(loaded, "SOUND", False) is True,
    )
