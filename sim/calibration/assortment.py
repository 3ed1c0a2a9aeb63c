"""What the shop sells: price, promotion and popularity of each sku.

Sparse skus borrow from the whole. Popularity of a store is its own counts plus `PRIOR_LINES` lines
a sku spread like the counts of all stores, so that every sku of the catalogue can be asked for
everywhere. Promotion share and depth of a sku are its own lines plus `PRIOR_PROMOTION` lines like
those of others: the share of skus sold about as often (best sellers are promoted more), the depth
of all.
"""

import numpy as np
import pandas as pd

PRIOR_LINES = 1.0
PRIOR_PROMOTION = 20.0
SHARE_DIGITS = 4
WEIGHT = "weight:"


def catalogue(ordered: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    """The catalogue as `scenarios.catalogue` reads it, most popular sku first.

    Args:
        ordered: one row a basket and sku (`baskets.order_lines`) of the fitted weeks.
        names: name and category by sku.

    Returns:
        Columns sku, name, category, price_minor, promo_share, promo_depth and weight:<store>.
    """
    counts = pd.crosstab(ordered["sku"], ordered["store"])
    total = counts.sum(axis=1)
    order = np.lexsort((counts.index.astype(str).to_numpy(), -total.to_numpy()))
    table = _prices(ordered).reindex(counts.index)
    for store, weight in weights(counts).items():
        table[f"{WEIGHT}{store}"] = weight.round(8)
    table = names.reindex(counts.index).join(table).iloc[order]
    table.index.name = "sku"
    return table.reset_index()


def weights(counts: pd.DataFrame) -> pd.DataFrame:
    """Smoothed popularity of each sku: columns sum to 1, no value is 0.

    Args:
        counts: (skus, stores) baskets that hold the sku.
    """
    total = counts.sum(axis=1)
    prior = PRIOR_LINES * len(counts) * total / total.sum()
    smoothed = counts.add(prior, axis=0)
    return smoothed / smoothed.sum(axis=0)


def _prices(ordered: pd.DataFrame) -> pd.DataFrame:
    """Regular price and promotion of each sku.

    The price is the median over baskets of the regular price of a unit, amount + discount over
    quantity. A promotion is a line with a discount; its depth is discount over regular amount.
    Baskets that got the sku for nothing at a price of nothing say nothing about it.
    """
    regular = ordered["amount_minor"] + ordered["discount_minor"]
    depth = ordered["discount_minor"] / regular.where(regular > 0)
    priced = pd.DataFrame(
        {
            "sku": ordered["sku"],
            "unit": (regular / ordered["quantity"]).where(regular > 0),
            "promoted": (ordered["discount_minor"] > 0).astype(float),
            "depth": depth.where(depth > 0),
        }
    )
    by_sku = priced.groupby("sku", observed=True)
    lines = by_sku["promoted"].size()
    promoted = by_sku["promoted"].sum()
    depth_all = float(priced["depth"].mean()) if promoted.sum() > 0 else 0.0
    share = (promoted + PRIOR_PROMOTION * _share_by_sales(promoted, lines)) / (
        lines + PRIOR_PROMOTION
    )
    depths = (by_sku["depth"].sum() + PRIOR_PROMOTION * depth_all) / (promoted + PRIOR_PROMOTION)
    unit = by_sku["unit"].median()
    unit = unit.fillna(float(priced["unit"].median()))
    return pd.DataFrame(
        {
            "price_minor": np.maximum(1, np.rint(unit)).astype(np.int64),
            "promo_share": share.round(SHARE_DIGITS),
            "promo_depth": depths.round(SHARE_DIGITS),
        }
    )


def _share_by_sales(promoted: pd.Series, lines: pd.Series) -> pd.Series:
    """The promotion share to expect of a sku with so many lines: a straight line in their log.

    Least squares over the skus, each weighted by its lines, cut to 0..1.
    """
    scale = np.log10(lines.to_numpy(dtype=np.float64))
    shares = (promoted / lines).to_numpy()
    mean = float(np.average(shares, weights=lines))
    centre = float(np.average(scale, weights=lines))
    spread = float(np.average((scale - centre) ** 2, weights=lines))
    slope = 0.0
    if spread > 0:
        slope = float(np.average((scale - centre) * (shares - mean), weights=lines)) / spread
    return pd.Series(np.clip(mean + slope * (scale - centre), 0, 1), index=lines.index)


def amount_a_line(table: pd.DataFrame, ordered: pd.DataFrame) -> tuple[float, float]:
    """Mean amount of a line in minor units: observed, and as the fitted catalogue has it.

    The catalogue's is the mean over stores and skus by popularity of price x (1 - promotion share
    x depth), times the mean quantity: what a simulation without stockouts takes for a line.
    """
    paid = table["price_minor"] * (1 - table["promo_share"] * table["promo_depth"])
    lines = ordered.groupby("store", observed=True).size()
    shares = lines / lines.sum()
    per_unit = sum(
        float(shares[store]) * float((table[f"{WEIGHT}{store}"] * paid).sum())
        for store in lines.index
    )
    observed = float(ordered["amount_minor"].mean())
    return observed, per_unit * float(ordered["quantity"].mean())
