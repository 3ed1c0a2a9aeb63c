"""The command line: `storetwin VERB ...`.

Verbs live in `storetwin.verbs`; this file names them and turns every failure into one line on
stderr and an exit code (see `storetwin.failures`).
"""

import difflib
import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer
from typer.exceptions import Abort, TyperException

from storetwin import __version__
from storetwin.failures import BAD_INPUT, INTERRUPTED, OK, explain
from storetwin.output import note
from storetwin.verbs import care, demo, evidence, lab, run, scenario, service, verify

app = typer.Typer(
    name="storetwin",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    suggest_commands=False,
)
VERBS: dict[str, Callable[..., int | None]] = {
    "demo": demo.demo,
    "scenarios": scenario.scenarios,
    "check": scenario.check,
    "show": scenario.show,
    "calibrate": demo.calibrate,
    "run": run.run,
    "compare": run.compare,
    "report": run.report,
    "serve": service.serve,
    "load": service.load,
    "bench": care.bench,
    "doctor": care.doctor,
    "verify": verify.verify,
}
for _name, _verb in VERBS.items():
    app.command(_name)(_verb)
GROUPS = {"evidence": evidence.app, "lab": lab.app}
for _name, _group in GROUPS.items():
    app.add_typer(_group, name=_name)
NAMES = (*VERBS, *GROUPS)


@app.callback(invoke_without_command=True)
def storetwin(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """A digital twin of a small retailer that runs on the real order engine.

    Start with: storetwin demo

    Exit codes: 0 ok, 1 a threshold or invariant is broken, 2 bad input, 3 not reproducible,
    4 incomplete, 130 interrupted.
    """
    if version:
        print(f"storetwin {__version__}")
    elif context.invoked_subcommand is None:
        print(context.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = app(
            args=given, prog_name="storetwin", standalone_mode=False, obj=("storetwin", *given)
        )
    except TyperException as error:
        note(_usage(error, given))
        return BAD_INPUT
    except (KeyboardInterrupt, Abort):
        note("interrupted")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - no traceback reaches a user
        message, status = explain(error)
        note(message)
        return status
    return code if isinstance(code, int) else OK


def _usage(error: TyperException, given: Sequence[str]) -> str:
    """One line about a wrong verb, flag or value, with the nearest right name."""
    message = " ".join(error.format_message().split()).rstrip(".")
    verb = given[0] if given and given[0] in NAMES else ""
    if given and not verb and not given[0].startswith("-"):
        near = difflib.get_close_matches(given[0], NAMES, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(NAMES)}."
        return f"no verb is called {given[0]!r}. {hint}"
    return f"{message}. See: storetwin {verb + ' ' if verb else ''}--help"
