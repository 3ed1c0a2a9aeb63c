"""What a reader has to know of a fit beyond its table, in the words of the scenario's notes."""

from sim.calibration import staffing
from sim.calibration.fit import Fitted
from sim.calibration.forecast import Check


def notes(fitted: Fitted, factor: float) -> dict[str, str]:
    """Notes by topic.

    Args:
        fitted: what the lines say.
        factor: by what visits and households were multiplied.
    """
    window = fitted.window
    first, last = window.start.date(), window.end.date()
    found = {
        "data": (
            f"{fitted.baskets:,} baskets of {window.weeks_fitted} weeks from {first}; the weeks "
            f"after them, to before {last}, are held out. All stores trade in all of these weeks. "
            f"Visits and households are multiplied by {factor:g}."
        ),
        "validation": _validation(fitted.check),
        "prices": (
            "Mean amount of a line in minor units: "
            f"{fitted.amount_observed:.0f} observed, {fitted.amount_modelled:.0f} by the catalogue "
            "with one median price a sku and quantities that do not depend on the price."
        ),
        "staffing": staffing.RULE,
    }
    back = fitted.returning
    if back is not None:
        found["returns_to_store"] = (
            f"Days between two visits of a household to a store: median {back.median:.1f}, mean "
            f"{back.mean:.1f}, eight in ten from {back.p10:.1f} to {back.p90:.1f}."
        )
    return found


def _validation(check: Check) -> str:
    return (
        f"Held-out store-days inside their 80 % interval: {check.coverage:.1%} with counts on an "
        f"edge counted in part, {check.coverage_whole:.1%} with edges whole. Predicted over "
        f"observed baskets: {check.bias:+.1%}. Mean absolute error of a store-day: "
        f"{check.error:.2f} baskets, against {check.error_seasonal_naive:.2f} by the last week "
        f"fitted and {check.error_moving_average:.2f} by the mean of the last four weeks."
    )
