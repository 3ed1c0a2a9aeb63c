"""evidence: the sourced priors, who uses them, and whether they are fit to be used."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from storetwin.failures import BROKEN, OK, Failure
from storetwin.output import emit, note
from storetwin.verbs.options import Json

if TYPE_CHECKING:
    from scenarios.evidence import Entry

WIDTH = 100
VALUE_MAX = 28
TOLD_MAX = 16  # so many names are all told when a wrong one is like none of them
HEAD = ("id", "value", "grade", "population", "year")
MEANING = {
    "A": "experiment or official measurement",
    "B": "peer-reviewed or joint with academics",
    "C": "named survey or benchmark",
    "D": "vendor or blog",
    "E": "our assumption",
}

app = typer.Typer(
    name="evidence",
    help="List, explain and check the sourced priors.",
    rich_markup_mode=None,
    suggest_commands=False,
)


def entries(
    grade: Annotated[
        list[str] | None,
        typer.Option("--grade", metavar="A..E", help="Only this grade; may be given again."),
    ] = None,
    topic: Annotated[
        list[str] | None,
        typer.Option("--topic", help="Only this file or group; may be given again."),
    ] = None,
    used_by: Annotated[
        str | None,
        typer.Option(
            "--used-by", metavar="SCENARIO", help="Only what this scenario uses, and where."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """List the entries of the evidence library, one line each.

    Grades: A experiment or official measurement, B peer-reviewed, C named survey, D vendor or
    blog, E our assumption. A scenario is a file, or the name of one in the library.

    \b
    Examples:
      storetwin evidence list --grade D --grade E
      storetwin evidence list --topic demand
      storetwin evidence list --used-by scenarios/library/grocer.yaml --json
    """
    from scenarios import evidence

    found = evidence.entries()
    topics = {name: {Path(evidence.place(name).file).stem, found[name].group} for name in found}
    grades = [_known(one.upper(), get_args(evidence.Grade), "grade") for one in grade or ()]
    every = sorted(set().union(*topics.values()))
    wanted = {_known(one, every, "topic") for one in topic or ()}
    where = None if used_by is None else _where(used_by)
    kept = [
        one
        for name, one in found.items()
        if (not grades or one.grade in grades)
        and (not wanted or wanted & topics[name])
        and (where is None or name in where)
    ]
    told = [_fields(one) | ({} if where is None else {"used": where[one.id]}) for one in kept]
    lines = []
    for one, line in zip(kept, _rows(kept), strict=True):
        lines.append(line)
        used = where[one.id] if where is not None else ()
        lines += [f"    {use['path']}  {use['file']}:{use['line']}" for use in used]
    total = f"{len(kept)} of {len(found)} entries"
    emit({"entries": told}, [*_rows([]), *lines, total], as_json=as_json)


def show(
    name: Annotated[str, typer.Argument(metavar="ID", help="The entry, as `list` names it.")],
    as_json: Json = False,
) -> None:
    """Show one entry: its value in words, its source, and which scenarios and presets use it.

    \b
    Examples:
      storetwin evidence show shrinkage
      storetwin evidence show evidence/event-latency --json
    """
    from scenarios import evidence

    known = name.removeprefix(evidence.PREFIX)
    _known(known, evidence.ids(), "evidence")
    from storetwin.sourced import chosen_by, shipped_uses
    from storetwin.spread import in_words, middle_80

    one = evidence.entry(known)
    spread = one.distribution
    low, high = middle_80(spread, one.unit)
    used = [
        {
            "file": use.place.file,
            "line": use.place.line,
            "path": use.path,
            "chosen_by": chosen_by(use.place.file),
        }
        for use in shipped_uses()
        if use.evidence == known
    ]
    result = _fields(one) | {
        "words": in_words(spread, one.unit),
        "range_80": [low, high],
        "used": used,
    }
    emit(result, _page(result), as_json=as_json)


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILES]...", help="Evidence or scenarios of your own."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Check that every entry is fit to be used and every reference finds one.

    An entry has a source, a grade, a unit and a year; its id is its own; its addresses are well
    formed; a share of people who ever did something is no rate; an entry that nothing uses says
    why. Without FILES: the library, its scenarios and presets. A file of your own that holds
    entries is checked as evidence, any other for its references, each as it stands; what it
    extends is not read. Exit code 1 when something is wrong.

    \b
    Examples:
      storetwin evidence check
      storetwin evidence check shop.yaml our-evidence.yaml --json
    """
    from scenarios import evidence
    from storetwin import sourced

    for file in files or ():
        if not file.exists():
            raise Failure(f"{file}: no such file")
    if files:
        problems, count, references = sourced.check_files(files)
    else:
        problems = sourced.check_library()
        count, references = len(evidence.ids()), len(sourced.shipped_uses())
    problems = sorted(set(problems), key=lambda one: (one.place, one.path, one.message))
    told = [
        {"file": p.place.file, "line": p.place.line, "path": p.path, "message": p.message}
        for p in problems
    ]
    result = {
        "ok": not problems,
        "entries": count,
        "references": references,
        "findings": told,
    }
    looked_at = f"entries: {count}, references: {references}"
    emit(result, [str(one) for one in problems] or [f"ok. {looked_at}"], as_json=as_json)
    if problems:
        note(f"found wrong: {len(problems)}; {looked_at}")
    return BROKEN if problems else OK


