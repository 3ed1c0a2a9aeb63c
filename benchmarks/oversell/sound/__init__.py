"""Rules of a shop that is right: every defective shop takes the rules it does not get wrong.

levels      counters, movements, cart holds that have ended
facts       what has happened already: receipts, corrections, counts, sales at a till
carts       promises to carts
holds       how they end early
orders      promises to customers, and what becomes of them
replies     each key is carried out once
messages    what another system tells, and what it is told
"""

from benchmarks.oversell.shop import Rules
from benchmarks.oversell.sound import carts, facts, holds, levels, messages, orders, replies
from storetwin_contract.protocol import Capability, Verb

RULES = Rules(
    verbs={
        Verb.RECEIVE: facts.receive,
        Verb.ADJUST: facts.adjust,
        Verb.COUNT: facts.count,
        Verb.SELL: facts.sell,
        Verb.RESERVE: carts.reserve,
        Verb.RELEASE: holds.release,
        Verb.PLACE: orders.place,
        Verb.FULFIL: orders.fulfil,
        Verb.CANCEL: orders.cancel,
        Verb.RETURN: orders.give_back,
    },
    once=replies.once,
    shown=levels.shown,
    level=levels.level,
    expire=levels.expire,
    deliver=messages.deliver,
    reconcile=messages.reconcile,
)
# Everything but backorders, which no shop of the lab has.
ALL = frozenset(Capability) - {Capability.BACKORDER}
# Of shops whose own way to place an order does not take over what a cart holds, or knows no carts.
NO_CHECKOUT = ALL - {Capability.CHECKOUT}
NO_CARTS = NO_CHECKOUT - {Capability.RESERVE, Capability.EXPIRY}
