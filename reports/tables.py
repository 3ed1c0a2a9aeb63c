"""From replications to results.sqlite, and back to arrays.

    kpi(arm, rep, name, value)                          yearly; KPIS, rows of money, raw counts
    series(arm, name, week, q05, q25, q50, q75, q95)    over replications, by week of trading
    strip(axis, value, arm, rep, name, result)          operating_profit, and without_work: the
                                                        same with no work by hand
    cash(rep, week, value)                              roadmap against today, cumulative

Money is in minor units. The file is made anew from what the run folder holds and moved into its
place in one step; anyone may read it with sqlite alone. The page is built from it.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from reports.errors import NothingToReport
from reports.metrics import Year, measure
from scenarios.models import Scenario
from sim.arms import ROADMAP, Arm, arms, setup_arm
from sim.economics import cash_by_week, profit, roadmap_cash
from sim.recorder import Metric
from sim.runs import Replication, RunFolder, replace

Floats = NDArray[np.float64]
Strip = Mapping[str, Mapping[float, Mapping[str, Floats]]]

FILE = "results.sqlite"
DAYS_A_WEEK = 7
LABOUR = ("labour_sync", "labour_labels", "labour_counts")
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

# Raw counts kept as yearly KPIs besides the table of metrics: what causes and charts are made of.
COUNTS = (
    Metric.LINES_OVERSOLD_VIEW,
    Metric.LINES_OVERSOLD_RECORD,
    Metric.LINES_OVERSOLD_RACE,
    Metric.WEB_ORDERS_PLACED,
    Metric.WEB_ORDERS_WANTED,
    Metric.VISITS,
    Metric.ORDERS_OVERSOLD,
    Metric.UNITS_SUBSTITUTED,
    Metric.MESSAGES_LOST,
    Metric.STOCK_ENTRIES,
)
SERIES = {
    "revenue": (Metric.REVENUE_STORE_MINOR, Metric.REVENUE_WEB_MINOR),
    "orders_oversold": (Metric.ORDERS_OVERSOLD,),
    "units_lost": (Metric.UNITS_LOST_STORE, Metric.UNITS_LOST_WEB),
}

_SCHEMA = """
CREATE TABLE kpi(arm TEXT, rep INTEGER, name TEXT, value REAL, PRIMARY KEY (arm, name, rep));
CREATE TABLE series(arm TEXT, name TEXT, week INTEGER, q05 REAL, q25 REAL, q50 REAL, q75 REAL,
    q95 REAL, PRIMARY KEY (arm, name, week));
CREATE TABLE strip(axis TEXT, value REAL, arm TEXT, rep INTEGER, name TEXT, result REAL,
    PRIMARY KEY (axis, value, arm, name, rep));