def _known(name: str, there_are: Sequence[str], what: str) -> str:
    """*name* if there is such a one."""
    from scenarios.text import suggest

    if name in there_are:
        return name
    few = len(there_are) <= TOLD_MAX
    all_of_them = f". There are {', '.join(there_are)}" if few else ". See: storetwin evidence list"
    hint = suggest(name, there_are) or all_of_them
    raise Failure(f"no {what} is called {name!r}{hint}")


def _where(scenario: str) -> dict[str, list[dict[str, Any]]]:
    """Id -> paths of *scenario* that hold its value, presets and extended files included."""
    from scenarios.loader import LIBRARY, load

    file = Path(scenario)
    if not file.exists() and not file.suffix:
        _known(scenario, sorted(one.stem for one in LIBRARY.glob("*.yaml")), "scenario")
        file = LIBRARY / f"{scenario}.yaml"
    loaded = load(file)
    found: dict[str, list[dict[str, Any]]] = {}
    for path, origin in loaded.provenance.items():
        if origin.evidence:
            use = {"path": path, "file": _nearby(origin.file), "line": origin.line}
            found.setdefault(origin.evidence, []).append(use)
    return found


def _nearby(file: str) -> str:
    """*file* as the library calls it, where it is the library's."""
    from scenarios.loader import LIBRARY

    return f"library/{Path(file).name}" if Path(file).parent == LIBRARY else file


def _fields(one: "Entry") -> dict[str, Any]:
    """All that the library says about *one*, and where."""
    from scenarios import evidence

    place = evidence.place(one.id)
    written = {"topic": Path(place.file).stem, "file": place.file, "line": place.line}
    return one.model_dump(mode="json") | written


def _rows(kept: Sequence["Entry"]) -> list[str]:
    """A line an entry; of none, the line of heads. Widths are those of the whole library."""
    from scenarios import evidence
    from storetwin.spread import short

    every = evidence.entries().values()
    widths = [
        max(len(one.id) for one in every),
        min(VALUE_MAX, max(len(short(one)) for one in every)),
        len("grade"),
        0,
        max(len(str(one.year)) for one in every),
    ]
    widths[3] = WIDTH - sum(widths) - 2 * (len(widths) - 1)
    cells = [(one.id, short(one), one.grade, one.population, str(one.year)) for one in kept]
    return [
        "  ".join(_fit(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (cells if kept else [HEAD])
    ]


def _fit(text: str, width: int) -> str:
    """*text* in exactly *width* columns."""
    return (
        text.ljust(width) if len(text) <= width else f"{text[: width - 1].rstrip()}…".ljust(width)
    )


def _page(told: dict[str, Any]) -> list[str]:
    """What `show` prints."""
    import textwrap

    low, high = told["range_80"]
    told = told | {
        "value": f"{told['value']} ({told['unit']} per {told['per']})",
        "in words": told["words"],
        "80 % range": f"{low} to {high}" if low != high else low,
        "central": f"{told['central']}, where nothing may vary",
        "grade": f"{told['grade']}, {MEANING[told['grade']]}",
        "topic": f"{told['topic']}; group {told['group']}; kind {told['kind']}",
        "written": f"{told['file']}:{told['line']}",
    }
    labels = ("value", "in words", "80 % range", "central", "population", "year", "source")
    lines = [f"{told['id']}: {told['title']}"]
    for label in (*labels, "grade", "topic", "notes", "unused", "written"):
        if told[label] != "":
            wrapped = textwrap.wrap(str(told[label]), WIDTH - 14, break_on_hyphens=False)
            lines += [f"  {label:10}  {wrapped[0]}", *(f"{'':14}{line}" for line in wrapped[1:])]
    if told["kind"] == "ever_share":
        lines.append("  a share of people who ever did it: no scenario may use it as a rate")
    if not told["used"]:
        return [*lines, "used by no library scenario and no preset"]
    lines.append("used by")
    for use in told["used"]:
        lines.append(f"  {use['file']}:{use['line']}  {use['path']}")
        if use["file"].startswith("presets/"):
            chosen = ", ".join(use["chosen_by"]) or "no library scenario"
            lines.append(f"      the preset is chosen by {chosen}")
    return lines


VERBS: dict[str, Callable[..., int | None]] = {"list": entries, "show": show, "check": check}
for _name, _verb in VERBS.items():
    app.command(_name)(_verb)


@app.callback(invoke_without_command=True)
def evidence_(context: typer.Context) -> None:
    """List, explain and check the sourced priors."""
    if context.invoked_subcommand is None:
        print(context.get_help())
