"""The scenario's text: `template.yaml` with what was measured filled in.

Here, and only here, the panel-to-shop factor is applied: baskets and households are multiplied,
shares, prices and spreads are not. The fit table stays at the scale of the lines, so that it can be
recounted in the export.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from scenarios import evidence
from scenarios.frames import Source
from scenarios.text import parse_quantity
from sim.calibration import staffing
from sim.calibration.arrivals import Floats
from sim.calibration.fit import Fitted, StoreFit
from sim.calibration.notes import notes

TEMPLATE = Path(__file__).with_name("template.yaml")
SHARE_DIGITS = 4
SECOND_US = 1_000_000
LABEL_PRICE = "label-price"
MEASURED = (
    "catalogue",
    "stores.*.opens",
    "stores.*.closes",
    "stores.*.visits_by_weekday",
    "stores.*.visits_by_hour",
    "stores.*.day_effect_cv",
    "stores.*.households",
    "stores.*.visit_rate_cv",
    "demand.basket_lines",
    "demand.line_quantity",
    "price.promo_share",
    "price.promo_depth",
)


def compose(
    fitted: Fitted, source: Source, catalogue_file: str, scale_factor: float | None = None
) -> CommentedMap:
    """The scenario of *fitted* as a commented YAML map.

    Args:
        fitted: what the lines say.
        source: where the lines came from.
        catalogue_file: name of the catalogue beside the scenario.
        scale_factor: by what visits and households are multiplied; the source's own when left out.
    """
    document: CommentedMap = _yaml().load(TEMPLATE.read_text(encoding="utf-8"))
    factor = source.scale_factor if scale_factor is None else scale_factor
    factor = int(factor) if factor == int(factor) else factor  # 10 reads better than 10.0
    document["name"], document["title"] = source.name, source.title
    document["currency"] = source.currency
    document["horizon"]["start"] = fitted.window.start.date()
    document["catalogue"]["file"] = catalogue_file
    _fill_origin(document["origin"], source, factor)
    work = _Work(document)
    for store in fitted.stores:
        document["stores"].append(_store(store, fitted, factor, work))
    demand, price = document["demand"], document["price"]
    demand["web_by_hour"]["value"] = _flow(list(demand["web_by_hour"]["value"]))
    demand["basket_lines"] = _flow(rounded_pmf(fitted.basket_lines))
    demand["line_quantity"] = _flow(rounded_pmf(fitted.line_quantity))
    price["promo_share"], price["promo_depth"] = _promotion(fitted)
    labels = len(fitted.catalogue) * len(fitted.stores)
    document["changes"][-1]["once"] = _labels(labels, source.currency)
    _fill_fit(document["fit"], fitted)
    document["notes"] = CommentedMap(notes(fitted, source, factor))
    return document


def text(document: CommentedMap) -> str:
    """The YAML text of *document*, comments and order kept."""
    stream = io.StringIO()
    _yaml().dump(document, stream)
    # Where the writer breaks a sentence it leaves the space before the break.
    return "".join(f"{line.rstrip()}\n" for line in stream.getvalue().splitlines())


def rounded_pmf(shares: Floats) -> list[float]:
    """Shares in ten-thousandths that still sum to 1: what rounding took goes to the largest rests.

    Shares at the end that round to nothing are left out.
    """
    unit = 10**SHARE_DIGITS
    exact = shares * unit
    floors = np.floor(exact).astype(np.int64)
    rests = np.argsort(-(exact - floors), kind="stable")[: unit - int(floors.sum())]
    floors[rests] += 1
    last = int(np.flatnonzero(floors)[-1])
    return [int(count) / unit for count in floors[: last + 1]]


def _yaml() -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.preserve_quotes = True
    return yaml


def _flow(values: Sequence[Any]) -> CommentedSeq:
    found = CommentedSeq(values)
    found.fa.set_flow_style()
    return found


def _central(name: str) -> float:
    """The central value of an evidence entry, in base units of its dimension."""
    entry = evidence.entry(name)
    return parse_quantity(entry.central, entry.dimension)


def _fill_origin(origin: CommentedMap, source: Source, factor: float) -> None:
    origin["describe"] = source.describe.format(factor=f"{factor:g}")
    origin["panel"] = source.panel
    if not source.scale_evidence:
        origin["scale_factor"] = factor
        return
    origin["scale_factor"] = _reference(source.scale_evidence, factor)


def _reference(name: str, value: float | str) -> CommentedMap:
    """A value of our own that rests on the evidence entry *name*."""
    reference = CommentedMap(ref=f"{evidence.PREFIX}{name}", value=value)
    reference.fa.set_flow_style()
    return reference


def _labels(count: int, currency: str) -> CommentedMap:
    """What electronic labels cost once; their price is that of the entry, in any currency."""
    price = evidence.entry(LABEL_PRICE)
    minor = count * _central(LABEL_PRICE)
    one = parse_quantity(f"1 {price.unit}", price.dimension)
    return _reference(LABEL_PRICE, f"{minor / one:g} {currency}")


class _Work:
    """Times at till and picking and the online share, as the template's evidence has them."""

    def __init__(self, document: CommentedMap) -> None:
        def central(*path: str) -> float:
            value = document
            for key in path:
                value = value[key]
            return _central(str(value["ref"]).removeprefix(evidence.PREFIX))

        self.online_share = central("demand", "online_share")
        self.till = (central("till", "base"), central("till", "per_unit"))
        self.picking = (central("picking", "base"), central("picking", "per_unit"))


