"""A finished run as KPIs: their values by arm, and paired differences with today's setup."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from reports.metrics import KPIS, Year, measure
from sim.statistics import Comparison
from sim.statistics import compare as compare_differences
from storetwin.session import Session, finish, prepare

Values = dict[str, dict[str, np.ndarray]]  # KPI -> arm -> (replications,)


def compare(
    path: Path | str,
    overrides: Sequence[str] = (),
    *,
    replications: int | None = None,
    jobs: int = 1,
    out: Path | None = None,
) -> dict[str, dict[str, Comparison]]:
    """Compare every arm of a scenario with today's setup: KPI -> arm -> paired comparison."""
    session = prepare(Path(path), overrides, replications=replications, out=out)
    finish(session, jobs)
    return differences(measured(session), session.loaded.scenario.today)


def differences(values: Values, today: str) -> dict[str, dict[str, Comparison]]:
    """KPI -> arm -> paired comparison with *today*, of what `measured` returned."""
    return {
        kpi: compare_differences(
            {arm: sample - by_arm[today] for arm, sample in by_arm.items() if arm != today}
        )
        for kpi, by_arm in values.items()
    }


def measured(session: Session) -> Values:
    """KPI of `reports.metrics` -> arm -> (replications,) values."""
    wage = float(session.loaded.scenario.money.wage_minor)
    values: Values = {kpi.name: {} for kpi in KPIS}
    for name in session.arms:
        money = session.money(name)
        rows = [
            measure(
                Year(
                    result.daily[result.run_in_days :],
                    {row: float(column[i]) for row, column in money.items()},
                    wage,
                )
            )
            for i, result in enumerate(session.folder.results(name))
        ]
        for kpi in KPIS:
            values[kpi.name][name] = np.array([row[kpi.name] for row in rows])
    return values
