"""Lines apart.

Every line of an order is checked on its own against the same stock. Two lines that share a sku, or
two kits that share a part, each find enough and together take more than there is. Medusa checks
the entries of one reservation so (medusa#16502); Spree subtracts the order's own earlier lines,
which is what is missing here.
"""

from benchmarks.oversell.shop import Client, Shop
from benchmarks.oversell.sound import NO_CHECKOUT, RULES
from benchmarks.oversell.sound.levels import lock_all
from benchmarks.oversell.sound.orders import allocate, levels_of, pick, wanted
from benchmarks.oversell.steps import Steps
from storetwin_contract.protocol import Reply, Request, Verb


def open_shop() -> Shop:
    """Open it."""
    return Shop(RULES.but({Verb.PLACE: place}), NO_CHECKOUT)


def place(client: Client, request: Request) -> Steps[Reply]:
    """Lock all levels, then look for each line whether there is enough."""
    wants = wanted(client, request.lines)
    rows = yield from lock_all(client, levels_of(wants))
    picks = []
    for want in wants:
        picks += pick({at: row["available"] for at, row in rows.items()}, [want])
    # A line may take from a level twice; what it took is one pick.
    units: dict[tuple[int, str, str], int] = {}
    for number, sku, location, quantity in picks:
        units[number, sku, location] = units.get((number, sku, location), 0) + quantity
    return (yield from allocate(client, request, [(*at, n) for at, n in units.items()]))
