"""scenarios, check, show: which there are, what one says, where each value comes from."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storetwin.failures import Failure
from storetwin.output import emit, table
from storetwin.verbs.options import Json, Overrides, ScenarioFile

if TYPE_CHECKING:
    from scenarios.loader import Loaded


def scenarios(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Print this one's text, to start from.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List the scenarios that come with storetwin, or print one.

    Every one runs as it stands. A file of your own may begin with `extends: library/grocer.yaml`
    and say what is different in your shop.

    \b
    Examples:
      storetwin scenarios
      storetwin scenarios grocer > shop.yaml
    """
    from scenarios.loader import LIBRARY, load
    from scenarios.text import suggest

    files = {file.stem: file for file in sorted(LIBRARY.glob("*.yaml"))}
    if name is not None:
        if name not in files:
            message = f"no scenario of the library is called {name!r}{suggest(name, files)}"
            raise Failure(message)
        text = files[name].read_text(encoding="utf-8")
        emit({"name": name, "text": text}, text.splitlines(), as_json=as_json)
        return
    found = [(file, load(file).scenario) for file in files.values()]
    told = [
        {
            "name": scenario.name,
            "file": str(file),
            "title": scenario.title,
            "purpose": scenario.notes.get("purpose", ""),
        }
        for file, scenario in found
    ]
    width = max(len(name) for name in files)
    lines = []
    for one in told:
        lines += [f"{one['name']:{width}}  {one['title']}", f"{'':{width}}  {one['purpose']}"]
    emit({"scenarios": told}, [*lines, f"in {LIBRARY}"], as_json=as_json)


def check(file: ScenarioFile, overrides: Overrides = None, as_json: Json = False) -> None:
    """Check a scenario without running it.

    Every problem is told with file, line and path; exit code 2 if there is one. `storetwin
    scenarios` lists files to start from.

    \b
    Examples:
      storetwin check scenarios/library/boutique.yaml
      storetwin check shop.yaml --set demand.online_share=12%
    """
    loaded = _load(file, overrides)
    scenario = loaded.scenario
    if scenario.catalogue.file is not None:
        from scenarios import catalogue  # brings numpy, which a made-up catalogue can wait for

        catalogue.read(loaded)
    found = {
        "file": str(file),
        "ok": True,
        "name": scenario.name,
        "stores": len(scenario.stores),
        "setups": list(scenario.setups),
        "today": scenario.today,
        "changes": len(scenario.changes),
        "weeks": [scenario.horizon.run_in_weeks, scenario.horizon.trading_weeks],
        "replications": scenario.replications,
        "digest": loaded.digest,
    }
    line = (
        f"{file}: ok. {scenario.name}: {len(scenario.stores)} stores, "
        f"{len(scenario.setups)} setups (today {scenario.today}), "
        f"{len(scenario.changes)} changes, {scenario.horizon.trading_weeks} weeks, "
        f"{scenario.replications} replications"
    )
    emit(found, [line], as_json=as_json)


def show(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="The scenario.")] = None,
    why: Annotated[
        str | None, typer.Option("--why", metavar="PATH", help="Where this value comes from.")
    ] = None,
    schema: Annotated[bool, typer.Option("--schema", help="The JSON Schema of scenarios.")] = False,
    links: Annotated[bool, typer.Option("--links", help="The setups side by side.")] = False,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Show a scenario as it will run, or the origin of one value.

    \b
    Examples:
      storetwin show scenarios/library/boutique.yaml
      storetwin show shop.yaml --why stock.shrinkage
      storetwin show shop.yaml --links
      storetwin show --schema > scenario.schema.json
    """
    if schema:
        from scenarios.models import Scenario

        found = Scenario.model_json_schema(by_alias=True)
        emit(found, _json_lines(found), as_json=as_json)
        return
    if file is None:
        flag = " --links" if links else " --why" if why is not None else ""
        message = f"show{flag} needs a scenario FILE" + ("" if flag else ", or --schema")
        raise Failure(message)
    loaded = _load(file, overrides)
    if why is not None:
        _why(loaded, why, as_json=as_json)
    elif links:
        _links(loaded, as_json=as_json)
    else:
        emit({"scenario": loaded.resolved}, loaded.text.splitlines(), as_json=as_json)


def _load(file: Path, overrides: list[str] | None) -> "Loaded":
    from scenarios.loader import load

    return load(file, overrides or ())


def _why(loaded: "Loaded", path: str, *, as_json: bool) -> None:
    """Who set the value at *path*, and kind, evidence and grade of every leaf below it."""
    from scenarios.loader import why

    told = why(loaded, path)
    result = {
        key: {
            "kind": origin.kind,
            "evidence": origin.evidence,
            "grade": origin.grade,
            "note": origin.note,
            "file": origin.file,
            "line": origin.line,
        }
        for key, origin in loaded.provenance.items()
        if key == path or key.startswith(f"{path}.")
    }
    emit(result, told.splitlines(), as_json=as_json)


def _links(loaded: "Loaded", *, as_json: bool) -> None:
    """The setups side by side, one column each, in the units they were written in."""
    written = loaded.resolved["setups"]
    assert isinstance(written, dict)
    setups = {name: _flat(entry) for name, entry in written.items()}
    words = {"title", "advantages", "limits", "fit"}
    keys = list(dict.fromkeys(key for setup in setups.values() for key in setup))
    links = list(dict.fromkeys(key.partition(".")[0] for key in keys))
    keys.sort(key=lambda key: links.index(key.partition(".")[0]))
    rows = [
        [key, *(setup.get(key, "") for setup in setups.values())]
        for key in keys
        if key not in words
    ]
    emit({"setups": written}, table(["link", *setups], rows), as_json=as_json)


def _flat(tree: Any, before: str = "") -> dict[str, str]:  # noqa: ANN401 - any YAML map
    """`a.b` -> text of every leaf."""
    found: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{before}{key}.")
        else:
            found[f"{before}{key}"] = "" if value is None else str(value)
    return found


def _json_lines(found: dict[str, Any]) -> list[str]:
    import json

    return json.dumps(found, indent=2).splitlines()
