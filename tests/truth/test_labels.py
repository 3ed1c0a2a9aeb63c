"""What a label gateway gets through, against figures derived from radio standards.

Sources: Bluetooth Core 5.4 PAwR with Nordic's defaults (an interval of 1.76 s, 8 acknowledged
commands in each of 128 groups): 582 commands a second, and a full group of 255 labels takes 32
intervals, 56 s. Images by connection take 1.95 s to connect, 0.37 s for 9.25 kB at 25 kB/s and
0.5 s to process, 5 % fail: 1,200 an hour by one link. With a share p of transfers lost and tried
again, n labels need n / (1 - p) transfers, with a standard deviation of sqrt(n p) / (1 - p).
Error: none without loss; four standard deviations with loss. The twin's gateway sends so many
labels a period, and that is all of it: no groups, no battery, no burst of losses.
"""

from functools import lru_cache
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from sim.demand import Demand
from sim.labels import new_prices
from sim.plan import plan_links
from sim.twin import KernelTwin
from tests.sim.link_cases import table
from tests.sim.scenario_cases import shop
from tests.truth.floors import planned

ATTEMPTS = 100


class Watched(KernelTwin):
    """The fast form, with the times at which labels are to change written down."""

    def schedule_labels(
        self, times_us: NDArray[np.int64], rows: NDArray[np.int64], prices: NDArray[np.int64]
    ) -> None:
        """Labels will show *prices*."""
        self.shown = [*getattr(self, "shown", []), times_us]
        super().schedule_labels(times_us, rows, prices)


@lru_cache(maxsize=8)
def wave(seed: int, skus: int, period_us: int, labels: int, loss: float = 0.0) -> tuple[int, ...]:
    """Times in us after the wave at which the labels of store 0 change, all prices being new."""
    overrides = f"catalogue.generate.skus={skus}", "catalogue.generate.promo_depth=50 %"
    base, demand = planned(seed, *overrides)
    link = {
        "technique": "poll",
        "period": f"{period_us / 1e6} s",
        "labels_per_period": labels,
        "loss": loss,
        "attempts": ATTEMPTS,
    }
    none = Demand(demand.visits[:0], demand.wants[:0])
    twin = Watched(base, none, plan_links(base, table("event", "event", link)), 0)
    new_prices(twin)
    return tuple(twin.shown[0].tolist())


def test_a_group_takes_32_intervals() -> None:
    """255 labels, 8 in an interval of 1.76 s, have changed after 32 intervals, 56 s."""
    interval_us = 1_760_000
    shown = wave(1, 255, interval_us, 8)
    assert len(shown) == 255
    assert max(shown) == ceil(255 / 8) * interval_us == 56_320_000
    slower = wave(1, 255, interval_us * 102 // 100, 8)
    assert max(slower) != 56_320_000, "control: 2 %"


def test_an_access_point_sends_582_commands_a_second() -> None:
    """All 128 groups together get 8 x 128 commands through in 1.76 s."""
    shown = wave(2, 5820, 1_760_000, 8 * 128)
    full = [time for time in shown if time < max(shown)]  # the last interval is not full
    rate = len(full) / (max(full) / 1e6)
    assert round(rate) == 582
    longer = wave(2, 5820, 1_760_000 * 102 // 100, 8 * 128)
    full = [time for time in longer if time < max(longer)]
    assert round(len(full) / (max(full) / 1e6)) != 582, "control: 2 %"


def test_lost_transfers_are_sent_again() -> None:
    """By one link at 2.82 s an image and 5 % loss, labels change at the rate derived: 1,200/h."""
    seed, labels, period_us, loss = 3, 6000, 2_820_000, 0.05
    shown = wave(seed, labels, period_us, 1, loss)
    assert len(shown) == labels, "with so many attempts none is given up"
    transfers = max(shown) // period_us
    error = sqrt(labels * loss) / (1 - loss)
    expected = labels / (1 - loss)
    print(f"seed {seed}: {transfers} transfers, expected {expected:.0f} +- {error:.0f}")
    assert abs(transfers - expected) < 4 * error
    hourly = labels / (max(shown) / 3.6e9)
    assert round(hourly, -2) == 1200
    assert abs(transfers - 1.02 * expected) > 4 * error, "control: 2 %"


def test_the_ready_gateway_lies_within_what_was_derived() -> None:
    """The library's polling gateway gets 1,200 (9.5 kB images) to 3,850 labels (3 kB) through."""
    scenario, _ = shop("corner", 1, 'setups.unified.price={"preset": "gateway"}')
    link = scenario.setups["unified"].price
    hourly = link.labels_per_period * (1 - link.loss) * 3.6e9 / link.period_us
    print(f"{hourly:.0f} labels an hour")
    assert 1200 <= hourly <= 3850
