"""Prices, promotions and popularity of the catalogue."""

import pandas as pd
import pytest

from sim.calibration import assortment, baskets
from tests.sim.calibration_shop import line


def catalogue(rows: list[dict[str, object]]) -> pd.DataFrame:
    """The catalogue of lines by hand, by sku."""
    lines = pd.DataFrame(rows)
    names = lines[["sku", "name", "category"]].drop_duplicates("sku").set_index("sku")
    return assortment.catalogue(baskets.order_lines(lines), names).set_index("sku")


def test_price_is_the_median_regular_price_of_a_unit() -> None:
    """Discounts are added back, quantities divided out; a gift says nothing about the price."""
    rows = [
        line(1, "A", 2, amount_minor=500, discount_minor=100),  # 300 a unit
        line(2, "A", 1, amount_minor=310),
        line(3, "A", 1, amount_minor=900),
        line(4, "A", 1, amount_minor=0, discount_minor=0),
    ]
    assert catalogue(rows).loc["A", "price_minor"] == 310


def test_promotion_share_and_depth_lean_on_others_where_lines_are_few() -> None:
    """Sold five hundred times, a sku keeps its own share; sold five times, it is like its kind."""
    cut = {"amount_minor": 75, "discount_minor": 25}
    rows = [line(i, "A", **(cut if i % 2 else {})) for i in range(500)]
    rows += [line(1_000 + i, "B", **(cut if i % 2 else {})) for i in range(500)]
    for few in range(20):  # twenty skus with five lines each, one in five promoted
        rows += [line(10_000 + 5 * few + i, f"F{few}", **({} if i else cut)) for i in range(5)]
    rows += [line(20_000 + i, "NEVER") for i in range(5)]
    table = catalogue(rows)
    assert table.loc["A", "promo_share"] == pytest.approx(0.5, abs=0.02)
    assert table.loc["F3", "promo_share"] == pytest.approx(0.2, abs=0.02)
    # Its own 0 of 5 against 20 lines like those of its kind: 0.2 x 20 / 25.
    assert table.loc["NEVER", "promo_share"] == pytest.approx(0.16, abs=0.02)
    assert table["promo_depth"].to_numpy() == pytest.approx([0.25] * len(table))


def test_a_shop_without_promotions_has_none() -> None:
    """No discount anywhere: share and depth are 0, not missing."""
    table = catalogue([line(i, "AB"[i % 2]) for i in range(10)])
    assert table[["promo_share", "promo_depth"]].to_numpy().tolist() == [[0, 0], [0, 0]]


def test_every_sku_can_be_asked_for_in_every_store() -> None:
    """Popularity sums to one a store, follows its own counts, and is nowhere zero."""
    rows = [line(i, "A") for i in range(90)] + [line(100 + i, "B") for i in range(10)]
    rows += [line(200 + i, "B", store="Side") for i in range(50)]
    table = catalogue(rows)
    weights = table[["weight:Main", "weight:Side"]]
    assert weights.sum().to_numpy() == pytest.approx([1, 1], abs=1e-6)
    assert (weights > 0).all().all()
    assert table.loc["A", "weight:Main"] == pytest.approx(0.9, abs=0.02)
    assert table.loc["B", "weight:Side"] == pytest.approx(1.0, abs=0.04)
    assert table.index.tolist() == ["A", "B"]  # the most popular first


def test_the_amount_of_a_line_is_compared() -> None:
    """With one price and no link of price and quantity model and lines agree."""
    rows = [line(i, "AB"[i % 2], 1 + i // 2 % 2) for i in range(400)]
    lines = pd.DataFrame(rows)
    ordered = baskets.order_lines(lines)
    names = lines[["sku", "name", "category"]].drop_duplicates("sku").set_index("sku")
    observed, modelled = assortment.amount_a_line(assortment.catalogue(ordered, names), ordered)
    assert observed == pytest.approx(150)
    assert modelled == pytest.approx(150)
