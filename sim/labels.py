"""Price waves and paper or electronic labels: the till asks a new price, the labels follow."""

from collections import deque

import numpy as np

from scenarios.text import DAY_US, WEEK_US
from sim.floor import Floor, Rows
from sim.recorder import Metric
from sim.streams import marks, stream, threshold


def new_prices(floor: Floor) -> bool:
    """The week's promotions: the till asks the new price at once, the labels follow."""
    catalogue = floor.plan.catalogue
    seed = floor.plan.scenario.seed
    week = floor.now_us // WEEK_US
    drawn = stream(seed, "promotions", floor.replication, week).random(floor.plan.skus)
    cut = np.rint(catalogue.price_minor * (1 - catalogue.promo_depth)).astype(np.int64)
    price = np.where(drawn < catalogue.promo_share, cut, catalogue.price_minor)
    tags = floor.tags
    still_wrong = np.flatnonzero(tags["wrong_since"] >= 0)
    wrong_us = floor.now_us - tags["wrong_since"][still_wrong]
    floor.count(Metric.LABEL_WRONG_US, still_wrong, wrong_us)
    tags["price"] = np.tile(price, floor.plan.stores)
    to_change = np.flatnonzero(tags["label"] != tags["price"])
    tags["wrong_since"] = -1
    tags["wrong_since"][to_change] = floor.now_us
    floor.price_epoch += 1
    floor.count(Metric.LABELS_CHANGED, to_change)
    for store in range(floor.plan.stores):
        relabel(floor, store, to_change[to_change // floor.plan.skus == store], week)
    return True


def relabel(floor: Floor, store: int, rows: Rows, week: int) -> None:
    """Schedule each label's change, by staff with a list or by a polling gateway."""
    generator = stream(floor.plan.scenario.seed, "labels", floor.replication, week, store)
    by_hand = floor.links.links.price.technique == "manual"
    times_us, rows = (by_staff if by_hand else by_gateway)(floor, generator, rows)
    in_time = times_us < floor.plan.days * DAY_US
    rows = rows[in_time]
    floor.schedule_labels(times_us[in_time], rows, floor.tags["price"][rows])


def by_staff(floor: Floor, generator: np.random.Generator, rows: Rows) -> tuple[Rows, Rows]:
    """When staff have changed which labels: they work through a list and miss some."""
    link = floor.links.links.price
    wait_us = (link.starts_us - floor.now_us) % DAY_US
    label_us = round(link.minutes_per_label * 60_000_000)
    missed = marks(generator, len(rows)).astype(np.int64) < threshold(link.entry_error)
    times_us = floor.now_us + wait_us + np.arange(1, len(rows) + 1) * label_us // link.staff
    return times_us[~missed], rows[~missed]


def by_gateway(floor: Floor, generator: np.random.Generator, rows: Rows) -> tuple[Rows, Rows]:
    """When a gateway has changed which labels: so many a poll, failures again at the end."""
    link = floor.links.links.price
    first_us = (floor.now_us // link.period_us + 1) * link.period_us
    waiting = deque((int(row), 1) for row in rows)
    done: list[tuple[int, int]] = []
    poll = 0
    while waiting:
        batch = [waiting.popleft() for _ in range(min(link.labels_per_period, len(waiting)))]
        failed = marks(generator, len(batch)).astype(np.int64) < threshold(link.loss)
        for (row, attempt), lost in zip(batch, failed.tolist(), strict=True):
            if not lost:
                done.append((first_us + poll * link.period_us, row))
            elif attempt < link.attempts:
                waiting.append((row, attempt + 1))
        poll += 1
    shown = np.array(done, np.int64).reshape(-1, 2)
    return shown[:, 0], shown[:, 1]
