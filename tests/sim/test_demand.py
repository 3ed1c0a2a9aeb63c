"""Generated demand is the scenario's: how many come, when, who they are, and what they want.

Each count is held against the law that the scenario states, with bounds that a right generator
leaves about once in a million seeds; the seeds are fixed and printed. Runs are long enough to see
a few per cent in every number.
"""

from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from scenarios.text import DAY_US
from sim.calibration.fit import fit
from sim.calibration.forecast import edges
from sim.demand import VISIT, Demand, Records, day_effect, generate, household_cdf
from sim.plan import Plan, plan
from sim.recorder import Metric
from sim.sequence import Moment
from sim.twin import simulate
from tests.sim.calibration_shop import lines_of, stream
from tests.sim.link_cases import table
from tests.sim.scenario_cases import shop

ALARM = 1e-6  # how often a right generator fails one bound
Z = float(stats.norm.isf(ALARM / 2))
CHANNELS = (Moment.SHELF, Moment.WEB)
SLOT_US = 5 * 60 * 1_000_000
SLOTS = DAY_US // SLOT_US

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

# Many short baskets on few days that differ by their weekday alone, and shopping takes no time.
CALM = (
    "horizon.trading=13 weeks",
    "stores.0.visits_by_weekday=[3600, 3000, 2500, 4000, 4700, 5600, 2100]",
    "stores.1.visits_by_weekday=[2200, 3100, 4400, 2600, 3900, 2400, 5000]",
    "stores.0.visits_by_hour=[9,9,9,9,9,9,9,9, 2,3,0,5,6,4,3,2.5,4,7,3,8, 9,9,9,9]",
    "stores.1.visits_by_hour=[1,1,1,1,1,1,1,1, 5,4,3,2,1,2,3,4,5,6,7,8,9,1,1,1]",
    "stores.0.opens=08:20",
    "stores.0.closes=19:45",
    "stores.0.day_effect_cv=0",
    "stores.1.day_effect_cv=0",
    "stores.0.households=3000",
    "stores.1.households=2000",
    "stores.0.visit_rate_cv=1",
    "stores.1.visit_rate_cv=0.5",
    "demand.online_share=0.35",
    "demand.web_by_hour=[1,0,0,0,1,2,3,3,2,2,2,3,4,3,2,2,3,5,6,7,9,8,5,3]",
    "demand.basket_lines=[1]",
    "demand.line_quantity=[0.6, 0.1, 0.3]",
    "demand.shopping_time=0 s",
    "stock.shrinkage=20 %",
)
# Many days, some of them much busier than others.
MOODY = (
    "horizon.trading=199 weeks",
    "stores.0.visits_by_weekday=[80, 60, 70, 100, 110, 140, 90]",
    "stores.1.visits_by_weekday=[60, 90, 50, 40, 80, 70, 100]",
    "stores.0.day_effect_cv=0.3",
    "stores.1.day_effect_cv=0.15",
    "demand.basket_lines=[1]",
    "demand.shopping_time=0 s",
    "stock.shrinkage=20 %",
)
PANEL = 4  # of so many visits a panel sees one


@lru_cache(maxsize=8)
def generated(seed: int, *overrides: str) -> tuple[Plan, Demand]:
    """A corner shop's demand, further changed by *overrides*."""
    print(f"seed {seed}")
    base = plan(*shop("corner", seed, *overrides))
    return base, generate(base, 0)


def calm() -> tuple[Plan, Demand]:
    """The shop in which chance is Poisson's alone."""
    return generated(501, *CALM)


def moody() -> tuple[Plan, Demand]:
    """The shop whose days differ."""
    return generated(502, *MOODY)


def near_poisson(counts: Counts, means: Floats) -> None:
    """Each count is one that a Poisson law of its mean gives."""
    tails = np.minimum(stats.poisson.cdf(counts, means), stats.poisson.sf(counts - 1, means))
    worst = np.unravel_index(int(np.argmin(tails)), tails.shape)
    said = f"cell {worst}: {counts[worst]} for {means[worst]:.1f}"
    assert tails[worst] > ALARM / 2, said


