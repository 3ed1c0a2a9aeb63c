"""One small case to be drawn: a warehouse, three stores, three customers, two articles.

The north store is 24 cents cheaper for the second order's two shirts than the east store is. But
it is the only place that could send the third order in one parcel. No rule that looks at one order
at a time can know that.
"""

import numpy as np

from benchmarks.routing.cases import Case, Order, lanes

PLACES = ("warehouse", "north store", "east store", "south store")
CUSTOMERS = ("first order", "second order", "third order")
ARTICLES = ("shirt", "cap")
SHIRT, CAP = 0, 1


def worked_case() -> Case:
    """The shop on the morning that is drawn."""
    places = np.array([[8.0, 88.0], [46.0, 78.0], [82.0, 56.0], [44.0, 18.0]])
    customers = np.array([[56.0, 50.0], [28.0, 32.0], [88.0, 34.0]])
    return Case(
        name="worked",
        tight=True,
        places=places,
        customers=customers,
        **lanes(places, customers),
        stock=np.array([[1, 1], [2, 1], [2, 0], [1, 2]]),
        floors=np.zeros((4, 2), np.int64),
        ends_us=np.zeros((4, 2), np.int64),
        orders=(
            Order(zone=0, lines=((SHIRT, 1), (CAP, 1))),
            Order(zone=1, lines=((SHIRT, 2),)),
            Order(zone=2, lines=((SHIRT, 2), (CAP, 1))),
        ),
    )
