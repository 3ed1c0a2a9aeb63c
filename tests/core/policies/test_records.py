"""What the policies hand out stays what it was, and means the same tomorrow."""

import dataclasses
import inspect

import pytest

from core.policies import baskets, receipt
from core.policies.prices.book import QUOTE
from core.policies.prices.rows import (
    ANY_CHANNEL,
    ANY_LOCATION,
    NEVER_US,
    NO_PRICE,
    PRICE,
    PriceKind,
)
from core.policies.promotions import choosing, discounts, gifts, offers
from core.policies.promotions.choosing import Reason
from core.policies.promotions.offers import Choice, Level, Per
from core.policies.rounding import Rounding
from core.policies.tax import lines, table
from core.policies.tax.lines import Round
from core.policies.tax.table import TAX_RATE

MODULES = (baskets, choosing, discounts, gifts, lines, offers, receipt, table)
RECORDS = sorted(
    {
        thing
        for module in MODULES
        for _, thing in inspect.getmembers(module, dataclasses.is_dataclass)
        if isinstance(thing, type)
    },
    key=lambda record: record.__name__,
)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_a_record_is_not_altered(record: type) -> None:
    """Offers, baskets and receipts are not altered once made, nor given fields by mistake."""
    assert "__slots__" in vars(record)
    if record.__name__ != "_Dealt":
        assert vars(record)["__dataclass_params__"].frozen


def test_numbers_that_are_written_down() -> None:
    """The numbers of reasons and kinds stay: receipts and price files are older than a release."""
    assert [reason.name for reason in Reason] == [
        "NOT_STARTED",
        "ENDED",
        "CHANNEL",
        "LOCATION",
        "CODE_NOT_SHOWN",
        "CODE_USED_UP",
        "PARTY_UNKNOWN",
        "CODE_USED_BY_PARTY",
        "BASKET_TOO_SMALL",
        "NO_GOODS",
        "QUANTITY_TOO_SMALL",
        "NOTHING_OFF",
        "OTHER_CHOSEN",
    ]
    assert [int(reason) for reason in Reason] == list(range(1, 14))
    for kinds, names in (
        (PriceKind, ["REGULAR", "SALE"]),
        (Level, ["ITEM", "ORDER"]),
        (Choice, ["BEST", "FIRST"]),
        (Per, ["LINE", "BASKET"]),
        (Rounding, ["HALF_UP", "HALF_EVEN"]),
        (Round, ["LINE", "INVOICE"]),
    ):
        assert {kind.name: int(kind) for kind in kinds} == {
            name: number for number, name in enumerate(names)
        }
    assert (ANY_LOCATION, ANY_CHANNEL, NO_PRICE, NEVER_US) == (-1, 255, -1, 2**63 - 1)


@pytest.mark.parametrize(("record", "size"), [(PRICE, 32), (QUOTE, 24), (TAX_RATE, 32)])
def test_layouts(record: object, size: int) -> None:
    """Records lie in memory as they are declared, without gaps."""
    assert record.itemsize == size  # type: ignore[attr-defined]  # a dtype
    fields = record.fields.values()  # type: ignore[attr-defined]
    assert sum(kind.itemsize for kind, _ in fields) == size