def vary_as_poisson(counts: Counts, means: Floats) -> None:
    """Counts vary about their means as much as a Poisson law says, neither more nor less."""
    spread = stats.chi2(counts.size).cdf(float(((counts - means) ** 2 / means).sum()))
    assert ALARM / 2 < spread < 1 - ALARM / 2


def near(estimate: float, expected: float, variance: float) -> None:
    """An estimate that is normal is where it should be."""
    z = (estimate - expected) / np.sqrt(variance)
    assert abs(z) < Z, f"{estimate:.5g} for {expected:.5g}, {z:.1f} standard deviations off"


def shared_out(counts: Counts, shares: Floats) -> None:
    """Counts are spread by *shares* (chi-square), with none where the share is 0."""
    assert not counts[shares == 0].any(), "something where nothing should be"
    seen, expected = counts[shares > 0], shares[shares > 0]
    expected = expected * (counts.sum() / expected.sum())
    assert expected.min() > 20
    assert stats.chisquare(seen, expected).pvalue > ALARM, (seen, expected.round(1))


def by_day(base: Plan, visits: Records) -> Counts:
    """(stores, channels, days) visits."""
    day = visits["time_us"] // DAY_US
    counts = np.zeros((base.stores, len(CHANNELS), base.days), np.int64)
    for channel, kind in enumerate(CHANNELS):
        mine = visits["kind"] == kind
        np.add.at(counts, (visits["store"][mine], channel, day[mine]), 1)
    return counts


def daily_means(base: Plan) -> Floats:
    """(stores, channels, 7) visits that the scenario states."""
    online = base.scenario.demand.online_share
    weekdays = np.array([store.visits_by_weekday for store in base.scenario.stores])
    return np.stack([weekdays * (1 - online), weekdays * online], axis=1)


def test_visits_follow_store_weekday_and_channel() -> None:
    """Each store has its visits on each weekday, and the web its share of them, to 3 %."""
    base, demand = calm()
    weeks = base.days // 7
    counts = by_day(base, demand.visits).reshape(base.stores, 2, weeks, 7).sum(axis=2)
    means = weeks * daily_means(base)
    for axes in ((), (1,), (2,), (0,), (0, 1), (0, 2), (1, 2), (0, 1, 2)):
        near_poisson(np.atleast_1d(counts.sum(axis=axes)), np.atleast_1d(means.sum(axis=axes)))
    # Three per cent more or less of a store's weekday would be an alarm.
    assert means.sum(axis=1).min() > (Z / 0.03) ** 2


