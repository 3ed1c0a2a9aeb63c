"""The figures of a run: one row a policy, as lines for people and as JSON."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from benchmarks.routing.cases import LOST_MINOR_A_UNIT
from benchmarks.routing.lab import Bounded, Day, Outcome
from benchmarks.routing.rerouting import Moved

HEAD = ("", "mean", "p90", "max", "%", "optimal", "parcels", "refused")
DAY_HEAD = ("", "mean", "p90", "max", "%", "% ample", "% tight", "optimal")
MOVED_HEAD = ("", "mean", "p90", "max", "%", "optimal", "refused")
LARGE_HEAD = ("", "% ample", "% tight", "parcels", "refused")


def figures(found: Outcome) -> dict[str, Any]:
    """Everything that `lines` prints, by policy; amounts in minor units an order."""
    return {
        "seed": found.seed,
        "cases": max((len(days) for days in found.days.values()), default=0),
        "large_cases": max((len(days) for days in found.large.values()), default=0),
        "orders": max((sum(d.orders for d in days) for days in found.days.values()), default=0),
        "lost_minor_a_unit": LOST_MINOR_A_UNIT,
        "each_order": {name: each_order(days) for name, days in found.days.items()},
        "whole_day": {name: whole_day(days) for name, days in found.days.items()},
        "large": {name: large(days) for name, days in found.large.items()},
        "after_a_short_pick": rerouted(found.moved),
        "bound_below_optimum_percent": {
            "ample": _bound_gap([pair for pair in found.bounds if not pair.tight]),
            "tight": _bound_gap([pair for pair in found.bounds if pair.tight]),
        },
        "faults": found.faults,
    }


def each_order(days: Sequence[Day]) -> dict[str, float]:
    """Regret of orders against the cheapest way to serve each from the stock that it met."""
    replies = [reply for day in days for reply in day.replies]
    possible = [reply for reply in replies if reply.possible]
    regret = [reply.regret_minor for reply in possible]
    served = [reply for reply in replies if not reply.refused]
    return {
        **_spread(regret),
        "percent": _percent(sum(regret), sum(reply.best_minor for reply in possible)),
        "optimal": _share(reply.regret_minor == 0 for reply in possible),
        "parcels": sum(reply.parcels for reply in served) / max(1, len(served)),
        "refused": _share(reply.refused for reply in replies),
    }


def whole_day(days: Sequence[Day]) -> dict[str, float]:
    """Regret of cases against one who knew all orders, an order."""
    return {
        **_spread([day.regret_minor for day in days]),
        "percent": _percent_of(days),
        "percent_ample": _percent_of([day for day in days if not day.tight]),
        "percent_tight": _percent_of([day for day in days if day.tight]),
        "optimal": _share(day.cost_minor == day.best_minor for day in days),
    }


def large(days: Sequence[Day]) -> dict[str, float]:
    """Cost of large cases above a bound that no plan can undercut."""
    orders = sum(day.orders for day in days)
    refused = sum(day.refused for day in days)
    return {
        "percent_ample": _percent_of([day for day in days if not day.tight]),
        "percent_tight": _percent_of([day for day in days if day.tight]),
        "parcels": sum(day.parcels for day in days) / max(1, orders - refused),
        "refused": refused / max(1, orders),
    }


def rerouted(moves: Sequence[Moved]) -> dict[str, Any]:
    """Regret of lines that were not found and sent from elsewhere, against the best split."""
    possible = [moved for moved in moves if moved.split_minor is not None]
    return {
        "lines": len(possible),
        "by the rules": _of_moves([(m.engine_minor, m.split_minor) for m in possible]),
        "first that has all": _of_moves([(m.first_minor, m.split_minor) for m in possible]),
        "cheapest that has all": _of_moves([(m.single_minor, m.split_minor) for m in possible]),
    }


def _of_moves(pairs: Sequence[tuple[int | None, int | None]]) -> dict[str, float]:
    done = [(paid, least) for paid, least in pairs if paid is not None and least is not None]
    regret = [paid - least for paid, least in done]
    return {
        **_spread(regret),
        "percent": _percent(sum(regret), sum(least for _, least in done)),
        "optimal": _share(paid == least for paid, least in done),
        "refused": 1 - len(done) / max(1, len(pairs)),
    }


def lines(shown: dict[str, Any]) -> list[str]:
    """The figures as text."""
    lost = shown["lost_minor_a_unit"]
    said = [
        f"{shown['cases']} cases, {shown['orders']} orders, seed {shown['seed']}",
        f"amounts are an order; one that is refused costs {_money(lost)} a unit",
        "",
        "each order that could be served, above the cheapest way from the stock that it met",
        *_table(HEAD, [_order_row(name, row) for name, row in shown["each_order"].items()]),
        "",
        "whole day, above the cheapest plan of one who knew all orders",
        *_table(DAY_HEAD, [_day_row(name, row) for name, row in shown["whole_day"].items()]),
    ]
    again = shown["after_a_short_pick"]
    said += [
        "",
        f"{again['lines']} lines that the picker did not find and other places could send: above",
        "the cheapest way to send them (which may split a line)",
        *_table(MOVED_HEAD, [_moved_row(name, again[name]) for name in list(again)[1:]]),
    ]
    gap = shown["bound_below_optimum_percent"]
    if shown["large"]:
        said += [
            "",
            f"{shown['large_cases']} large cases, above a bound that no plan can undercut",
            f"(on small ones {gap['ample']:.1f} % below the optimum, tight {gap['tight']:.1f} %)",
            *_table(LARGE_HEAD, [_large_row(name, row) for name, row in shown["large"].items()]),
        ]
    said += ["", *(f"WRONG {fault}" for fault in shown["faults"][:20])]
    said.append(
        f"{len(shown['faults'])} faults"
        if shown["faults"]
        else "every plan is feasible, and no regret is below zero"
    )
    return said


def _order_row(name: str, row: dict[str, float]) -> list[str]:
    money = [_money(row[key]) for key in ("mean", "p90", "max")]
    shares = [f"{row['percent']:.1f}", f"{row['optimal']:.0%}"]
    return [name, *money, *shares, f"{row['parcels']:.2f}", f"{row['refused']:.1%}"]


def _day_row(name: str, row: dict[str, float]) -> list[str]:
    money = [_money(row[key]) for key in ("mean", "p90", "max")]
    shares = [f"{row[key]:.1f}" for key in ("percent", "percent_ample", "percent_tight")]
    return [name, *money, *shares, f"{row['optimal']:.0%}"]


def _moved_row(name: str, row: dict[str, float]) -> list[str]:
    money = [_money(row[key]) for key in ("mean", "p90", "max")]
    return [name, *money, f"{row['percent']:.1f}", f"{row['optimal']:.0%}", f"{row['refused']:.1%}"]


def _large_row(name: str, row: dict[str, float]) -> list[str]:
    shares = [f"{row[key]:.1f}" for key in ("percent_ample", "percent_tight")]
    return [name, *shares, f"{row['parcels']:.2f}", f"{row['refused']:.1%}"]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table: the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    return [
        "  ".join(
            [row[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        ).rstrip()
        for row in (head, *rows)
    ]


def _money(minor: float) -> str:
    return f"{minor / 100:.2f}"


def _spread(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {"mean": 0.0, "p90": 0.0, "max": 0.0}
    spread = np.asarray(values, np.float64)
    return {
        "mean": float(spread.mean()),
        "p90": float(np.percentile(spread, 90)),
        "max": float(spread.max()),
    }


def _bound_gap(pairs: Sequence[Bounded]) -> float:
    """How far the relaxation lies below the optimum, where both are known."""
    optimum = sum(pair.best_minor for pair in pairs)
    return _percent(optimum - sum(pair.bound_minor for pair in pairs), optimum)


def _percent_of(days: Sequence[Day]) -> float:
    best = sum(day.best_minor for day in days)
    return _percent(sum(day.cost_minor for day in days) - best, best)


def _percent(part: float, whole: float) -> float:
    return 100.0 * part / whole if whole else 0.0


def _share(of: Iterable[bool]) -> float:
    flags = list(of)
    return sum(flags) / len(flags) if flags else 0.0
