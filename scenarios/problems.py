"""What pydantic finds wrong, in our words and with the place in the file."""

from collections.abc import Callable, Sequence

from pydantic_core import ErrorDetails

from scenarios.errors import Problem
from scenarios.text import nearest, suggest
from scenarios.tree import Mapped, find

Path = tuple[str | int, ...]

CATALOGUES = frozenset({"file", "generate"})  # a catalogue has one of them

# What a value must be, by pydantic's type of error; {name} are values of its context.
MUST: dict[str, str] = {
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "must be a smaller whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "dict_type": "must be a map of keys and values",
    "model_type": "must be a map of keys and values",
    "model_attributes_type": "must be a map of keys and values",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be {le} or less",
    "string_too_short": "must not be empty",
    "string_too_long": "must be at most {max_length} characters",
    "too_short": "needs at least {min_length} items",
    "too_long": "takes at most {max_length} items",
}


def told(
    errors: Sequence[ErrorDetails],
    tree: Mapped,
    prefix: Path,
    known: Callable[[Path], tuple[str, ...]],
) -> list[Problem]:
    """Pydantic's errors as ours, without those that only follow from others.

    Args:
        errors: as `ValidationError.errors()` lists them.
        tree: what was validated, or what holds it.
        prefix: the path of what was validated within *tree*.
        known: the keys that may stand at a path.
    """
    misspelt: set[Path] = set()
    for error in errors:
        if error["type"] == "extra_forbidden":
            *above, key = prefix + _location(error)
            near = nearest(str(key), known(tuple(above)))
            misspelt.add((*above, near))
    return [
        _told(error, tree, prefix, known)
        for error in errors
        if not (error["type"] == "missing" and prefix + _location(error) in misspelt)
        and not (error["type"] == "too_short" and error["input"])  # its items are wrong
    ]


def _location(error: ErrorDetails) -> Path:
    return tuple(key for key in error["loc"] if key != "[key]")


def _told(
    error: ErrorDetails, tree: Mapped, prefix: Path, known: Callable[[Path], tuple[str, ...]]
) -> Problem:
    at = str(error.get("ctx", {}).get("at", ""))
    path: Path = (*prefix, *_location(error), *(_step(key) for key in at.split(".") if key))
    place = find(tree, path)[0].place  # where the path is missing: of what should hold it
    message = _message(error, path, known)
    if path == ("today",) and error["type"] == "refused" and "Did you mean" not in message:
        setups = tree.items.get("setups")
        message += f". There are {', '.join(setups.items)}" if isinstance(setups, Mapped) else ""
    if path == ("catalogue",) and error["type"] == "refused" and _has(tree, path, CATALOGUES):
        message = "has both file and generate; set the one that is not wanted to null"
    return Problem(place, ".".join(map(str, path)), message)


def _has(tree: Mapped, path: Path, keys: frozenset[str]) -> bool:
    """Whether the map at *path* has all of *keys*."""
    node, steps = find(tree, path)
    return steps == len(path) and isinstance(node, Mapped) and keys <= set(node.items)


def _step(key: str) -> str | int:
    return int(key) if key.isdigit() else key


def _message(error: ErrorDetails, path: Path, known: Callable[[Path], tuple[str, ...]]) -> str:
    kind = error["type"]
    context = error.get("ctx", {})
    given = repr(error["input"])
    if len(given) > 60:
        given = f"{given[:57]}..."
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        key = str(path[-1])
        return f"{key!r} is not known here{suggest(key, known(path[:-1]))}"
    if kind == "literal_error":
        choices = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        hint = suggest(str(error["input"]), choices)
        return f"must be one of {', '.join(choices)}, is {given}{hint}"
    if kind == "string_pattern_mismatch":
        if "A-Z" in str(context["pattern"]) or "\\w" in str(context["pattern"]):
            return f"must be words of letters and digits, is {given}"
        return f"must be small letters, digits and hyphens, is {given}"
    if kind in ("value_error", "refused"):
        return str(context.get("error", context.get("message", error["msg"])))
    if kind in MUST:
        return f"{MUST[kind].format_map(context)}, is {given}"
    return f"{error['msg']}, is {given}"
