"""run, compare, report: simulate and say what came out."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from storetwin.failures import BROKEN, NOT_REPRODUCIBLE, Failure
from storetwin.output import emit, money, number, progress, table
from storetwin.verbs.options import (
    Fresh,
    Jobs,
    Json,
    Out,
    Overrides,
    Replications,
    RunFolderPath,
    ScenarioFile,
    Seed,
    cores,
)

if TYPE_CHECKING:
    from reports.metrics import Kpi
    from sim.statistics import Comparison
    from storetwin.session import Session


def run(
    context: typer.Context,
    file: ScenarioFile,
    setup: Annotated[
        str | None, typer.Option("--setup", help="A setup, or roadmap; today's by default.")
    ] = None,
    reference: Annotated[
        bool, typer.Option("--reference", help="Simulate customer by customer, without the kernel.")
    ] = False,
    seed: Seed = None,
    reps: Annotated[int, typer.Option("--reps", min=1, help="How many replications.")] = 1,
    overrides: Overrides = None,
    jobs: Jobs = 1,
    out: Out = None,
    fresh: Fresh = False,
    as_json: Json = False,
) -> None:
    """Simulate one setup and print its KPIs.

    The digest under them names everything that was recorded. The audit rebuilds stock and money
    from the recorded events: where they differ from the tables, it says where, and ends with 1.

    With --reference the same scenario runs one process per customer; the digest is the same.

    \b
    Examples:
      storetwin run scenarios/library/boutique.yaml
      storetwin run scenarios/library/boutique.yaml --setup unified --reps 5
      storetwin run scenarios/library/boutique.yaml --reference \\
        --set horizon.trading="2 weeks" --set "changes=[]"
    """
    from scenarios.loader import load
    from storetwin import session as sessions

    changed = _with_seed(overrides, seed)
    name = _arm_name(setup, load(file, changed).scenario)
    session = sessions.prepare(
        file,
        changed,
        replications=reps,
        only=[name],
        out=out,
        fresh=fresh,
        reference=reference,
        argv=context.obj,
    )
    with progress(f"{name}, {reps} replications") as report:
        sessions.finish(session, cores(jobs), report=report)
    if reference:
        _refuse_difference(session, name)
    found = _audited(session, name)
    _print_kpis(session, name, found, as_json=as_json)
    if found:
        raise Failure(f"discrepancies in what was recorded: {len(found)}", BROKEN)


def compare(
    context: typer.Context,
    file: ScenarioFile,
    reps: Replications = None,
    jobs: Jobs = 0,
    overrides: Overrides = None,
    seed: Seed = None,
    strip: Annotated[
        bool, typer.Option("--strip/--no-strip", help="Repeat it on the scenario's strip.")
    ] = True,
    page: Annotated[
        bool, typer.Option("--report/--no-report", help="Write the report at the end.")
    ] = True,
    out: Out = None,
    fresh: Fresh = False,
    as_json: Json = False,
) -> None:
    """Compare all setups with today's, on the same customers, and write the report.

    Differences come with 95 % intervals, p values are Holm-corrected. The best setup is compared
    again along the scenario's strip, where the break-even lies. Results do not depend on the
    number of workers; killed half-way, the same command goes on where it stopped.

    \b
    Examples:
      storetwin compare scenarios/library/boutique.yaml --reps 20 --jobs 2
      storetwin compare shop.yaml --json --set stock.safety_factor=1.5
      storetwin compare shop.yaml --no-strip --no-report
    """
    from storetwin import session as sessions

    session = sessions.prepare(
        file, _with_seed(overrides, seed), replications=reps, out=out, fresh=fresh, argv=context.obj
    )
    with progress(f"{len(session.arms)} arms, {session.replications} replications") as report:
        sessions.finish(session, cores(jobs), strip=strip, report=report)
    _print_differences(session, page=page, as_json=as_json)


def report(folder: RunFolderPath, as_json: Json = False) -> None:
    """Make the report of a run folder again.

    Writes results.sqlite, report.json and report.html beside the manifest.

    \b
    Example:
      storetwin report runs/boutique/2f7c91ab
    """
    from storetwin.reporting import write_report

    page, headline = write_report(folder)
    emit({"report": str(page), "headline": headline}, [headline, str(page)], as_json=as_json)


def _with_seed(overrides: list[str] | None, seed: int | None) -> list[str]:
    return [*(overrides or ()), *([f"seed={seed}"] if seed is not None else ())]


def _arm_name(setup: str | None, scenario: Any) -> str:  # noqa: ANN401 - a Scenario, imported late
    """The arm to run; refused with the nearest name when there is none."""
    if setup is None:
        return str(scenario.today)
    names = [*scenario.setups, *(["roadmap"] if scenario.changes else [])]
    if setup in names:
        return setup
    from difflib import get_close_matches

    near = get_close_matches(setup, names, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(names)}."
    message = f"--setup: no setup is called {setup!r}. {hint}"
    raise Failure(message)


def _refuse_difference(session: "Session", name: str) -> None:
    """Fail where the fast form was run too, and recorded something else."""
    unlike = session.unlike_fast(name)
    if unlike:
        told = ", ".join(map(str, unlike))
        message = f"not reproducible: kernel and reference differ in replication {told}"
        raise Failure(message, NOT_REPRODUCIBLE)


def _audited(session: "Session", name: str) -> list[str]:
    """Discrepancies in the books of every replication, in words."""
    from sim.auditor import audit

    scenario, tables = session.loaded.scenario, session.arms[name].tables
    return [
        f"replication {result.replication}, {words}"
        for result in session.folder.results(name)
        for words in audit(result, scenario, tables)
    ]


def _print_kpis(session: "Session", name: str, found: list[str], *, as_json: bool) -> None:
    from reports.metrics import KPIS
    from storetwin.compared import measured

    values = measured(session)
    currency = session.loaded.scenario.currency
    means = {kpi.name: float(values[kpi.name][name].mean()) for kpi in KPIS}
    digest = session.folder.digest_of(name)
    result = {
        "scenario": session.loaded.scenario.name,
        "setup": name,
        "replications": session.replications,
        "kpis": means,
        "audit": found,
        "digest": digest,
        "folder": str(session.folder.path),
    }
    rows = [[kpi.title, _shown(kpi, means[kpi.name], currency), kpi.unit] for kpi in KPIS]
    lines = table(["KPI", name, "unit"], rows)
    audited = [f"audit: {words}" for words in found] or ["audit: agrees"]
    emit(result, [*lines, *audited, f"digest {digest}"], as_json=as_json)


def _print_differences(session: "Session", *, page: bool, as_json: bool) -> None:
    from reports.metrics import KPIS
    from storetwin.compared import differences, measured
    from storetwin.reporting import write_report

    values = measured(session)
    scenario = session.loaded.scenario
    found = differences(values, scenario.today)
    digest = session.folder.digest()
    result = {
        "scenario": scenario.name,
        "today": scenario.today,
        "replications": session.replications,
        "digest": digest,
        "folder": str(session.folder.path),
        "kpis": {
            kpi.name: {
                "title": kpi.title,
                "unit": kpi.unit,
                "today": float(values[kpi.name][scenario.today].mean()),
                "differences": {arm: _told(c) for arm, c in found[kpi.name].items()},
            }
            for kpi in KPIS
        },
    }
    arms = [name for name in session.arms if name != scenario.today]
    rows = []
    for kpi in KPIS:
        today = float(values[kpi.name][scenario.today].mean())
        rows.append([_titled(kpi), _shown(kpi, today, scenario.currency)])
        rows[-1] += [_interval(kpi, found[kpi.name][arm], scenario.currency) for arm in arms]
    lines = table(["KPI", scenario.today, *arms], rows)
    lines.append("differences with 95 % intervals; * p < 0.05 after Holm's correction")
    lines.append(f"digest {digest}")
    if page:
        written, headline = write_report(session.folder.path)
        result |= {"headline": headline, "report": str(written)}
        lines += ["", headline, f"report {written}"]
    else:
        lines.append(str(session.folder.path))
    emit(result, lines, as_json=as_json)


def _titled(kpi: "Kpi") -> str:
    """A KPI's title, with its unit where the value does not carry it."""
    return kpi.title if kpi.unit in {"share", "money/year"} else f"{kpi.title}, {kpi.unit}"


