"""The catalogue as arrays, made up or read, and every fault of a CSV by its line."""

from pathlib import Path

import numpy as np
import pytest

from scenarios.catalogue import Catalogue, read
from scenarios.errors import CatalogueError
from scenarios.loader import load
from tests.scenarios.corner import CORNER, changed

FILE = """\
sku,name,category,price_minor,promo_share,promo_depth,weight:Corner
A1,Apples,fruit,300,0.1,0.2,5
A2,Pears,fruit,350,,,3
B1,"Bread, brown",bakery,420,0,0,2
A3,Plums,fruit,500,0,0,4
"""
GENERATE = CORNER[CORNER.index("  generate:") : CORNER.index("stores:")]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("shop.yaml").write_text(changed((GENERATE, "  file: goods.csv\n")), encoding="utf-8")
    Path("made.yaml").write_text(CORNER, encoding="utf-8")


def goods(text: str | bytes) -> Catalogue:
    """The catalogue of a CSV with this *text*."""
    Path("goods.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    return read(load("shop.yaml"))


def test_a_file_becomes_arrays() -> None:
    """Weights sum to one, costs follow from the cost share, empty promotions from the scenario."""
    found = goods(FILE)
    assert found.codes == ["A1", "A2", "B1", "A3"]
    assert found.names[2] == "Bread, brown"
    assert found.categories.tolist() == [0, 0, 1, 0]
    assert found.cost_minor.tolist() == [210, 245, 294, 350]
    assert found.promo_share.tolist() == [0.1, 0.1, 0, 0]
    assert found.promo_depth.tolist() == [0.2, 0.2, 0, 0]
    assert found.weight.shape == (1, 4)
    assert found.weight[0] == pytest.approx([5 / 14, 3 / 14, 2 / 14, 4 / 14])


def test_the_substitute_is_the_next_most_popular_of_the_category() -> None:
    """Apples, then plums, then pears, then apples again; bread has none."""
    assert goods(FILE).substitute.tolist() == [3, 0, -1, 1]


def test_the_file_counts_in_the_digest() -> None:
    """Another price is another scenario, though its YAML is the same."""
    goods(FILE)
    first = load("shop.yaml").digest
    goods(FILE.replace("420", "430"))
    assert load("shop.yaml").digest != first


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "price_minor,",
            "price_minr,",
            "goods.csv:1: price_minor: this column is missing. Did you mean 'price_minr'?",
        ),
        ("weight:Corner", "weight:Korner", "goods.csv:1: weight:Corner: this column is missing."),
        (
            "promo_depth,",
            "name,",
            "goods.csv:1: name: this column is given twice",
        ),
        (
            "A2,Pears,fruit,350",
            "A2,Pears,fruit,3.50",
            (
                "goods.csv:3: price_minor: must be a whole number of 1 or more, is '3.50'; "
                "12.50 is written 1250"
            ),
        ),
        (
            "A2,Pears,fruit,350",
            "A2,Pears,fruit,0",
            "goods.csv:3: price_minor: must be a whole number of 1 or more, is '0'",
        ),
        (
            "A2,Pears,fruit,350",
            "A1,Pears,fruit,350",
            "goods.csv:3: sku: 'A1' stands already on line 2",
        ),
        ("A2,Pears", ",Pears", "goods.csv:3: sku: is empty"),
        ("350,,,3", "350,,", "goods.csv:3: has 6 cells, the header has 7"),
        (
            "0.1,0.2,5",
            "1.1,0.2,5",
            "goods.csv:2: promo_share: must be a number from 0 to 1, is '1.1'",
        ),
        ("0.2,5", "0.2,-5", "goods.csv:2: weight:Corner: must be a number from 0, is '-5'"),
        ("0.2,5", "0.2,", "goods.csv:2: weight:Corner: must be a number from 0, is ''"),
        ("0.2,5", "0.2,inf", "goods.csv:2: weight:Corner: must be a number from 0, is 'inf'"),
        ('"Bread, brown"', '"Bread" brown', "goods.csv:4: is not valid CSV"),
    ],
)
def test_a_fault_of_the_file_is_told_by_line(old: str, new: str, expected: str) -> None:
    """File, line, column, what is wrong."""
    with pytest.raises(CatalogueError) as caught:
        goods(FILE.replace(old, new))
    assert str(caught.value).startswith(expected)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "goods.csv:1: sku: this column is missing"),
        (FILE.splitlines(keepends=True)[0].encode(), "goods.csv:1: holds no SKU"),
        (b"sku,\xff\n", "goods.csv: is not UTF-8 text"),
        (
            FILE.replace(",5\n", ",0\n")
            .replace(",3\n", ",0\n")
            .replace(",2\n", ",0\n")
            .replace(",4\n", ",0\n")
            .encode(),
            "goods.csv:1: weight:Corner: is zero for every SKU",
        ),
    ],
)
def test_a_file_without_goods_is_refused(content: bytes, expected: str) -> None:
    """Nothing to sell is an error of the file, not of the run."""
    with pytest.raises(CatalogueError) as caught:
        goods(content)
    assert str(caught.value).startswith(expected)


def test_a_file_that_is_not_there_is_told() -> None:
    """By its name."""
    with pytest.raises(CatalogueError, match=r"goods.csv: no such file or directory"):
        read(load("shop.yaml"))


def test_no_scenario_reads_a_file_by_an_absolute_path() -> None:
    """A scenario that travels to another machine must not point at this one."""
    with pytest.raises(CatalogueError, match="must be relative to the scenario"):
        read(load("shop.yaml", [f"catalogue.file={Path('goods.csv').absolute()}"]))


def test_a_made_up_catalogue_depends_on_the_seed_alone() -> None:
    """The same seed gives the same goods; another seed or other customers do not mix in."""
    first = read(load("made.yaml"))
    again = read(load("made.yaml", ["demand.online_share=10 %", "replications=9"]))
    other = read(load("made.yaml", ["seed=8"]))
    assert first.price_minor.tolist() == again.price_minor.tolist()
    assert first.weight.tolist() == again.weight.tolist()
    assert first.price_minor.tolist() != other.price_minor.tolist()


def test_a_made_up_catalogue_has_the_shape_that_was_asked_for() -> None:
    """SKUs, categories, prices and shares as the scenario states them."""
    found = read(load("made.yaml", ["catalogue.generate.skus=2000"]))
    assert len(set(found.codes)) == len(found.names) == 2_000
    assert np.bincount(found.categories).tolist() == [500] * 4
    low, high = np.quantile(found.price_minor, [0.1, 0.9])
    assert low == pytest.approx(200, rel=0.1)
    assert high == pytest.approx(900, rel=0.1)
    assert found.promo_share.mean() == pytest.approx(0.1, rel=0.1)
    assert found.weight.sum(axis=1) == pytest.approx([1])
    assert (found.categories[found.substitute] == found.categories).all()
    assert (found.substitute != np.arange(2_000)).all()
