"""The JSON Schema of a scenario file, for editors that complete and check while one types."""

from typing import Any

from scenarios.evidence import PREFIX
from scenarios.models import Scenario
from scenarios.presets import PRICES, SETUPS

TABLES = ("LinkTable", "StockLink", "OrderLink", "PriceLink", "Cost")
WORDS = ("title", "description")


def schema() -> dict[str, Any]:
    """The schema of what may be written: with references, presets and `extends`.

    A file that extends another one, or starts from a preset, may leave out what it takes over, so
    only keys and values are checked there; `storetwin check` sees the whole.
    """
    made = Scenario.model_json_schema(by_alias=True)
    definitions: dict[str, Any] = made["$defs"]
    for name in TABLES:
        definitions[name].pop("required", None)
    for definition in (made, *definitions.values()):
        properties: dict[str, Any] = definition.get("properties", {})
        for key, value in properties.items():
            properties[key] = _or_reference(value)
    text = {"type": "string"}
    definitions["LinkTable"]["properties"]["preset"] = {"enum": list(SETUPS)}
    definitions["LinkTable"]["properties"]["like"] = text
    definitions["PriceLink"]["properties"]["preset"] = {"enum": list(PRICES)}
    change = definitions["Change"]
    change["required"] = ["name", "title", "week", "setup"]
    change["properties"]["setup"] = {"anyOf": [text, {"$ref": "#/$defs/LinkTable"}]}
    made["properties"]["extends"] = {"anyOf": [text, {"type": "array", "items": text}]}
    made.pop("required", None)
    definitions["Reference"] = {
        "type": "object",
        "properties": {
            "ref": {"type": "string", "pattern": f"^{PREFIX}"},
            "value": {"type": ["string", "number"]},
        },
        "required": ["ref"],
        "additionalProperties": False,
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def _or_reference(value: dict[str, Any]) -> dict[str, Any]:
    """*value*, or a reference where it is a number or a text with a unit."""
    if value.get("type") not in (["string", "number"], "number", "integer"):
        return value
    bare = {key: content for key, content in value.items() if key not in WORDS}
    words = {key: content for key, content in value.items() if key in WORDS}
    return {**words, "anyOf": [bare, {"$ref": "#/$defs/Reference"}]}
