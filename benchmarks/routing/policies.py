"""The policies that the lab compares: chains of rules in the kernel, and an optimiser outside it.

A `Play` is what a policy made of a case: a plan an order, and the stock that it met.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.routing.cases import Case, Integers, Order
from benchmarks.routing.optimum import best
from benchmarks.routing.plans import Served
from benchmarks.routing.shop import Shop
from core.schema import Route


@dataclass(frozen=True)
class Play:
    """What a policy did, order by order."""

    plans: list[Served]
    stock: list[Integers]  # what was available just before each order


@dataclass(frozen=True)
class Chain:
    """Every order is routed by the kernel at once."""

    name: str
    rules: tuple[Route, ...]  # none: the engine's own chain
    floors: bool = True  # whether stores state how many units they like to keep

    @property
    def says(self) -> str:
        """The rules in words."""
        words = ", then ".join(rule.name.lower().replace("_", " ") for rule in self.rules)
        return words or "the engine's own chain"

    def play(self, case: Case, told: Case | None = None) -> Play:
        """Route the orders of *case*; *told*: what the engine knows about it, if it is wrong."""
        shop = Shop(told or case, self.rules, floors=self.floors)
        played = Play([], [])
        for order in case.orders:
            played.stock.append(shop.stock)
            played.plans.append(shop.route(order))
        return played


@dataclass(frozen=True)
class Batch:
    """Orders wait until there are so many; then they are placed by name, as the MILP says.

    The engine refuses what has been sold in the meantime; such orders are planned again.
    """

    name: str
    window: int  # orders

    @property
    def says(self) -> str:
        """How it works, in words."""
        return f"holds {self.window} orders, solves, places at named locations"

    def play(self, case: Case) -> Play:
        """Serve the orders of *case*, window by window."""
        shop = Shop(case)
        played = Play([], [])
        for first in range(0, len(case.orders), self.window):
            serve_window(shop, case, case.orders[first : first + self.window], played)
        return played


def serve_window(
    shop: Shop,
    case: Case,
    orders: Sequence[Order],
    played: Play,
    meanwhile: Callable[[], None] = lambda: None,
) -> None:
    """Plan *orders* together and place them one by one; plan again what is refused.

    Args:
        shop: where they are placed.
        case: what lanes cost.
        orders: of one window.
        played: gets a plan an order, in their order.
        meanwhile: what happens in the shop between the first plan and its orders.
    """
    served: dict[int, Served] = {}
    met: dict[int, Integers] = {}
    waiting = list(range(len(orders)))
    while waiting:
        plans = best(case, [orders[i] for i in waiting], shop.stock, may_refuse=True)
        assert plans is not None, "refusing everything is always a plan"
        meanwhile()
        meanwhile = _nothing
        for i, plan in zip(waiting, plans, strict=True):
            met[i] = shop.stock
            served[i] = shop.place(plan)
        waiting = [i for i, plan in zip(waiting, plans, strict=True) if plan and served[i] is None]
    played.plans.extend(served[i] for i in range(len(orders)))
    played.stock.extend(met[i] for i in range(len(orders)))


def _nothing() -> None:
    """Nothing happens."""


Policy = Chain | Batch

CHAINS = (
    Chain("nearest", (Route.NEAREST,)),
    Chain("fewest splits", (Route.FEWEST_SPLITS, Route.NEAREST)),
    Chain("lowest cost", (Route.LOWEST_COST,)),
    Chain("fewest splits, cheapest", (Route.FEWEST_SPLITS, Route.LOWEST_COST)),
    Chain("balance", (Route.BALANCE,)),
    Chain("first expired, floors", (Route.STORE_FLOOR, Route.FIRST_EXPIRED, Route.NEAREST)),
    Chain("default", (), floors=False),
    Chain("default, with floors", ()),
)
BATCHES = (Batch("batch of 3", 3), Batch("batch of 6", 6))
LARGE_BATCH = Batch("batch of 10", 10)
POLICIES: tuple[Policy, ...] = (*CHAINS, *BATCHES)
