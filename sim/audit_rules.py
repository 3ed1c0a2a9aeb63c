"""What must hold between the numbers of a day, whatever the setup: the rules of the auditor."""

from core.schema import Kind
from sim.recorder import Metric

Metrics = tuple[Metric, ...]
Rule = tuple[str, Metrics, Metrics]

# What one day tells twice.
EQUAL: tuple[Rule, ...] = (
    (
        "units wanted on the web are ordered or lost",
        (Metric.UNITS_WANTED_WEB,),
        (Metric.UNITS_PLACED_WEB, Metric.UNITS_LOST_WEB),
    ),
    (
        "each line that was not found has one cause",
        (Metric.LINES_OVERSOLD,),
        (Metric.LINES_OVERSOLD_VIEW, Metric.LINES_OVERSOLD_RECORD, Metric.LINES_OVERSOLD_RACE),
    ),
)
# Of what there can only be as much as of something else, each day.
PART_OF: tuple[Rule, ...] = (
    (
        "customers on the web and those who stay away are visits",
        (Metric.WEB_ORDERS_WANTED, Metric.VISITS_STAYED_AWAY),
        (Metric.VISITS,),
    ),
    ("orders placed were wanted", (Metric.WEB_ORDERS_PLACED,), (Metric.WEB_ORDERS_WANTED,)),
    ("an order placed has units", (Metric.WEB_ORDERS_PLACED,), (Metric.UNITS_PLACED_WEB,)),
    ("units of a false zero are lost", (Metric.UNITS_FALSE_ZERO,), (Metric.UNITS_LOST_WEB,)),
    ("money of a false zero is lost", (Metric.FALSE_ZERO_MINOR,), (Metric.LOST_WEB_MINOR,)),
    ("cancelled orders are oversold", (Metric.ORDERS_CANCELLED,), (Metric.ORDERS_OVERSOLD,)),
    ("an oversold order has lines", (Metric.ORDERS_OVERSOLD,), (Metric.LINES_OVERSOLD,)),
    ("an oversold line has units", (Metric.LINES_OVERSOLD,), (Metric.UNITS_OVERSOLD,)),
    (
        "oversold orders were picked or cancelled",
        (Metric.ORDERS_OVERSOLD,),
        (Metric.ORDERS_PICKED, Metric.ORDERS_CANCELLED),
    ),
    ("late orders were picked", (Metric.ORDERS_LATE,), (Metric.ORDERS_PICKED,)),
    ("a picked order has units", (Metric.ORDERS_PICKED,), (Metric.UNITS_PICKED_WEB,)),
    ("a basket has units", (Metric.BASKETS,), (Metric.UNITS_SOLD_STORE,)),
    ("overcharged units were mispriced", (Metric.UNITS_OVERCHARGED,), (Metric.UNITS_MISPRICED,)),
    ("mispriced units were sold", (Metric.UNITS_MISPRICED,), (Metric.UNITS_SOLD_STORE,)),
    ("lost messages were sent", (Metric.MESSAGES_LOST,), (Metric.MESSAGES_SENT,)),
    ("wrong records are levels", (Metric.RECORDS_WRONG,), (Metric.LEVELS,)),
    ("empty levels are levels", (Metric.LEVELS_EMPTY,), (Metric.LEVELS,)),
    (
        "a level that is not empty holds units",
        (Metric.LEVELS,),
        (Metric.LEVELS_EMPTY, Metric.SHELF_UNITS),
    ),
)
# The same, from the first day on: what comes later cannot be ahead.
AFTER: tuple[Rule, ...] = (
    ("baskets paid were served", (Metric.BASKETS,), (Metric.TILL_SERVED,)),
    (
        "orders done were placed",
        (Metric.ORDERS_PICKED, Metric.ORDERS_CANCELLED),
        (Metric.WEB_ORDERS_PLACED,),
    ),
    (
        "units done were ordered",
        (Metric.UNITS_PICKED_WEB, Metric.UNITS_OVERSOLD),
        (Metric.UNITS_PLACED_WEB,),
    ),
    (
        "units sold or lost in the store were wanted",
        (Metric.UNITS_SOLD_STORE, Metric.UNITS_LOST_STORE),
        (Metric.UNITS_WANTED_STORE,),
    ),
)
# Units and money of a day, and the kind of the selling system's events that says the same.
DONE: tuple[tuple[str, Metric, Metric, Kind], ...] = (
    ("picked", Metric.UNITS_PICKED_WEB, Metric.REVENUE_WEB_MINOR, Kind.FULFILLED),
    ("not found", Metric.UNITS_OVERSOLD, Metric.OVERSOLD_MINOR, Kind.CANCELLED),
)
ON_HAND = {Kind.RECEIVED: 1, Kind.ADJUSTED: 1, Kind.COUNTED: 1, Kind.SOLD: -1, Kind.FULFILLED: -1}
COMMITTED = {Kind.PLACED: 1, Kind.FULFILLED: -1, Kind.CANCELLED: -1}
