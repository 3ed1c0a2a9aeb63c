"""Survivors that nobody can notice, and why. They count as survivors all the same.

`UNTESTED` is another matter: these could be noticed, and no test does yet.

A row is a pattern of the file and function, one of the mutant as it is shown, and the reason.
Patterns name the line as it stands: when the line changes, its survivors are to be explained anew.
"""

import re

EQUIVALENT: tuple[tuple[str, str, str], ...] = (
    (
        r"core/kernels/.*",
        (
            r"- if extra (<=|>) 0\b.*\n\+ if (False:|\(*extra (< 0|<= \(-1\)|>= 0|> \(-1\))\b.*)"
            r"|- if extra > 0 and .*\n\+ if \(\(extra > 0\) or .*"
        ),
        (
            "row 0 of the extras is never written: reading it gives the zeros that the guard saves "
            "reading"
        ),
    ),
    (
        r"core/kernels/availability.py (take|give)_fence",
        r"- if (used|quantity) > 0:\n\+ if (used|quantity) (>= 0|> \(-1\)):",
        "a fence is written as it was",
    ),
    (
        r"core/kernels/.*",
        (
            r"- (if|.*and) ?.*t\.meta\[Meta\.SPECIAL\] != 0 (and|or).*\n\+ .*"
            r"(Meta\.ROOM\] != 0|SPECIAL\] != \(-1\)) (and|or) .*"
        ),
        "a shortcut past looking a sku up among the kits; without it the look says the same",
    ),
    (
        r"core/kernels/.*",
        (
            r"- note\(t, Undo\.(EXTRA|ORDER|RESERVATION|DOCUMENT|PARTY)_ADDED, .*, 0\)\n"
            r".*(1|\(-1\))\)"
            r"|- note\(t, Undo\.(IN_LINE|LISTED|ORDER|RESERVATION|DOCUMENT|PARTY), 0, .*\n"
            r".*Undo\.\w+, (1|\(-1\)), .*"
        ),
        "this column of the undo log is not read for this kind of entry",
    ),
    (
        r"core/kernels/finding.py slot_of",
        r"(?s).*",
        "where an id is looked for first decides how soon it is found, not whether",
    ),
    (
        r"core/kernels/backlog.py queue",
        (
            r"- t\.waiting\[at, NEXT\] = 0\n.*"
            r"|- note\(t, Undo\.QUEUE, tail - 1, .*\n\+ .*tail (\+ 1|- 0), NEXT\]\)"
        ),
        "nobody stands behind the last in line: what is cleared or kept is 0 already",
    ),
    (
        r"core/kernels/backlog.py after_rise",
        r".*\n.*\(HEAD \+ type\(HEAD\)\(1\)\).*|.*\n.*HEAD\] != \(-1\):",
        "`fill` looks at the head of the queue itself",
    ),
    (
        r"core/kernels/availability.py floor_of",
        r".*\n\+ return np\.int64\(\(-1\)\)",
        "a floor of -1 is kept by every promise, as 0 is",
    ),
    (
        r"core/kernels/loop.py available_after",
        r"(?s).*min\(\(?LEVEL_MAX.*",
        "on_hand stays within LEVEL_MAX and so does what is available of it",
    ),
    (
        r"core/kernels/loop.py (leave_open|judge_id|judge_known)",
        r'- (a|answers\[i\])\["(original|available|events)"\] = (0|Status\.OK)\n\+ pass',
        "the engine hands over answers that are zero",
    ),
    (
        r"core/kernels/loop.py mark",
        r"- meta\[Meta\.(UNDO|SAVED_\w+)\] = 0\n\+ meta\[Meta\.(UNDO|SAVED_\w+)\] = 1",
        "one row of the scratch stays unused",
    ),
    (r"core/policies/.*", r".*strict=True.*\n.*strict=False.*", "both are of one length by build"),
    (r"core/(policies|engine).*", r"- align=True,\n\+ align=False,", "the records have no gaps"),
    (
        r"core/policies/prices/book.py PriceBook.(quote|next_change_us)",
        r".*\[0\].*\n.*\[\(-1\)\].*",
        "of one element the first is the last",
    ),
    (
        r"core/policies/promotions/choosing.py _BestDeal.*",
        (
            r"- (dealt\[favourite if|self\._try\(|self\.(tries|best_minor) = |if self\.tries > ).*"
            r"\n(?!.*tries >= ).*|.*\n.*\(self\.ready, self\.best.*|- self\.tries \+= 1\n.*"
            r"|- dealt\[takers.*\n.*takers\[\(-1\)\].*|.*offer\.touches\(line\)\].*\n.* if True\].*"
        ),
        "the first guess and the order of the search: the best way is found sooner or later",
    ),
    (
        r"core/policies/promotions/offers.py ",
        r"- (start_us|quantity_min): int = 0\n.*(\(-1\)|1)",
        "no time is below 0, and no offer takes anything off a basket without a unit of its goods",
    ),
    (
        r"core/policies/promotions/offers.py Offers.steps",
        r"- alone = 0 if .*\n\+ alone = (1|\(-1\)) if .*",
        "any one number will do for all members of a group",
    ),
    (
        r"core/kernels/commit.py mend_shortage",
        r'.*> before:\n.*>= before:|.*\["location"\] = .*\n\+ pass',
        "a row beyond the last is written and not given out; what runs short is named by a command",
    ),
    (
        r"core/kernels/(kits.py kit_fits|transfers.py send)",
        r".*(state == AVAILABLE and )?not \(?fits_hand\(t, row, -(units|quantity)\).*\n.*",
        "no state but available is below 0, so on_hand stays above what available stays above",
    ),
    (
        r"core/kernels/.*",
        (
            r'- if (c\["order_id"\] <= 0|at < 0):\n\+ if (c\["order_id"\] <= |at < )\(-1\):'
            r'|- if c\["order_id"\] <= 0:\n\+ if False:'
        ),
        "the id 0 finds an empty place, which says the same; no Status is 1 here",
    ),
    (
        r"core/kernels/routing.py .*",
        r"- nothing = np\.int64\(0\)\n.*|- return -2 \* served \+ parcels.*\n\+ return -3 .*",
        "the same for every candidate, or the same order of them",
    ),
    (
        r"core/kernels/routing.py (fits_all|offered)",
        r"(?s).*",
        "on_hand stays within LEVEL_MAX, so a level that can sell units can promise them",
    ),
    (
        r"core/kernels/lots.py take_lots",
        r".*LOTS\] == 0:\n.*LOTS\] == \(-1\):",
        "a list that begins with 0 ends at once",
    ),
    (
        r"core/kernels/settings.py set_routing",
        r".*\n\+ if c\[.argument.\] < \(-1\):",
        "the bytes of -1 name no rule",
    ),
    (
        r"core/kernels/tables.py sample_tables",
        r"(?s).*",
        "only the types of these tables are looked at",
    ),
    (
        r"core/kernels/points.py burn",
        r"- end_us = np\.int64\(0\)\n.*",
        "the first grant that is used sets it",
    ),
    (
        r"core/kernels/lines.py number_line",
        r'.*\n.*o\["more"\] == \(-1\).*',
        "every line is then found as one that came later is: slower, and the same",
    ),
    (
        r"core/kernels/stock.py correct",
        r"- if change < 0:\n\+ if change < 1:",
        "of nothing nothing is taken",
    ),
    (
        r"core/kernels/stock.py (lot_status|expect_dated|expect)",
        (
            r'- if c\["argument"\] < 0:\n\+ if c\["argument"\] <= 0:|.*\n.*quantity <= 0:'
            r'|.*\n\+ if (\(-1\) <|0 <=) c\["argument"\].*'
        ),
        "an argument of 0, or a quantity of 0, was answered before",
    ),
    (
        r"core/kernels/tables.py aligned",
        r"(?s).*",
        "where an array begins in memory decides how fast it is",
    ),
    (
        r"core/kernels/points.py .*",
        r'- if t\.parties\[account\]\["id"\] == 0 or .*\n.*== \(-1\) or .*',
        "an empty place holds no points",
    ),
    (
        r"core/kernels/stock.py .*",
        r"- (if met|while rest) > 0\b.*\n.* > \(-1\).*",
        "of nothing nothing is taken",
    ),
    (
        r"core/kernels/finding.py ",
        r"- STEP_INVERSE = .*\n.*(\*\*33|\*\*31).*",
        "modulo the size of any table that fits into memory it is the same number",
    ),
    (
        r"core/kernels/lines.py (blank_line|add_line)",
        r'- line\["\w+"\] = 0\n\+ pass',
        "a line that was taken back was put back as it began",
    ),
    (
        r"core/kernels/lines.py add_line",
        r'- o\["(later|more|lines)"\] = 0\n\+ pass',
        "an order that was taken back was put back as it began before its place became empty",
    ),
    (
        r"core/kernels/documents.py enlist",
        r'.*\n.*d\["id"\] <= other\["id"\].*',
        "no paper is compared with itself",
    ),
    (
        r"core/kernels/documents.py find_paper",
        r"- return np\.int64\(-1\)\n.*-2\)",
        "callers ask whether it is below 0",
    ),
    (
        r"core/policies/tax/lines.py .*",
        r".*rates\[group\[0\]\]\n.*",
        "the lines of a group have the same rates",
    ),
    (
        r"core/policies/prices/.*",
        (
            r"- key = -1\n.*|.*reshape\(-1, 3\).*\n.*reshape\(-2, 3\).*|.*<= end_us:\n.*< end_us:"
            r"|.*np\.clip\(at, 0,.*\n.*|.*> now_us\]\n.*>= now_us\]"
        ),
        "no number of a key, a negative length; and what the next step says in any case",
    ),
    (
        r"core/policies/(split.py split|tax/lines.py _effective)",
        r"- if amount_minor < 0:\n\+ if amount_minor (<= 0|< 1):|- scale = 1\n.*",
        "0 was answered before; a fraction may have a larger denominator",
    ),
    (
        r"core/policies/promotions/discounts.py _sets_for_price",
        r".*\+ 1\) // 2\n.*\+ 2\) // 2",
        "any step between the two ends of a search by halves",
    ),
    (
        r"core/policies/promotions/discounts.py _Pool.__init__",
        r".*if run\.units\).*\n.*if True\).*",
        "a run of no units takes no part",
    ),
)
UNTESTED: tuple[tuple[str, str, str], ...] = (
    (
        r"core/kernels/documents.py enlist",
        r".*if before < 0:\n.*< 1:",
        "a list whose first paper lies at the first place of its table",
    ),
    (
        r"core/kernels/finding.py known_status",
        r"- mask = .*\n.*slots - 2\)",
        "ids that crowd the memory of known ids",
    ),
    (
        r"core/kernels/routing.py beats",
        r".*\n.*over // best_under.*",
        "two locations whose cost per unit is equal as a fraction",
    ),
    (
        r"core/kernels/(undo.py note|loop.py apply)",
        r".*CHAINED\] == 0:\n.*\(-1\):|- t\.meta\[Meta\.NEEDED\] = weight\n.*",
        "memory: what thousands of single commands log, and a chain heavier than any before",
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
        r"core/kernels/.*",
        r'- .*min\((t\.lines\[at\]|line|d)\["(number|line)"\], 65535\).*\n.*6553[46]\).*',
        "an order of more than 65,535 lines",
    ),
    (
        (
            r"core/kernels/loop.py (weight_of|names_kit|fits_in|spare_events)"
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
    for kind, rows in (("equivalent", EQUIVALENT), ("untested", UNTESTED))
    for where, shown, why in rows
]


def reason_for(path: str, function: str, shown: str) -> str:
    """Return what a survivor is, "equivalent" or "untested", and why; empty where nobody said."""
    for where, pattern, why in _COMPILED:
        place = where.fullmatch(f"{path} {function}") or where.fullmatch(path)
        if place and pattern.fullmatch(shown):
            return why
    return ""
