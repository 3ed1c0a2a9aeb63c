"""What survivors are, and why: equivalent ones, and those that no test would notice yet.

A row is a pattern of the file and function, one of the mutant as it is shown, and the reason.
Patterns name the line as it stands: when the line changes, its survivors are to be explained anew.
Equivalent ones, which nobody can notice, count as survivors all the same. `UNTESTED` is another
matter: these could be noticed, and no test does.
"""

import re

from tests.mutation.equivalent_books import BOOKS
from tests.mutation.equivalent_rules import RULES

UNTESTED: tuple[tuple[str, str, str], ...] = (
    (
        r"core/kernels/loop.py apply",
        r"- t\.meta\[Meta\.NEEDED\] = weight\n.*",
        "memory: a chain heavier than any before",
    ),
    (
        r"core/policies/promotions/choosing.py.*",
        r"(?s).*(SEARCH_MAX|self\.tries).*",
        "a basket that needs exactly as many tries as are allowed",
    ),
    (
        r"core/kernels/(loop|moves).py (close_single|answer_one|emit)",
        r".*65535\).*\n.*6553[46]\).*",
        "a command that causes more than 65,534 events",
    ),
    (
        (
            r"core/kernels/weights.py .*"
            r"|core/room.py .*|core/kernels/tables.py (allocate|slots_for)?"
        ),
        r"(?s).*",
        (
            "how much memory is asked for, and how soon; what too little does, a test with arenas "
            "filled to their last row would tell"
        ),
    ),
)
_COMPILED = [
    (re.compile(where), re.compile(shown), f"{kind}: {why}")
    for kind, rows in (("equivalent", BOOKS + RULES), ("untested", UNTESTED))
    for where, shown, why in rows
]


def reason_for(path: str, function: str, shown: str) -> str:
    """Return what a survivor is, "equivalent" or "untested", and why; empty where nobody said."""
    for where, pattern, why in _COMPILED:
        place = where.fullmatch(f"{path} {function}") or where.fullmatch(path)
        if place and pattern.fullmatch(shown):
            return why
    return ""
