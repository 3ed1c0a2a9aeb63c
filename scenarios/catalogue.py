"""What the shop sells, as arrays: read from a CSV file, or made up from the scenario's seed.

Columns of the CSV: sku, name, category, price_minor, then `weight:<store name>` for each store of
the scenario, and optionally promo_share and promo_depth (else those of the scenario's `price`).
A weight says how often a line of a basket is this SKU, in any unit.
"""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from scenarios.errors import CatalogueError, Place, Problem
from scenarios.loader import Loaded
from scenarios.shop import Generate
from scenarios.text import suggest

if TYPE_CHECKING:
    from _csv import Reader

SKUS_MAX = 100_000
PRICE_MAX_MINOR = 10**9
PROBLEMS_MAX = 20
NEEDED = ("sku", "name", "category", "price_minor")
OPTIONAL = ("promo_share", "promo_depth")
WEIGHT = "weight:"
STREAM = 0x636174  # tells the catalogue's draws from all others of the same seed
STORE_TASTE_SIGMA = 0.35  # how much stores differ in what sells

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is sold. n is the number of SKUs; a SKU is known by its position.

    Attributes:
        codes: (n,) as printed on the label.
        names: (n,) in words.
        categories: (n,) int32, from 0 in the order of first appearance.
        price_minor: (n,) int64, full price.
        cost_minor: (n,) int64, cost of goods.
        promo_share: (n,) float64, probability of a week on promotion.
        promo_depth: (n,) float64, price cut of a promotion.
        weight: (stores, n) float64, rows sum to 1.
        substitute: (n,) int32, the next most popular SKU of the category; after the least popular
            comes the most popular; -1 where the category has no other.
    """

    codes: list[str]
    names: list[str]
    categories: npt.NDArray[np.int32]
    price_minor: npt.NDArray[np.int64]
    cost_minor: npt.NDArray[np.int64]
    promo_share: Floats
    promo_depth: Floats
    weight: Floats
    substitute: npt.NDArray[np.int32]


def read(loaded: Loaded) -> Catalogue:
    """The catalogue of a scenario.

    Raises:
        CatalogueError: with what is wrong in the CSV, by line.
    """
    source = loaded.scenario.catalogue
    if source.generate is not None:
        return _generate(source.generate, loaded)
    assert source.file is not None
    return _read_csv(source.file, loaded)


def _finish(
    loaded: Loaded,
    codes: list[str],
    names: list[str],
    categories: npt.NDArray[np.int32],
    price_minor: npt.NDArray[np.int64],
    promo_share: Floats,
    promo_depth: Floats,
    weight: Floats,
) -> Catalogue:
    """The catalogue with what follows from its columns."""
    weight = weight / weight.sum(axis=1, keepdims=True)
    cost_minor = np.rint(price_minor * loaded.scenario.money.cost_share).astype(np.int64)
    substitute = _substitutes(categories, weight.mean(axis=0))
    return Catalogue(
        codes,
        names,
        categories,
        price_minor,
        cost_minor,
        promo_share,
        promo_depth,
        weight,
        substitute,
    )


def _substitutes(categories: npt.NDArray[np.int32], popularity: Floats) -> npt.NDArray[np.int32]:
    substitute = np.full(len(categories), -1, np.int32)
    order = np.lexsort((np.arange(len(categories)), -popularity, categories))
    for members in np.split(order, np.flatnonzero(np.diff(categories[order])) + 1):
        if len(members) > 1:
            substitute[members] = np.roll(members, -1)
    return substitute


def _generate(wanted: Generate, loaded: Loaded) -> Catalogue:
    """A made-up catalogue; the same for the same seed, whatever else changes."""
    n = wanted.skus
    stores = len(loaded.scenario.stores)
    sequence = np.random.SeedSequence(loaded.scenario.seed, spawn_key=(STREAM,))
    draws = np.random.Generator(np.random.Philox(sequence))
    table = wanted.price.quantiles()
    price_minor = np.maximum(1, np.rint(table[draws.integers(0, len(table), n)])).astype(np.int64)
    categories = draws.permutation(np.arange(n, dtype=np.int32) % wanted.categories)
    rank = draws.permutation(n) + 1.0
    promo_share = np.minimum(1.0, wanted.promo_share * 2.0 * draws.random(n))
    promo_depth = np.full(n, wanted.promo_depth)
    taste = np.exp(STORE_TASTE_SIGMA * draws.standard_normal((stores, n)))
    weight: Floats = np.power(rank, -wanted.popularity) * taste
    width = len(str(n))
    codes = [f"S{i + 1:0{width}d}" for i in range(n)]
    names = [
        f"Article {i + 1:0{width}d} of category {c + 1}" for i, c in enumerate(categories.tolist())
    ]
    return _finish(loaded, codes, names, categories, price_minor, promo_share, promo_depth, weight)


def _read_csv(named: str, loaded: Loaded) -> Catalogue:
    """The catalogue of the CSV file *named* beside the scenario."""
    if Path(named).is_absolute():
        place = Place(str(loaded.path))
        raise CatalogueError([Problem(place, "catalogue.file", "must be relative to the scenario")])
    file = loaded.path.parent / named
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            table = _Table(str(file), csv.reader(lines, strict=True), loaded)
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise CatalogueError([Problem(Place(str(file)), "", reason)]) from None
    except UnicodeDecodeError:
        raise CatalogueError([Problem(Place(str(file)), "", "is not UTF-8 text")]) from None
    if table.problems:
        raise CatalogueError(table.problems)
    stores = len(loaded.scenario.stores)
    return _finish(
        loaded,
        table.codes,
        table.names,
        np.array(table.categories, np.int32),
        np.array(table.prices, np.int64),
        np.array(table.promo_shares, np.float64),
        np.array(table.promo_depths, np.float64),
        np.array(table.weights, np.float64).reshape(-1, stores).T,
    )


class _Table:
    """The columns of the CSV, and everything wrong with its rows."""

    def __init__(self, shown: str, rows: "Reader", loaded: Loaded) -> None:
        self.shown = shown
        self.problems: list[Problem] = []
        self.codes: list[str] = []
        self.names: list[str] = []
        self.categories: list[int] = []
        self.prices: list[int] = []
        self.promo_shares: list[float] = []
        self.promo_depths: list[float] = []
        self.weights: list[list[float]] = []
        self.lines: dict[str, int] = {}
        self.category_numbers: dict[str, int] = {}
        price = loaded.scenario.price
        self.defaults = {"promo_share": price.promo_share, "promo_depth": price.promo_depth}
        self.stores = [f"{WEIGHT}{store.name}" for store in loaded.scenario.stores]
        self._read(rows)

    def _read(self, rows: "Reader") -> None:
        try:
            header = [name.strip() for name in next(rows, [])]
            if not self._check_header(header):
                return
            for row in rows:
                if any(cell.strip() for cell in row):
                    self._row(header, row, rows.line_num)
                if len(self.problems) >= PROBLEMS_MAX or len(self.codes) > SKUS_MAX:
                    break
        except csv.Error as error:
            self._wrong(rows.line_num, "", f"is not valid CSV: {error}")
        if len(self.codes) > SKUS_MAX:
            self._wrong(rows.line_num, "", f"holds more than {SKUS_MAX} SKUs")
        elif not self.codes and not self.problems:
            self._wrong(1, "", "holds no SKU")
        for column, name in enumerate(self.stores):
            if not self.problems and not sum(weights[column] for weights in self.weights):
                self._wrong(1, name, "is zero for every SKU: the store would sell nothing")

    def _check_header(self, header: Sequence[str]) -> bool:
        known = (*NEEDED, *self.stores, *OPTIONAL)
        for name in (*NEEDED, *self.stores):
            if name not in header:
                left = [column for column in header if column not in known]
                self._wrong(1, name, f"this column is missing{suggest(name, left)}")
        for i, name in enumerate(header):
            if name not in known:
                self._wrong(1, name, f"this column is not known{suggest(name, known)}")
            elif name in header[:i]:
                self._wrong(1, name, "this column is given twice")
        return not self.problems

    def _row(self, header: Sequence[str], row: Sequence[str], line: int) -> None:
        if len(row) != len(header):
            self._wrong(line, "", f"has {len(row)} cells, the header has {len(header)}")
            return
        cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
        code = cells["sku"]
        if not code:
            self._wrong(line, "sku", "is empty")
        elif code in self.lines:
            self._wrong(line, "sku", f"{code!r} stands already on line {self.lines[code]}")
        self.lines[code] = line
        self.codes.append(code)
        self.names.append(cells["name"] or code)
        category = self.category_numbers.setdefault(cells["category"], len(self.category_numbers))
        self.categories.append(category)
        self.prices.append(self._price(cells["price_minor"], line))
        self.promo_shares.append(self._number(cells, "promo_share", line, 1.0))
        self.promo_depths.append(self._number(cells, "promo_depth", line, 1.0))
        self.weights.append([self._number(cells, name, line, math.inf) for name in self.stores])

    def _price(self, text: str, line: int) -> int:
        if (
            text.isascii()
            and text.isdigit()
            and len(text) <= 12
            and 0 < int(text) <= PRICE_MAX_MINOR
        ):
            return int(text)
        hint = "; 12.50 is written 1250" if "." in text or "," in text else ""
        self._wrong(line, "price_minor", f"must be a whole number of 1 or more, is {text!r}{hint}")
        return 1

    def _number(self, cells: Mapping[str, str], name: str, line: int, highest: float) -> float:
        text = cells.get(name, "")
        if not text and name in self.defaults:
            return self.defaults[name]
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if 0 <= number <= highest and number < math.inf:
            return number
        limit = "" if highest == math.inf else f" to {highest:g}"
        self._wrong(line, name, f"must be a number from 0{limit}, is {text!r}")
        return 0.0

    def _wrong(self, line: int, column: str, message: str) -> None:
        self.problems.append(Problem(Place(self.shown, line), column, message))
