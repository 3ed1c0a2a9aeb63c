"""What a reader has to know of a fit beyond its table, in the words of the scenario's notes."""

from scenarios.frames import Source
from sim.calibration import staffing
from sim.calibration.fit import Fitted
from sim.calibration.forecast import Check

PURPOSE = (
    "To compare four ways of linking tills and web shop, and a roadmap between them, by what they "
    "earn and cost a year."
)
SHARING = (
    "The model is open source (MIT); scenario, catalogue, seed and versions give the same run."
)


def notes(fitted: Fitted, source: Source, factor: float) -> dict[str, str]:
    """Notes by topic; the topics of the STRESS-DES sheet go by the sheet's names.

    Args:
        fitted: what the lines say.
        source: where the lines came from, with notes of its own.
        factor: by what visits and households were multiplied.
    """
    found = {"purpose": PURPOSE} | dict(source.notes)
    for topic, text in (("sources", _weeks(fitted, factor)), ("inputs", _inputs(fitted))):
        found[topic] = f"{found[topic]} {text}" if topic in found else text
    return found | {"validation": _validation(fitted.check), "sharing": SHARING}


def _weeks(fitted: Fitted, factor: float) -> str:
    window = fitted.window
    return (
        f"Fitted to {fitted.baskets:,} baskets of {window.weeks_fitted} weeks from "
        f"{window.start.date()}; the {window.weeks_held_out} weeks after them are held out. All "
        f"stores trade in all of these weeks. Visits and households are multiplied by {factor:g}."
    )


def _inputs(fitted: Fitted) -> str:
    text = (
        f"{staffing.RULE} Mean amount of a line in minor units: {fitted.amount_observed:.0f} "
        f"observed, {fitted.amount_modelled:.0f} by the catalogue with one median price a sku and "
        "quantities that do not depend on the price."
    )
    back = fitted.returning
    if back is None:
        return text
    return (
        f"{text} Described, not simulated: days between two visits of a household to a store, "
        f"median {back.median:.1f}, mean "
        f"{back.mean:.1f}, eight in ten from {back.p10:.1f} to {back.p90:.1f}."
    )


def _validation(check: Check) -> str:
    return (
        f"Held-out store-days inside their 80 % interval: {check.coverage:.1%} with counts on an "
        f"edge counted in part, {check.coverage_whole:.1%} with edges whole. Predicted over "
        f"observed baskets: {check.bias:+.1%}. Mean absolute error of a store-day: "
        f"{check.error:.2f} baskets, against {check.error_seasonal_naive:.2f} by the last week "
        f"fitted and {check.error_moving_average:.2f} by the mean of the last four weeks."
    )