def _told(comparison: "Comparison") -> dict[str, Any]:
    """One comparison as JSON."""
    return {
        "difference": comparison.difference.middle,
        "low": comparison.difference.low,
        "high": comparison.difference.high,
        "simultaneous_low": comparison.simultaneous.low,
        "simultaneous_high": comparison.simultaneous.high,
        "p": comparison.p,
        "p_holm": comparison.p_holm,
        "verdict": comparison.verdict,
        "more_runs": comparison.more_runs,
    }


def _interval(kpi: "Kpi", comparison: "Comparison", currency: str) -> str:
    """`difference [low, high]*` of one arm."""
    if comparison.verdict == "same":
        return "same"
    middle, low, high = (
        _shown(kpi, value, currency, unit=False)
        for value in (
            comparison.difference.middle,
            comparison.difference.low,
            comparison.difference.high,
        )
    )
    star = "" if comparison.verdict == "open" else "*"
    return f"{middle} [{low}, {high}]{star}"


def _shown(kpi: "Kpi", value: float, currency: str, *, unit: bool = True) -> str:
    """A KPI's value as people write it."""
    if kpi.unit == "money/year":
        return money(value, currency if unit else "").strip()
    if kpi.unit == "share":
        return f"{100 * value:.2f} %".replace("-", "\N{MINUS SIGN}")
    return number(value)