def _store(store: StoreFit, fitted: Fitted, factor: float, work: _Work) -> CommentedMap:
    visits = store.visits_by_weekday * factor
    units = mean_of(fitted.basket_lines) * mean_of(fitted.line_quantity)
    at_till, at_pick = (
        (base + per_unit * units) / SECOND_US for base, per_unit in (work.till, work.picking)
    )
    web = float(visits.max()) * work.online_share
    in_store = visits * (1 - work.online_share)
    return CommentedMap(
        {
            "name": store.name,
            "opens": f"{store.opens:02}:00",
            "closes": f"{store.closes:02}:00",
            "tills": staffing.tills(in_store, store.visits_by_hour, at_till),
            "pickers": staffing.pickers(web, store.closes - store.opens, at_pick),
            "visits_by_weekday": _flow([round(float(v), 1) for v in visits]),
            "visits_by_hour": _flow([round(float(v), SHARE_DIGITS) for v in store.visits_by_hour]),
            "day_effect_cv": round(store.day_effect_cv, 3),
            "households": max(1, round(store.households * factor)),
            "visit_rate_cv": round(store.visit_rate_cv, 3),
        }
    )


def mean_of(shares: Floats) -> float:
    """The mean of 1, 2, ... with these shares."""
    return float(shares @ np.arange(1, len(shares) + 1))


def _promotion(fitted: Fitted) -> tuple[float, float]:
    """Promotion share and depth of the average line: by popularity over stores and skus."""
    table = fitted.catalogue
    weight = table.filter(like="weight:").mean(axis=1)
    weight = weight / weight.sum()
    share = float((weight * table["promo_share"]).sum())
    cut = float((weight * table["promo_share"] * table["promo_depth"]).sum())
    return round(share, SHARE_DIGITS), round(cut / share if share else 0.0, SHARE_DIGITS)


def _fill_fit(fit: CommentedMap, fitted: Fitted) -> None:
    fit["weeks_fitted"] = fitted.window.weeks_fitted
    fit["weeks_held_out"] = fitted.window.weeks_held_out
    fit["coverage_80"] = round(fitted.check.coverage, SHARE_DIGITS)
    fit["coverage_whole"] = round(fitted.check.coverage_whole, SHARE_DIGITS)
    fit["measured"] = list(MEASURED)
    for row in fitted.check.rows:
        entry = CommentedMap(row)
        entry.fa.set_flow_style()
        fit["table"].append(entry)
