"""Who sets a value when several do, and how the answer is traced and repeated."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scenarios.errors import ScenarioError
from scenarios.loader import Loaded, load, schema, why
from scenarios.text import DAY_US, HOUR_US, MINUTE_US, SECOND_US, WEEK_US
from tests.scenarios.corner import CORNER, changed


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("shop.yaml").write_text(CORNER, encoding="utf-8")


def loaded(text: str, *overrides: str, name: str = "other.yaml") -> Loaded:
    """The scenario of a file with this *text*."""
    Path(name).write_text(text, encoding="utf-8")
    return load(name, overrides)


def test_values_are_in_base_units() -> None:
    """Microseconds, minor units and fractions, whatever the file is written in."""
    scenario = load("shop.yaml").scenario
    assert scenario.horizon.run_in_us == 2 * WEEK_US
    assert scenario.stores[0].closes_us == 20 * HOUR_US
    assert scenario.till.base_us == 41 * SECOND_US
    assert scenario.money.wage_minor == 1_800
    assert scenario.demand.online_share == pytest.approx(0.06)
    assert scenario.changes[0].once_minor == 40_000
    assert scenario.setups["fragmented"].stock.at_us == 10 * HOUR_US
    assert scenario.demand.shopping_time.quantile(0.1) == pytest.approx(5 * MINUTE_US)


def test_midnight_closes_a_day() -> None:
    """A store may close at 24:00, which is the end of the day and not its start."""
    assert load("shop.yaml", ["stores.0.closes=24:00"]).scenario.stores[0].closes_us == DAY_US


def test_maps_merge_lists_replace_plus_appends_null_deletes() -> None:
    """The four rules of one file over another."""
    other = loaded("""
        extends: shop.yaml
        money: {wage: 20 USD}                      # merges: the rest of money stays
        demand: {line_quantity: [1]}               # replaces
        changes+:                                  # appends
          - {name: last, title: Last, week: 9, setup: unified}
        setups: {multichannel: {web_pool: null}}   # deletes: the default holds
    """).scenario
    assert (other.money.wage_minor, other.money.count_minutes) == (2_000, 1)
    assert list(other.demand.line_quantity) == [1]
    assert [change.name for change in other.changes] == ["files", "events", "last"]
    assert load("shop.yaml").scenario.setups["multichannel"].web_pool == pytest.approx(0.2)
    assert other.setups["multichannel"].web_pool == 0


def test_a_list_may_rest_on_evidence() -> None:
    """Weights by hour keep the entry they rest on, each of them; a table of tables is refused."""
    weights = ", ".join(["1"] * 24)
    listed = "{ref: evidence/web-by-hour, value: [%s]}"
    text = f"extends: library/boutique.yaml\ndemand: {{web_by_hour: {listed}}}\n"
    found = loaded(text % weights)
    assert found.scenario.demand.web_by_hour == (1.0,) * 24
    source = next(s for p, s in found.provenance.items() if p.startswith("demand.web_by_hour"))
    assert (source.kind, source.evidence, source.grade) == ("assumed", "web-by-hour", "E")
    with pytest.raises(ScenarioError, match="must be one value or a list of them"):
        loaded(text % "[1]")


def test_another_reference_takes_nothing_over_from_the_one_it_replaces() -> None:
    """The value that narrowed the old entry does not narrow the new one."""
    shrinkage = "{ref: evidence/shrinkage}"
    under = changed((shrinkage, "{ref: evidence/shrinkage, value: 2.5 %}"))
    Path("under.yaml").write_text(under, encoding="utf-8")
    other = loaded("extends: under.yaml\nstock: {shrinkage: {ref: evidence/receipt-errors}}\n")
    assert load("under.yaml").scenario.stock.shrinkage == pytest.approx(0.025)
    assert other.scenario.stock.shrinkage == pytest.approx(0.01)


def test_the_last_of_several_files_wins_and_flags_win_over_files() -> None:
    """Extends from left to right, then the file itself, then --set in the order given."""
    Path("a.yaml").write_text("extends: shop.yaml\nseed: 1\nreplications: 11\n", encoding="utf-8")
    Path("b.yaml").write_text("seed: 2\ntitle: B\n", encoding="utf-8")
    text = "extends: [a.yaml, b.yaml]\ntitle: Mine\n"
    mine = loaded(text)
    assert (mine.scenario.seed, mine.scenario.replications) == (2, 11)
    assert mine.scenario.title == "Mine"
    flagged = loaded(text, "seed=3", "seed=4", "stores.0.tills=3")
    assert (flagged.scenario.seed, flagged.scenario.stores[0].tills) == (4, 3)


def test_a_flag_reaches_into_a_preset() -> None:
    """A link that only the preset states can be set, alone."""
    before = load("shop.yaml").scenario.setups["fragmented"].stock
    after = load("shop.yaml", ["setups.fragmented.stock.at=11:30"]).scenario.setups["fragmented"]
    assert after.stock == before.model_copy(update={"at_us": 11 * HOUR_US + 30 * MINUTE_US})


def test_a_flag_replaces_evidence_and_null_removes() -> None:
    """A value of one's own stands in the place of the reference."""
    mine = load("shop.yaml", ["stock.shrinkage=0.2 %", "setups.multichannel.web_pool=null"])
    assert mine.scenario.stock.shrinkage == pytest.approx(0.002)
    assert mine.provenance["stock.shrinkage"].kind == "stated"
    assert mine.scenario.setups["multichannel"].web_pool == 0


def test_a_reference_is_assumed_even_with_a_value_of_its_own() -> None:
    """The report names the entry beside the value that narrows it."""
    mine = load("shop.yaml", ["stock.shrinkage.value=1 %"])
    source = mine.provenance["stock.shrinkage"]
    assert mine.scenario.stock.shrinkage == pytest.approx(0.01)
    assert (source.kind, source.evidence, source.grade) == ("assumed", "shrinkage", "E")


