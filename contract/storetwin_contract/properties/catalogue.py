"""The table of all properties: what each needs, and the machine that puts it to an inventory."""

from collections.abc import Iterable
from dataclasses import dataclass

from storetwin_contract.properties import books, keys, kits, messages, offers, privacy, promises
from storetwin_contract.properties.shop import Shop
from storetwin_contract.protocol import Capability


@dataclass(frozen=True)
class Property:
    """One property.

    Attributes:
        id: "P1.race"; "P1" names the family.
        title: what must hold, in a sentence.
        machine: the state machine that tries to break it.
        needs: without these it is not applicable.
        uses: with these it tries more.
    """

    id: str
    title: str
    machine: type[Shop]
    needs: frozenset[Capability] = frozenset()
    uses: frozenset[Capability] = frozenset()

    @property
    def family(self) -> str:
        """P1 to P11."""
        return self.id.split(".")[0]


# Capabilities that properties need or use together.
_LIFE = frozenset(
    {Capability.CANCEL, Capability.FULFIL, Capability.RETURN, Capability.WHOLE_ORDERS}
)
_CARTS = frozenset({Capability.RESERVE, Capability.EXPIRY, Capability.CLOCK})
_BREADTH = frozenset({Capability.LOCATIONS, Capability.MANY_LINES})
_MESSAGES = frozenset({Capability.MESSAGES})
_COUNTERS = frozenset({Capability.COUNTERS})

PROPERTIES: tuple[Property, ...] = (
    Property(
        "P1.alone",
        "what is promised is there, and what is there is promised to whoever asks",
        promises.OneAfterAnother,
        uses=_LIFE | _CARTS | _COUNTERS | _BREADTH,
    ),
    Property(
        "P1.race",
        "clients at once get what clients one after another could get",
        promises.AtOnce,
        needs=frozenset({Capability.RACE}),
        uses=_COUNTERS | _BREADTH | {Capability.RESERVE, Capability.CANCEL, Capability.FULFIL},
    ),
    Property(
        "P1.lines",
        "an order is kept whole or not at all, also where lines share a sku",
        promises.Together,
        needs=frozenset({Capability.MANY_LINES}),
        uses=_LIFE | _COUNTERS | {Capability.LOCATIONS},
    ),
    Property(
        "P1.routing",
        "an order from anywhere finds all stock, splits where it must, and takes none twice",
        promises.FromAnywhere,
        needs=frozenset({Capability.LOCATIONS, Capability.ANY_LOCATION}),
        uses=_LIFE | _COUNTERS | {Capability.RESERVE, Capability.MANY_LINES},
    ),
    Property(
        "P1.backorder",
        "orders exceed the stock by what is allowed and by no more",
        promises.BeyondStock,
        needs=frozenset({Capability.BACKORDER}),
        uses=_LIFE | _CARTS | _COUNTERS | {Capability.MANY_LINES},
    ),
    Property(
        "P2",
        "the ledger added up is the counters, and no line of it changes",
        books.Replayed,
        needs=_COUNTERS | {Capability.LEDGER},
        uses=_LIFE | _CARTS | _BREADTH | {Capability.RACE},
    ),
    Property(
        "P3.messages",
        "a message that comes twice or out of turn has its one effect",
        messages.Doubled,
        needs=_MESSAGES,
        uses=_COUNTERS,
    ),
    Property(
        "P3.mixed",
        "the same where one sender mixes deltas and absolute quantities",
        messages.Mixed,
        needs=_MESSAGES,
        uses=_COUNTERS,
    ),
    Property(
        "P3.keys",
        "a request that is sent again has the reply it had, and no effect",
        keys.Repeated,
        needs=frozenset({Capability.IDEMPOTENT}),
        uses=_LIFE | _CARTS | _COUNTERS | {Capability.RACE, Capability.LEDGER, Capability.ORDERS},
    ),
    Property(
        "P4",
        "what lost messages left wrong is right after one reconciliation",
        messages.Repaired,
        needs=_MESSAGES | {Capability.RECONCILE},
        uses=_COUNTERS,
    ),
    Property(
        "P5",
        "what began here and comes back as an echo is not applied",
        messages.Echoed,
        needs=_MESSAGES,
        uses=_COUNTERS | {Capability.OUTBOX},
    ),
    Property(
        "P6",
        "every reservation ends once, in time and whole",
        books.Ended,
        needs=_CARTS,
        uses=_LIFE | _COUNTERS | {Capability.CHECKOUT},
    ),
    Property(
        "P7",
        "the quantities of an order line add up to what was ordered",
        books.Identified,
        needs=frozenset({Capability.ORDERS}),
        uses=_LIFE | {Capability.BACKORDER, Capability.MANY_LINES},
    ),
    Property(
        "P8",
        "refunds never exceed what was paid, and make it up when all came back",
        books.Refunded,
        needs=frozenset({Capability.MONEY, Capability.RETURN, Capability.FULFIL}),
        uses=frozenset({Capability.MANY_LINES, Capability.ORDERS, Capability.WHOLE_ORDERS}),
    ),
    Property(
        "P9",
        "a kit can be sold as often as its parts allow, and selling either takes from both",
        kits.Composed,
        needs=frozenset({Capability.KITS}),
        uses=_LIFE | _CARTS | _COUNTERS | _BREADTH,
    ),
    Property(
        "P10.shown",
        "what is shown can be bought, and not a unit more",
        offers.Enforced,
        uses=_LIFE | _CARTS | _BREADTH | {Capability.ANY_LOCATION},
    ),
    Property(
        "P10.sent",
        "other systems are not told of units that are promised",
        offers.Told,
        needs=frozenset({Capability.OUTBOX}),
        uses=_LIFE | _CARTS | _BREADTH,
    ),
    Property(
        "P11",
        "erasing a customer leaves the books, and nothing that tells of them",
        privacy.Forgotten,
        needs=frozenset({Capability.ERASURE}),
        uses=_LIFE | _CARTS | _COUNTERS | {Capability.LEDGER, Capability.ORDERS},
    ),
)


def named(names: Iterable[str] | None) -> list[Property]:
    """The properties that are named, each by itself or by its family; all for None.

    Raises:
        ValueError: a name is no property.
    """
    if names is None:
        return list(PROPERTIES)
    wanted = set(names)
    unknown = wanted - {property_.id for property_ in PROPERTIES}
    unknown -= {property_.family for property_ in PROPERTIES}
    if unknown:
        known = ", ".join(property_.id for property_ in PROPERTIES)
        raise ValueError(f"no property is called {', '.join(sorted(unknown))}; there are {known}")
    return [property_ for property_ in PROPERTIES if wanted & {property_.id, property_.family}]
