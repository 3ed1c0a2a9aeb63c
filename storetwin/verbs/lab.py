"""lab: experiments that show what the tests are worth. One function a lab, one table of them."""

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from storetwin.failures import BROKEN, INCOMPLETE, OK, Failure
from storetwin.output import emit, note, progress
from storetwin.verbs.options import Jobs, Json, cores

NEEDED = {
    "storetwin_contract": "pip install ./contract",
    "hypothesis": "pip install hypothesis",
}

app = typer.Typer(
    name="lab",
    help="Put the engine and its tests to the proof.",
    rich_markup_mode=None,
    suggest_commands=False,
)


def oversell(
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=2**63 - 1, help="The same seed, the same examples.")
    ] = 20_261,
    budget: Annotated[
        float, typer.Option("--budget", min=1, max=36_000, help="Seconds for the whole lab.")
    ] = 600.0,
    out: Annotated[
        Path, typer.Option("--out", help="The folder for the picture and the page.")
    ] = Path("runs/oversell"),
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="NAME", help="Only this shop; may be given again."),
    ] = None,
    jobs: Jobs = 0,
    as_json: Json = False,
) -> int:
    """Put the contract to the engine and to shops that oversell.

    The engine and a shop with row locks are right; every other shop carries one mistake known
    from production. One set of properties must catch those and let the right ones pass. Prints
    which property caught which shop, and the shortest history that shows it; writes a picture
    and a page. Exit code 1 when a mistake is not caught or the engine fails, 4 when time was up
    before the engine had passed.

    \b
    Examples:
      storetwin lab oversell
      storetwin lab oversell --only lost_update --only engine
      storetwin lab oversell --seed 7 --budget 120 --out oversell --json
    """
    for package, command in NEEDED.items():
        if find_spec(package) is None:
            message = f"lab oversell needs {package}; install it with: {command}"
            raise Failure(message)
    from benchmarks.oversell import lab, page, picture, words

    names = only or []
    try:
        with progress("oversell lab, shops") as report:
            found = lab.run(seed=seed, budget_s=budget, only=names, jobs=cores(jobs), report=report)
    except lab.ShopUnknown as error:
        raise Failure(str(error)) from error
    out.mkdir(parents=True, exist_ok=True)
    written = {"oversell.svg": picture.draw(found), "oversell.html": page.page(found)}
    for name, text in written.items():
        (out / name).write_text(text, encoding="utf-8")
    lines = [*words.lines(found), f"picture and page: {out / 'oversell.html'}"]
    emit(found.document() | {"page": out / "oversell.html"}, lines, as_json=as_json)
    if not found.holds:
        note("a mistake was not caught, or a right shop fails")
        return BROKEN
    return OK if found.complete else INCOMPLETE


def routing(
    cases: Annotated[
        int, typer.Option("--cases", min=1, max=100_000, help="Small cases, solved exactly.")
    ] = 100,
    large: Annotated[
        int, typer.Option("--large", min=0, max=1_000, help="Large cases, compared with a bound.")
    ] = 2,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=2**63 - 1, help="The same seed, the same cases.")
    ] = 1,
    out: Annotated[
        Path, typer.Option("--out", help="The folder for the figures and the pictures.")
    ] = Path("runs/routing"),
    as_json: Json = False,
) -> int:
    """Print what each chain of routing rules costs above the exact optimum.

    Small shops and their orders are made from a seed and routed by the engine itself. Each order
    is compared with the cheapest way to serve it, each day with the cheapest plan of one who
    knew all orders, both found by a solver. Beside the chains stands an optimiser that holds
    orders back and places them at named locations. Exit code 1 when a plan is not feasible, a
    regret lies below zero, or an order is refused that could be served.

    \b
    Examples:
      storetwin lab routing
      storetwin lab routing --cases 500 --seed 7 --out /tmp/routing
      storetwin lab routing --cases 20 --large 0 --json
    """
    from benchmarks.routing import lab, picture, summary

    out.mkdir(parents=True, exist_ok=True)
    with progress("routing lab, cases") as report:
        found = lab.run(seed, cases, large, report=report)
    figures = summary.figures(found)
    document = json.dumps(figures, indent=2) + "\n"
    (out / "routing.json").write_text(document, encoding="utf-8")
    written = [out / "routing.json", *picture.write(found, out)]
    lines = [*summary.lines(figures), f"figures and pictures: {out}"]
    emit(figures | {"files": [str(path) for path in written]}, lines, as_json=as_json)
    if found.faults:
        note(f"{len(found.faults)} things happened that must not; the first: {found.faults[0]}")
        return BROKEN
    return OK


LABS: dict[str, Callable[..., int | None]] = {
    "oversell": oversell,
    "routing": routing,
}
for _name, _lab in LABS.items():
    app.command(_name)(_lab)


@app.callback(invoke_without_command=True)
def lab(context: typer.Context) -> None:
    """Put the engine and its tests to the proof."""
    if context.invoked_subcommand is None:
        print(context.get_help())