def test_a_field_that_varies_takes_the_whole_distribution_of_an_entry() -> None:
    """A field with one value takes the central one."""
    scenario = load("shop.yaml").scenario
    notice = scenario.setups["unified"].order.notice
    assert (notice.text, notice.form) == ("10 s to 60 s", "lognormal")
    assert scenario.setups["multichannel"].stock.loss == pytest.approx(0.01)


def test_what_was_measured_is_marked() -> None:
    """Prefixes of fit.measured mark values of the file; evidence stays assumed."""
    fit = "fit: {weeks_fitted: 40, weeks_held_out: 8, coverage_80: 0.8, measured: [%s]}\n"
    mine = loaded(CORNER + fit % "stores.*.visits_by_weekday, stock")
    kinds = {path: source.kind for path, source in mine.provenance.items()}
    assert kinds["stores.0.visits_by_weekday"] == "measured"
    assert kinds["stores.0.tills"] == "stated"
    assert kinds["stock.cover_days"] == "measured"
    assert kinds["stock.shrinkage"] == "assumed"
    assert kinds["setups.multichannel.stock.technique"] == "assumed"  # the preset's, not theirs
    assert kinds["setups.multichannel.stock.buffer"] == "stated"
    with pytest.raises(ScenarioError, match=r"no value is called 'stok'. Did you mean 'stock"):
        loaded(CORNER + fit % "stok")


def test_why_tells_who_set_a_value_and_what_it_replaced() -> None:
    """The flag, the file and line before it, the evidence, the default."""
    mine = loaded("extends: shop.yaml\nmoney: {wage: 20 USD}\n", "money.wage=21 USD")
    assert why(mine, "money.wage").splitlines() == [
        "money.wage = 21 USD",
        "  set by --set money.wage",
        "  instead of 20 USD from other.yaml:2",
        "  instead of 18 USD per hour from shop.yaml:52",
    ]
    assert why(mine, "stock.shrinkage").splitlines()[1:3] == [
        "  set by shop.yaml:42",
        "  from evidence/shrinkage, grade E: Units that leave the shelf without a record",
    ]
    assert why(mine, "setups.multichannel.stock.buffer").splitlines() == [
        "setups.multichannel.stock.buffer = 0",
        "  set by shop.yaml:63",
        "  instead of 1 from presets/multichannel.yaml:19",
    ]
    assert why(mine, "origin.panel").endswith("by default; nobody set it")
    with pytest.raises(ScenarioError, match=r"Did you mean 'money.wage'"):
        why(mine, "money.wages")


def test_the_resolved_text_loads_to_the_same() -> None:
    """Presets, files and flags are written out; sources stay with their values."""
    first = loaded("extends: shop.yaml\n", "money.wage=21 USD", "setups.unified.cost.once=1 USD")
    again = loaded(first.text, name="again.yaml")
    assert again.scenario == first.scenario
    assert again.digest == first.digest
    assert again.resolved == first.resolved
    for path, source in first.provenance.items():
        assert again.provenance[path].evidence == source.evidence


def test_json_is_read_like_yaml() -> None:
    """The same scenario as JSON, indented by tabs, has the same digest."""
    first = load("shop.yaml")
    text = json.dumps(first.resolved, indent="\t")
    assert loaded(text, name="shop.json").digest == first.digest
    with pytest.raises(ScenarioError, match=r"shop.json:\d+: seed: must be a whole number"):
        loaded(text.replace('"seed": 7', '"seed": "x"'), name="shop.json")


@pytest.mark.parametrize(
    ("edit", "same"),
    [
        (("title: A corner shop", "title: Any other shop"), True),
        (("title: A corner shop", "title: A corner shop\nnotes: {purpose: none}"), True),
        (("2.95 s", "2950 ms"), True),
        (("seed: 7", "seed: 8"), False),
        (("buffer: 0", "buffer: 1"), False),
        (("2.95 s", "2.96 s"), False),
    ],
)
def test_the_digest_changes_when_a_result_could(edit: tuple[str, str], *, same: bool) -> None:
    """Titles, notes and the way a value is written do not count."""
    assert (loaded(changed(edit)).digest == load("shop.yaml").digest) is same


def test_a_scenario_of_the_library_can_be_extended_by_name() -> None:
    """A shop owner starts from a ready scenario without a copy of it."""
    mine = loaded("extends: library/boutique.yaml\nname: mine\n")
    assert (mine.scenario.name, len(mine.scenario.stores)) == ("mine", 2)


def test_the_schema_of_the_file_knows_what_the_loader_takes() -> None:
    """Editors complete presets, references and extends; a field bears its unit."""
    made = schema()
    assert {"extends", "stores", "schema"} <= made["properties"].keys()
    assert made["$defs"]["LinkTable"]["properties"]["preset"]["enum"][0] == "fragmented"
    shrinkage = made["$defs"]["StockRule"]["properties"]["shrinkage"]
    assert {"$ref": "#/$defs/Reference"} in shrinkage["anyOf"]
    json.dumps(made)


def test_checking_a_scenario_does_not_wait_for_numerics(project: Path) -> None:
    """Models, loader and evidence load without numpy, pandas, scipy or matplotlib."""
    script = (
        "import sys; from scenarios.loader import load; load(sys.argv[1]);"
        "print([m for m in ('numpy', 'pandas', 'scipy', 'matplotlib') if m in sys.modules])"
    )
    boutique = project / "scenarios" / "library" / "boutique.yaml"
    done = subprocess.run(
        [sys.executable, "-c", script, str(boutique)],
        cwd=project,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
