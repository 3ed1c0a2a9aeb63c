"""A change of setup: what is open is booked, goods move, and the web shop is loaded anew."""

import numpy as np

from core.schema import Operation, Reason, State
from sim.floor import RECORD, Floor, Rows
from sim.plan import LinkPlan, Param


def change_over(floor: Floor, links: LinkPlan) -> None:
    """Put other links in force, as a project would: book what is open, move pools, load."""
    if not floor.one_system:
        floor.book_all()
    floor.take_changed()
    move_pool(floor, links.links.web_pool)
    floor.use_links(links)
    rows = floor.active_rows()
    floor.shelves["seen"] = 0
    floor.shelves["last_sent"][rows] = floor.available(RECORD, rows)
    floor.load_web_shop()


def move_pool(floor: Floor, share: float) -> None:
    """Carry goods between shelf and web pool, and tell the record."""
    size = floor.plan.stores * floor.plan.skus
    shelf = np.arange(size, dtype=np.int64)
    pool = shelf + size
    physical, promised = floor.shelves["physical"], floor.shelves["promised"]
    if floor.params[Param.POOL]:
        moved = floor.available(RECORD, pool).copy()
        carry(floor, pool, shelf, physical[pool].copy(), moved)
    if share > 0:
        free = np.maximum(0, physical[shelf] - promised[shelf])
        set_aside = np.floor(share * free).astype(np.int64)
        goods = np.minimum(physical[shelf], promised[shelf] + set_aside)
        carry(floor, shelf, pool, goods, np.minimum(set_aside, goods))
    else:
        expect_on_shelf(floor, pool, shelf)


def carry(floor: Floor, source: Rows, target: Rows, goods: Rows, recorded: Rows) -> None:
    """Move *goods* and all promises between two rows each; book *recorded* units as moved."""
    for column, units in (
        ("physical", goods),
        ("promised", floor.shelves["promised"][source].copy()),
        ("unbooked", floor.shelves["unbooked"][source].copy()),
    ):
        floor.shelves[column][source] -= units
        floor.shelves[column][target] += units
    some = recorded != 0
    for rows, sign in ((source, -1), (target, 1)):
        units = sign * recorded[some]
        floor.book_facts(RECORD, Operation.ADJUST, rows[some], units, Reason.MIGRATION)


def expect_on_shelf(floor: Floor, pool: Rows, shelf: Rows) -> None:
    """What was ordered for a pool that is given up will come to the shelf."""
    coming = floor.engines[RECORD].tables.levels[pool, State.INCOMING].copy()
    some = coming > 0
    for rows, units in ((pool, -coming), (shelf, coming)):
        floor.book_facts(RECORD, Operation.EXPECT, rows[some], units[some], Reason.MIGRATION)
