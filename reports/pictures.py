"""The charts of one report: their numbers, and the SVG drawn from exactly those numbers.

A chart is left out where the run has nothing to show for it: no roadmap, no fit, no strip.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup
from matplotlib.figure import Figure

from reports import charts, curves, shapes
from reports.facts import CAUSES
from reports.figures import both, colours
from reports.numbers import minor_units
from reports.subject import Subject
from reports.tables import QUANTILES
from reports.values import PARTS, Findings

PART_TITLES = {
    "gross": "Gross profit",
    "recovered": "Oversold goods bought later",
    "cancellations": "Handling of oversold orders",
    "labour": "Work by hand",
    "stock": "Holding and losing stock",
    "setup": "The setup itself",
    "total": "In all",
}
CAUSE_TITLES = {
    "view": "Web shop saw old stock",
    "record": "Stock record was wrong",
    "race": "Taken in the store first",
}
AXIS_TITLES = {
    "online_share": ("Orders from the web", "share"),
    "safety_factor": ("Safety stock factor", "factor"),
    "scale_factor": ("Customers multiplied by", "times"),
}


@dataclass(frozen=True)
class Picture:
    """One chart: its numbers for report.json and its two drawings for the page."""

    numbers: Any
    wide: Markup
    narrow: Markup


def pictures(subject: Subject, findings: Findings) -> dict[str, Picture]:
    """Every chart the run has numbers for, by name."""
    currency = subject.scenario.currency
    names = tuple(subject.setups)
    colour = colours(names, names)
    found: dict[str, tuple[Any, str, Callable[[int], Figure]]] = {}
    rows = _gains(subject, findings, colour)
    found["gains"] = (
        rows,
        "Yearly profit before rent and regular wages of each setup compared with today's",
        lambda width: charts.gains(rows, currency, width),
    )
    if findings.decision.best is not None:
        parts = _parts(findings)
        found["waterfall"] = (
            parts,
            "Where the difference in yearly profit before rent and regular wages comes from",
            lambda width: charts.waterfall(parts, currency, width),
        )
    panels = _panels(subject, findings, colour)
    if panels:
        found["strip"] = (
            panels,
            "The gain at other web shares, safety stocks and numbers of customers",
            lambda width: curves.strip(panels, currency, width),
        )
    why = _causes(subject, findings, colour)
    found["causes"] = (
        why,
        "Oversold order lines a year by cause and setup",
        lambda width: charts.causes(why, width),
    )
    fan = _fan(subject)
    if fan is not None:
        cash = fan
        found["cash"] = (
            cash,
            "Cumulative cash of the roadmap compared with today, by week",
            lambda width: curves.fan(cash, currency, width),
        )
    stores = _fitted(subject)
    if stores:
        found["fit"] = (
            stores,
            "Baskets by weekday, observed and predicted, for each store",
            lambda width: curves.fit(stores, width),
        )
    return {name: _drawn(name, *chart) for name, chart in found.items()}


def _drawn(name: str, numbers: Any, label: str, draw: Callable[[int], Figure]) -> Picture:  # noqa: ANN401
    wide, narrow = both(name, label, draw)
    listed = (
        [dataclasses.asdict(n) for n in numbers]
        if isinstance(numbers, list)
        else (dataclasses.asdict(numbers))
    )
    # matplotlib escaped what came from outside; the rest is ours.
    return Picture(listed, Markup(wide), Markup(narrow))  # noqa: S704


def _gains(subject: Subject, findings: Findings, colour: Mapping[str, str]) -> list[shapes.Gain]:
    many = minor_units(subject.scenario.currency)
    return [
        shapes.Gain(
            title=subject.title(d.arm),
            colour=colour[d.arm],
            mean=d.mean / many,
            low=d.low / many,
            high=d.high / many,
            text=findings.book.values[f"diff.{d.arm}.operating_profit"].text,
        )
        for d in findings.differences
    ]


def _parts(findings: Findings) -> list[shapes.Part]:
    found = []
    for key in [*(key for key, _, _ in PARTS), "total"]:
        entry = findings.book.values[f"number.part.{key}"]
        assert isinstance(entry.value, int | float)
        found.append(
            shapes.Part(PART_TITLES[key], float(entry.value), entry.text, total=key == "total")
        )
    return found


def _panels(subject: Subject, findings: Findings, colour: Mapping[str, str]) -> list[shapes.Panel]:
    scenario = subject.scenario
    many = minor_units(scenario.currency)
    now = {
        "online_share": scenario.demand.online_share,
        "safety_factor": scenario.stock.safety_factor,
        "scale_factor": scenario.origin.scale_factor,
    }
    found = []
    titles = dict(AXIS_TITLES)
    if scenario.origin.panel:
        titles["scale_factor"] = ("Panel multiplied by", "times")
    for axis, (title, unit) in titles.items():
        points = findings.strip.get(axis, ())
        if not points:
            continue
        lines = []
        for arm in scenario.candidates:
            known = [d for point in points if (d := point.of(arm)) is not None]
            if len(known) != len(points):
                continue
            lines.append(
                shapes.Line(
                    title=subject.title(arm),
                    colour=colour[arm],
                    mean=tuple(d.mean / many for d in known),
                    low=tuple(d.low / many for d in known),
                    high=tuple(d.high / many for d in known),
                    main=findings.decision.best is not None and arm == findings.decision.best.arm,
                )
            )
        found.append(
            shapes.Panel(title, unit, tuple(p.value for p in points), now[axis], tuple(lines))
        )
    return found


def _causes(subject: Subject, findings: Findings, colour: Mapping[str, str]) -> list[shapes.Cause]:
    names = (subject.scenario.today, *subject.scenario.candidates)

    def of(cause: str) -> Sequence[Any]:
        return [findings.book.values[f"cause.{name}.{cause}"] for name in names]

    return [
        shapes.Cause(
            title=CAUSE_TITLES[cause],
            setups=tuple(subject.title(name) for name in names),
            colours=tuple(colour[name] for name in names),
            counts=tuple(float(entry.value) for entry in of(cause)),
            texts=tuple(entry.text for entry in of(cause)),
        )
        for cause in CAUSES
    ]


def _fan(subject: Subject) -> shapes.Fan | None:
    cash = subject.results.cash
    if not cash.size:
        return None
    quantiles = np.quantile(cash, QUANTILES, axis=0) / minor_units(subject.scenario.currency)
    q05, q25, q50, q75, q95 = (tuple(row) for row in quantiles.tolist())
    weeks = tuple(change.week for change in subject.scenario.changes)
    return shapes.Fan(q05, q25, q50, q75, q95, weeks)


def _fitted(subject: Subject) -> list[shapes.Fitted]:
    """Stores whose fit table covers the whole week with intervals."""
    fit = subject.scenario.fit
    found = []
    for store in subject.scenario.stores if fit else ():
        rows = {row.weekday: row for row in (fit.table if fit else ()) if row.store == store.name}
        week = [rows[day] for day in sorted(rows)]
        if len(week) != len(curves.DAYS) or any(r.low is None or r.high is None for r in week):
            continue
        found.append(
            shapes.Fitted(
                store=store.name,
                observed=tuple(row.observed for row in week),
                predicted=tuple(row.predicted for row in week),
                low=tuple(row.low or 0.0 for row in week),
                high=tuple(row.high or 0.0 for row in week),
            )
        )
    return found