def test_without_a_day_effect_days_differ_by_chance_alone() -> None:
    """Visits of a day vary as much as a Poisson law says, neither more nor less."""
    base, demand = calm()
    counts = by_day(base, demand.visits)
    means = np.tile(daily_means(base), base.days // 7)
    vary_as_poisson(counts, means)


def test_a_day_is_busy_in_both_channels_by_its_effect() -> None:
    """The channels of a store rise and fall together by day_effect_cv, and one effect of mean 1."""
    base, demand = moody()
    counts = by_day(base, demand.visits)
    means = np.tile(daily_means(base), base.days // 7)
    for store, place in enumerate(base.scenario.stores):
        a, b = means[store]
        above = counts[store] - means[store]
        # E[G^k] of a lognormal G with mean 1; given G the channels are Poisson and independent.
        g = [(1 + place.day_effect_cv**2) ** (k * (k - 1) / 2) for k in range(5)]
        fourth = g[4] - 4 * g[3] + 6 * g[2] - 3
        second = a * b * (g[2] + (a + b) * (g[3] - 2 * g[2] + 1) + a * b * fourth)
        cv2 = place.day_effect_cv**2
        together = above[0] * above[1] / (a * b)
        near(together.mean(), cv2, float((second / (a * b) ** 2 - cv2**2).sum()) / base.days**2)
        total = a + b
        near(above.sum(), 0, float((total + cv2 * total**2).sum()))
    # What makes one store busy leaves the other alone.
    north, south = (counts - means).sum(axis=1) / means.sum(axis=1)
    assert stats.spearmanr(north, south).pvalue > ALARM


def test_the_day_effect_is_lognormal_with_mean_one() -> None:
    """Effects of 20,000 days have the law, the mean and the spread that the scenario asks for."""
    base, _ = moody()
    for store, place in enumerate(base.scenario.stores):
        drawn = np.array([day_effect(base, 1, store, day) for day in range(10_000)])
        cv2 = place.day_effect_cv**2
        sigma = np.sqrt(np.log1p(cv2))
        law = stats.lognorm(sigma, scale=np.exp(-(sigma**2) / 2))
        assert stats.kstest(drawn, law.cdf).pvalue > ALARM
        near(drawn.mean(), 1, cv2 / len(drawn))
        near(np.log(drawn).var(), sigma**2, 2 * sigma**4 / len(drawn))


def test_the_fitted_forecast_covers_the_generated_days() -> None:
    """A panel of one visit in four: 76 to 84 % of its days lie in the forecast's 80 % interval."""
    base, demand = moody()
    counts = by_day(base, demand.visits).sum(axis=1)
    seen = stream(503).binomial(counts, 1 / PANEL).reshape(base.stores, -1, 7)
    covered = []
    for store, place in enumerate(base.scenario.stores):
        bounds = edges(np.array(place.visits_by_weekday) / PANEL, place.day_effect_cv)
        covered.append(bounds.covers(seen[store]).mean())
    assert 0.76 <= min(covered) <= max(covered) <= 0.84
    fitted = fit(lines_of({"North": seen[0], "South": seen[1]}), weeks_held_out=seen.shape[1] // 2)
    assert 0.76 <= fitted.check.coverage <= 0.84
    for found, place in zip(fitted.stores, base.scenario.stores, strict=True):
        assert found.day_effect_cv == pytest.approx(place.day_effect_cv, rel=0.25)


def slots_of(visits: Records) -> Counts:
    """(SLOTS,) visits by five minutes of the day."""
    return np.bincount(visits["time_us"] % DAY_US // SLOT_US, minlength=SLOTS)


@pytest.mark.parametrize("store", [0, 1])
def test_customers_come_by_the_weight_of_the_hour_while_the_store_is_open(store: int) -> None:
    """Nobody comes before it opens at 08:20 or after it closes; hours weigh by their open part."""
    base, demand = calm()
    visits = demand.visits[demand.visits["store"] == store]
    opens_us, closes_us = base.hours[store]
    start_us = np.arange(SLOTS) * SLOT_US
    is_open = (start_us >= opens_us) & (start_us < closes_us)
    weights = np.repeat(base.scenario.stores[store].visits_by_hour, SLOTS // 24)
    shared_out(slots_of(visits[visits["kind"] == Moment.SHELF]), weights * is_open)
    shared_out(slots_of(visits[visits["kind"] == Moment.SHRINK]), is_open.astype(np.float64))
    web = np.repeat(base.scenario.demand.web_by_hour, SLOTS // 24)
    shared_out(slots_of(visits[visits["kind"] == Moment.WEB]), web)


def test_goods_leave_the_shelf_half_way_through_the_visit() -> None:
    """Who comes in takes goods half-way to the till; a web order walks nowhere."""
    base, demand = generated(
        504, "demand.shopping_time=uniform(0 min, 20 min)", "stock.shrinkage=0.5"
    )
    visits = demand.visits
    shelf = visits[visits["kind"] == Moment.SHELF]
    opens_us, closes_us = base.hours[shelf["store"]].T
    entered_us = shelf["time_us"] % DAY_US - shelf["walk_us"]
    assert (entered_us >= opens_us - 1).all()
    assert (entered_us < closes_us).all()
    shared_out(np.bincount(shelf["walk_us"] // 60_000_000, minlength=10), np.ones(10))
    assert not visits["walk_us"][visits["kind"] != Moment.SHELF].any()


def test_skus_sell_by_their_popularity_in_the_store() -> None:
    """Each store's lines name skus by that store's weights, in both channels and when lost."""
    base, demand = calm()
    assert np.abs(base.catalogue.weight[0] / base.catalogue.weight[1] - 1).max() > 0.2
    visits = demand.visits
    for store in range(base.stores):
        for kind in (*CHANNELS, Moment.SHRINK):
            mine = visits[(visits["store"] == store) & (visits["kind"] == kind)]
            sold = np.bincount(demand.wants["sku"][mine["first_want"]], minlength=base.skus)
            shared_out(sold, base.catalogue.weight[store])


def test_lines_are_as_long_as_the_scenario_says() -> None:
    """Lines of one, two and three units come in their shares; the lost go one by one."""
    base, demand = calm()
    shares = np.array((0.0, *base.scenario.demand.line_quantity))
    for kind in CHANNELS:
        mine = demand.visits[demand.visits["kind"] == kind]
        quantity = demand.wants["quantity"][mine["first_want"]]
        shared_out(np.bincount(quantity, minlength=len(shares)), shares)
    lost = demand.visits[demand.visits["kind"] == Moment.SHRINK]
    assert (lost["wants"] == 1).all()
    assert (demand.wants["quantity"][lost["first_want"]] == 1).all()


def test_units_disappear_in_proportion_to_what_is_wanted() -> None:
    """Shrinkage is its share of the units wanted on a mean day, on every day alike."""
    base, demand = calm()
    lost = demand.visits[demand.visits["kind"] == Moment.SHRINK]
    counts = np.zeros((base.stores, 7), np.int64)
    np.add.at(counts, (lost["store"], lost["time_us"] // DAY_US % 7), 1)
    visits = np.array([np.mean(store.visits_by_weekday) for store in base.scenario.stores])
    units = visits * (0.6 * 1 + 0.1 * 2 + 0.3 * 3)
    means = np.tile(0.2 * units[:, None] * (base.days // 7), 7)
    near_poisson(counts, means)
    near_poisson(counts.sum(axis=1), means.sum(axis=1))


def test_a_busy_day_loses_no_more_units_than_another() -> None:
    """Shrinkage follows the mean day: what disappears varies by chance alone."""
    base, demand = moody()
    lost = demand.visits[demand.visits["kind"] == Moment.SHRINK]
    counts = np.zeros((base.stores, base.days), np.int64)
    np.add.at(counts, (lost["store"], lost["time_us"] // DAY_US), 1)
    vary_as_poisson(counts, 0.2 * base.rate.sum(axis=1, keepdims=True))


def test_baskets_hold_as_many_lines_as_the_scenario_says() -> None:
    """Of 20,000 skus that sell alike hardly one falls into a basket twice: shares are exact."""
    shares = (0.3, 0.1, 0.2, 0.15, 0.25)
    base, demand = generated(
        505,
        f"demand.basket_lines={list(shares)}",
        "catalogue.generate.skus=20000",
        "catalogue.generate.popularity=0",
        "horizon.trading=103 weeks",
    )
    assert len(shares) ** 2 * float((base.catalogue.weight**3).sum(axis=1).max()) < 1e-6
    for kind in CHANNELS:
        lines = demand.visits["wants"][demand.visits["kind"] == kind]
        shared_out(np.bincount(lines, minlength=6), np.array((0.0, *shares)))
    assert demand.visits["wants"].sum() == len(demand.wants)


def test_a_basket_names_no_sku_twice() -> None:
    """The second draw stands in for a sku that is in the basket; only if it is in too, none."""
    base, demand = generated(
        506,
        "demand.basket_lines=[0.25, 0.75]",
        "catalogue.generate.skus=12",
        "catalogue.generate.popularity=1.5",
        "horizon.trading=103 weeks",
    )
    visits = demand.visits
    owner = np.zeros(len(demand.wants), np.int64)
    owner[visits["first_want"]] = 1
    owner = np.cumsum(owner)
    assert len(np.unique(owner * base.skus + demand.wants["sku"])) == len(demand.wants)
    for store in range(base.stores):
        mine = (visits["store"] == store) & (visits["kind"] != Moment.SHRINK)
        thrice = float((base.catalogue.weight[store] ** 3).sum())
        two = 0.75 * (1 - thrice)
        assert thrice > 0.03
        shared_out(np.bincount(visits["wants"][mine], minlength=3), np.array((0, 1 - two, two)))


def pair_moments(households: int, shape: float, first: int, second: int) -> tuple[float, float]:
    """Mean and variance of sum(n * m) over households with Dirichlet shares.

    n and m are the *first* and *second* visits shared out independently (Mosimann 1962).
    """
    rising = np.cumprod(shape + np.arange(4))
    whole = np.cumprod(households * shape + np.arange(4))
    p2, p3, p4 = rising[1] / whole[1], rising[2] / whole[2], rising[3] / whole[3]
    two_each = rising[1] ** 2 / whole[3]
    mean = households * first * second * p2
    pairs = float(first * (first - 1)) * second * (second - 1)
    own = pairs * p4 + float(first) * second * ((first + second - 2) * p3 + p2)
    square = households * own + households * (households - 1) * pairs * two_each
    return float(mean), float(square - mean**2)


def test_some_households_come_more_often_than_others() -> None:
    """A household's visits to store and web shop rise together by visit_rate_cv."""
    base, demand = calm()
    for store, place in enumerate(base.scenario.stores):
        first, last = base.first_customer[store : store + 2]
        of_store = demand.visits[demand.visits["store"] == store]
        customers = [of_store["customer"][of_store["kind"] == kind] for kind in CHANNELS]
        assert first <= min(who.min() for who in customers)
        assert max(who.max() for who in customers) < last
        shelf, web = (np.bincount(who - first, minlength=last - first) for who in customers)
        shape = 1 / place.visit_rate_cv**2
        mean, variance = pair_moments(place.households, shape, shelf.sum(), web.sum())
        near(float((shelf * web).sum()), mean, variance)
        rates = place.households * np.diff(household_cdf(base, store), prepend=0)
        assert stats.kstest(rates, stats.gamma(shape, scale=1 / shape).cdf).pvalue > ALARM


def test_households_without_spread_come_alike() -> None:
    """With visit_rate_cv 0 each household has the same chance of every visit."""
    base, demand = generated(507, "stores.0.visit_rate_cv=0", "horizon.trading=51 weeks")
    mine = demand.visits[(demand.visits["store"] == 0) & (demand.visits["kind"] != Moment.SHRINK)]
    households = base.scenario.stores[0].households
    shared_out(np.bincount(mine["customer"], minlength=households), np.ones(households))


def test_arms_meet_the_same_demand() -> None:
    """Two setups count the visits and the units that were generated, and change none of them."""
    print("seed 508")
    scenario, catalogue = shop("corner", 508, "demand.churn_after_cancellation=0")
    base = plan(scenario, catalogue)
    demand = generate(base, 3)
    before = demand.visits.tobytes(), demand.wants.tobytes()
    shelf, web = by_day(base, demand.visits).transpose(1, 2, 0)
    for links in (table("typed", "typed"), table("direct", "direct")):
        given = simulate(scenario, catalogue, [(-1, links)], 3, demand=demand)
        own = simulate(scenario, catalogue, [(-1, links)], 3)
        assert given.digests == own.digests
        assert (given.daily[:, :, Metric.VISITS] == shelf + web).all()
        assert (given.daily[:, :, Metric.WEB_ORDERS_WANTED] == web).all()
    assert (demand.visits.tobytes(), demand.wants.tobytes()) == before
    assert demand.visits.dtype == VISIT
