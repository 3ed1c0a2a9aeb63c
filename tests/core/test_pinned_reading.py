"""What may be asked of an engine without a command, and what settings leave in its state."""

from itertools import product

import pytest

from core.engine import Engine
from core.kernels.tables import Extra, Meta, Product
from core.schema import CHANNELS, Channel
from tests.core import tables
from tests.core.compare import run_in_batches

SETTINGS = """
    # operation   sku part location channel argument flags    quantity answer
    set_product     0    _        _ _             70 _               _ ok
    set_product     1    _        _ _             70 _               _ ok
    set_part        2    1        _ _              _ _               2 ok
    receive         0    _        0 _              _ _               7 ok
    receive         1    _        1 _              _ _               9 ok
    set_buffer      0    _        0 app            _ _               3 ok
    set_fence       1    _        1 web            _ _               4 ok
    set_backorder   0    _        1 _              _ arrivals        5 ok
    set_backorder   0    _        0 _              _ _               5 ok
"""


def shop() -> Engine:
    """An engine that was set up."""
    table = tables.parse(SETTINGS)
    engine = Engine(3, 2)
    tables.expect_rows(table, *run_in_batches(engine, table.commands, []))
    return engine


def test_one_level_is_told_as_all_are() -> None:
    """The question about one level has the answer that the whole map has."""
    engine = shop()
    asked = product(range(3), range(2), range(CHANNELS))
    for sku, location, channel in asked:
        units = engine.available_to_sell(channel)[location, sku]
        assert engine.available_at(sku, location, channel) == units
    assert engine.available_at(2, 1, Channel.WEB) == 4
    assert engine.available_at(2, 1, Channel.APP) == 2


@pytest.mark.parametrize("asked", [(3, 0, 0), (-1, 0, 0), (0, 2, 0), (0, -1, 0), (0, 0, CHANNELS)])
def test_no_such_level(asked: tuple[int, int, int]) -> None:
    """A level that does not exist is refused, not read."""
    with pytest.raises(ValueError, match="there is no sku"):
        shop().available_at(*asked)


def test_variants_of_a_product() -> None:
    """Skus know their product, and a product its skus."""
    engine = shop()
    assert engine.products.tolist() == [70, 70, 0]
    assert engine.variants(70).tolist() == [0, 1]


def test_what_is_so_is_one() -> None:
    """Whatever a setting says that is true or not is kept as 1 or 0: a digest hangs on it."""
    engine = shop()
    sale = "place 2 _ 1 web _ _ 1 ok"
    engine.execute(tables.parse(SETTINGS + sale).commands[-1:])
    t = engine.tables
    assert t.catalogue[:, Product.IN_USE].tolist() == [0, 0, 1]
    assert t.meta[Meta.SPECIAL] == 1
    only = t.extras[t.extra_of, Extra.AGAINST_ARRIVALS].reshape(2, 3)
    assert only.tolist() == [[0, 0, 0], [1, 0, 0]]
