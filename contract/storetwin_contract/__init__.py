"""Properties that every inventory must have, put to yours.

`check` plays generated histories of a shop against an inventory that speaks the protocol, judges
every reply by a naive model, and shrinks what breaks a property to a few steps.

protocol    what an inventory must offer
checking    `check`: properties, seed, budget, expected failures
report      what came out
properties  the state machines and the table of them
history     one example as it is played and written down
truth       the naive shop that judges
http        the same protocol over HTTP, for inventories in any language
plugin      pytest: a test a property
"""

from storetwin_contract.checking import check
from storetwin_contract.protocol import (
    Capability,
    Inventory,
    Level,
    Line,
    Meaning,
    Message,
    Movement,
    OrderLine,
    Reply,
    Request,
    Verb,
)
from storetwin_contract.report import Outcome, Report, Result

__all__ = [
    "Capability",
    "Inventory",
    "Level",
    "Line",
    "Meaning",
    "Message",
    "Movement",
    "OrderLine",
    "Outcome",
    "Reply",
    "Report",
    "Request",
    "Result",
    "Verb",
    "check",
]