CREATE TABLE cash(rep INTEGER, week INTEGER, value REAL, PRIMARY KEY (rep, week));
"""


@dataclass(frozen=True)
class Results:
    """What results.sqlite holds, as arrays over replications.

    Attributes:
        kpi: arm -> name -> (replications,).
        strip: axis -> value -> arm -> (replications,) operating profit.
        strip_without_work: the same with no work by hand in it.
        cash: (replications, weeks) cumulative; no rows where there is no roadmap.
    """

    kpi: Mapping[str, Mapping[str, Floats]]
    strip: Strip
    strip_without_work: Strip
    cash: Floats

    def of(self, arm: str, name: str) -> Floats:
        """One KPI of one arm over its replications."""
        return self.kpi[arm][name]

    @property
    def replications(self) -> int:
        """How many replications every arm has."""
        return min(len(values) for arm in self.kpi.values() for values in arm.values())


def write(folder: RunFolder, scenario: Scenario) -> Path:
    """Make results.sqlite from the replications in *folder*; its path."""
    known = arms(scenario)
    finished = folder.finished()
    counted = paired(finished, known)
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(_SCHEMA)
        flows: dict[str, list[Floats]] = {}
        for name, arm in known.items():
            results = [folder.read(name, replication) for replication in counted]
            connection.executemany(
                "INSERT INTO kpi VALUES (?, ?, ?, ?)", _kpi_rows(results, scenario, arm)
            )
            connection.executemany(
                "INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _series_rows(name, results)
            )
            flows[name] = [cash_by_week(r.daily, r.run_in_days, scenario, arm) for r in results]
        connection.executemany("INSERT INTO cash VALUES (?, ?, ?)", _cash_rows(flows, known))
        connection.executemany(
            "INSERT INTO strip VALUES (?, ?, ?, ?, ?, ?)", _strip_rows(folder, scenario, finished)
        )
        connection.commit()
        content = connection.serialize()
    finally:
        connection.close()

    def fill(file: IO[bytes]) -> None:
        file.write(content)

    place = folder.path / FILE
    replace(place, fill)
    return place


def paired(finished: Mapping[str, Iterable[int]], known: Mapping[str, Arm]) -> list[int]:
    """The replications that every arm has: only they can be compared."""
    common = set.intersection(*(set(finished.get(name, ())) for name in known))
    if not common:
        missing = [name for name in known if not list(finished.get(name, ()))]
        named = ", ".join(missing) or "any arm in common with the others"
        raise NothingToReport(f"nothing to report yet: no finished replication of {named}")
    return sorted(common)


def _kpi_rows(
    results: Iterable[Replication], scenario: Scenario, arm: Arm
) -> Iterator[tuple[str, int, str, float]]:
    for result in results:
        money = profit(result.daily, result.run_in_days, scenario, arm)
        year = Year(result.daily[result.run_in_days :], money, scenario.money.wage_minor)
        values = {**money, **measure(year)}
        values |= {count.name.lower(): year.yearly(count) for count in COUNTS}
        for name, value in values.items():
            yield arm.name, result.replication, name, value


def _series_rows(
    arm: str, results: list[Replication]
) -> Iterator[tuple[str, str, int, float, float, float, float, float]]:
    for name, metrics in SERIES.items():
        weekly = []
        for result in results:
            trading = result.daily[result.run_in_days :, :, list(metrics)].sum(axis=(1, 2))
            weeks = len(trading) // DAYS_A_WEEK
            weekly.append(trading[: weeks * DAYS_A_WEEK].reshape(weeks, DAYS_A_WEEK).sum(axis=1))
        for week, (q05, q25, q50, q75, q95) in enumerate(
            np.quantile(np.array(weekly, dtype=np.float64), QUANTILES, axis=0).T.tolist(), start=1
        ):
            yield arm, name, week, q05, q25, q50, q75, q95


def _cash_rows(
    flows: Mapping[str, list[Floats]], known: Mapping[str, Arm]
) -> Iterator[tuple[int, int, float]]:
    if ROADMAP not in known:
        return
    today = next(name for name, arm in known.items() if arm.kind == "today")
    last_week = known[ROADMAP].steps[-1].week
    cash = roadmap_cash(flows[today], flows[ROADMAP], last_week)
    for replication, path in enumerate(cash.cumulative.tolist()):
        for week, value in enumerate(path, start=1):
            yield replication, week, value


def _strip_rows(
    folder: RunFolder, scenario: Scenario, finished: Mapping[str, list[int]]
) -> Iterator[tuple[str, float, str, int, str, float]]:
    for name, about in folder.manifest.get("arms", {}).items():
        if about.get("kind") != "strip":
            continue
        arm = setup_arm(scenario, about["setup"])
        for replication in finished.get(name, ()):
            result = folder.read(name, replication)
            money = profit(result.daily, result.run_in_days, scenario, arm)
            profits = money["operating_profit"]
            by_name = {
                "operating_profit": profits,
                "without_work": profits + sum(money[row] for row in LABOUR),
            }
            for row, value in by_name.items():
                place = (about["axis"], float(about["value"]), about["setup"], replication)
                yield (*place, row, value)


def read(place: Path) -> Results:
    """The content of a results.sqlite."""
    connection = sqlite3.connect(f"{place.resolve().as_uri()}?mode=ro", uri=True)
    try:
        kpi: dict[str, dict[str, list[float]]] = {}
        for arm, name, value in connection.execute(
            "SELECT arm, name, value FROM kpi ORDER BY arm, name, rep"
        ):
            kpi.setdefault(arm, {}).setdefault(name, []).append(value)
        strip = _read_strip(connection, "operating_profit")
        bare = _read_strip(connection, "without_work")
        paths: dict[int, list[float]] = {}
        for rep, value in connection.execute("SELECT rep, value FROM cash ORDER BY rep, week"):
            paths.setdefault(rep, []).append(value)
    finally:
        connection.close()
    return Results(
        kpi={arm: {n: np.array(v) for n, v in names.items()} for arm, names in kpi.items()},
        strip=strip,
        strip_without_work=bare,
        cash=np.array([paths[rep] for rep in sorted(paths)], dtype=np.float64),
    )


def _read_strip(connection: sqlite3.Connection, name: str) -> Strip:
    """The rows of the strip called *name*."""
    found: dict[str, dict[float, dict[str, dict[int, float]]]] = {}
    for axis, at, arm, rep, value in connection.execute(
        "SELECT axis, value, arm, rep, result FROM strip WHERE name = ? "
        "ORDER BY axis, value, arm, rep",
        (name,),
    ):
        found.setdefault(axis, {}).setdefault(at, {}).setdefault(arm, {})[rep] = value
    return {
        axis: {at: _in_pairs(by_arm) for at, by_arm in values.items()}
        for axis, values in found.items()
    }


def _in_pairs(by_arm: Mapping[str, Mapping[int, float]]) -> dict[str, Floats]:
    """Arrays over the replications that all arms have."""
    common = sorted(set.intersection(*(set(values) for values in by_arm.values())))
    return {arm: np.array([values[r] for r in common]) for arm, values in by_arm.items()}
