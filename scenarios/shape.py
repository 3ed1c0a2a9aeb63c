"""What the models expect at a path of the file: which field, which keys beside it."""

from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from scenarios.fields import Spread
from scenarios.models import Scenario

Path = tuple[str | int, ...]
# Keys that the loader takes out before the models see the tree.
LOADER_KEYS: dict[str, tuple[str, ...]] = {
    "Scenario": ("extends",),
    "LinkTable": ("preset", "like"),
    "PriceLink": ("preset",),
}


def key_of(name: str, field: FieldInfo) -> str:
    """How *field* is called in a file."""
    return field.alias or name


def field_at(path: Path, model: type[BaseModel] = Scenario) -> FieldInfo | None:
    """The field at *path*, or None if the models know none there."""
    field: FieldInfo | None = None
    kind: Any = model
    for key in path:
        kind = _bare(kind)
        origin = get_origin(kind)
        if origin is dict:
            kind, field = get_args(kind)[1], None
        elif origin is tuple:
            kind, field = get_args(kind)[0], None
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            field = _field(kind, str(key))
            if field is None:
                return None
            kind = field.annotation
        else:
            return None
    return field


def holds_distribution(path: Path) -> bool:
    """Whether the value at *path* may vary."""
    field = field_at(path)
    return field is not None and any(isinstance(mark, Spread) for mark in field.metadata)


def known_keys(path: Path) -> tuple[str, ...]:
    """The keys that a file may give at *path*; empty where it is not a model's."""
    kind: Any = Scenario
    if path:
        field = field_at(path)
        kind = field.annotation if field is not None else _item_at(path)
    kind = _bare(kind)
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return ()
    own = (key_of(name, field) for name, field in kind.model_fields.items())
    return (*own, *LOADER_KEYS.get(kind.__name__, ()))


def _item_at(path: Path) -> object:
    """The type of an item of the list or map at the path before the last key."""
    field = field_at(path[:-1])
    kind = _bare(field.annotation) if field is not None else None
    if get_origin(kind) not in (dict, tuple):
        return None
    return get_args(kind)[1 if get_origin(kind) is dict else 0]


def _field(model: type[BaseModel], key: str) -> FieldInfo | None:
    for name, field in model.model_fields.items():
        if key_of(name, field) == key:
            return field
    return None


def _bare(kind: object) -> Any:  # noqa: ANN401  types are handled as values here
    """*kind* without Annotated and without None."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, UnionType):
        return _bare(next(part for part in get_args(kind) if part is not type(None)))
    return kind
