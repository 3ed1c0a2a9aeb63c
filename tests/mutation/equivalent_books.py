"""Survivors that nobody can notice in how the engine keeps its books: tables, queues, lists, undo.

How rows are read stands in `explained`.
"""

BOOKS: tuple[tuple[str, str, str], ...] = (
    (
        r"core/kernels/.*",
        (
            r"- if extra <= 0\b.*\n\+ if (False:|\(*extra (< 0|<= \(-1\))[: )].*)"
            r"|- (el)?if extra > 0\b.*\n\+ (el)?if \(*extra (>= 0|> \(-1\))[: )].*"
            r"|- elif extra > 0 and .*HEAD.*\n\+ elif \(\(extra > 0\) or .*"
            r"|- if extra <= 0 or .*LOTS.*\n\+ if \(\(extra <= 0\) and .*"
        ),
        (
            "row 0 of the extras is never written: reading it gives the zeros that the guard saves "
            "reading; an empty queue or list is found empty behind it too"
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
        r"core/kernels/backlog.py after_rise",
        r".*\n.*\(HEAD \+ type\(HEAD\)\(1\)\).*|.*\n.*HEAD\] != \(-1\):",
        "`fill` looks at the head of the queue itself",
    ),
    (
        r"core/kernels/backlog.py (leave_queue|allocate_waiting)",
        r"- (note|save_line)\(.*\n.*",
        "those who wait are served at the end of a chain, when it cannot break any more",
    ),
    (
        r"core/kernels/backlog.py queue",
        r".*\n\+ if t\.extras\[extra, \(HEAD \+ type\(HEAD\)\(1\)\)\] == 0:",
        "a queue has a head and a tail, or neither",
    ),
    (
        r"core/kernels/availability.py extra_for",
        r"- t\.extras\[extra, :\] = 0\n\+ pass",
        "extras are cleared as they grow, and what a broken chain wrote there was put back",
    ),
    (
        r"core/kernels/availability.py kit_sellable",
        r"- kits = .*\n\+ kits = np\.int64\((3\*\*31 - 1|2\*\*32 - 1|2\*\*31 \+ 1|2\*\*31 - 0)\)",
        "more than any level holds, and a kit has a part",
    ),
    (
        r"core/kernels/availability.py floor_of",
        r".*\n\+ return np\.int64\(\(-1\)\)",
        "a floor of -1 is kept by every promise, as 0 is",
    ),
    (
        r"core/kernels/loop.py available_after",
        r".*\n.*max\(-LEVEL_MAX, min\(\(LEVEL_MAX \+ .*",
        "no more is available than is on hand, which is LEVEL_MAX at most",
    ),
    (
        r"core/kernels/(loop|envelope).py (leave_open|judge_id|judge_known)",
        r'- (a|answers\[i\])\["(original|available|events)"\] = (0|Status\.OK)\n\+ pass',
        "the engine hands over answers that are zero",
    ),
    (
        r"core/kernels/loop.py mark",
        r"- meta\[Meta\.(UNDO|SAVED_\w+)\] = 0\n\+ meta\[Meta\.(UNDO|SAVED_\w+)\] = 1",
        "one row of the scratch stays unused",
    ),
    (
        r"core/kernels/commit.py mend_shortage",
        r'.*> before:\n.*>= before:|.*\["location"\] = .*\n\+ pass',
        "a row beyond the last is written and not given out; what runs short is named by a command",
    ),
    (
        r"core/kernels/.*",
        (
            r"- if at < 0:\n\+ if at < \(-1\):"
            r'|- if c\["order_id"\] <= 0:\n\+ if (False|c\["order_id"\] (< 0|<= \(-1\))):'
            r"|- if document_id <= 0:\n\+ if (False|document_id (< 0|<= \(-1\))):"
        ),
        "an id below 1 finds an empty place, which says the same; no Status is 1 here",
    ),
    (
        r"core/kernels/lots.py take_lots",
        r".*LOTS\] == 0:\n.*LOTS\] == \(-1\):",
        "a list that begins with 0 ends at once",
    ),
    (
        r"core/kernels/lots.py end_lot",
        r"- return row\n\+ return 0",
        "nothing rises when a lot ends, so nobody who waits is served",
    ),
    (
        r"core/kernels/undo.py save",
        r"- t\.meta\[count\] = copy \+ 1\n.*copy - 1",
        "places are taken from the end backwards, and there are as many",
    ),
    (
        r"core/kernels/undo.py (save_order)?",
        r"- SAVED_ORDERS = .*\n.*SAVED_RESERVATIONS\)|.*\n.*\(SAVED_ORDERS \+ type.*",
        "no command saves an order and a reservation: there is place for a count of both",
    ),
    (
        r"core/kernels/tables.py sample_tables",
        r"(?s).*",
        "only the types of these tables are looked at",
    ),
    (
        r"core/kernels/tables.py aligned",
        r"(?s).*",
        "where an array begins in memory decides how fast it is",
    ),
    (
        r"core/kernels/finding.py (due_before|pop_due)",
        (
            r".*\n.*a_id <= b_id\)|- if size == 0:\n\+ if (False|size == \(-1\)):"
            r"|.*\n\+ if child > size:|.*\n\+ if right <= size and .*"
        ),
        "two entries that are alike, or one that is put where it lies",
    ),
    (
        r"core/kernels/finding.py ",
        r"- UNKNOWN_ID = -1 .*\n.*-2 .*",
        "any number that is no status",
    ),
    (
        r"core/kernels/finding.py count_turns_anew",
        r"- t\.known\[young, each\].*\n.* = 1",
        "the turn of the old generation: the young one, and what it becomes, have higher ones",
    ),
    (
        r"core/kernels/loop.py ",
        r"- NAMES_LEVEL = np\.ones\(256.*\n.*257.*",
        "no operation has that number",
    ),
    (
        r"core/kernels/moves.py emit_shortage",
        r".*\n\+ short = max\(\(-1\), -after\) - .*",
        "below 0 or not above it: no shortage either way",
    ),
    (
        r"core/kernels/finding.py ",
        r"- STEP_INVERSE = .*\n.*(\*\*33|\*\*31).*",
        "modulo the size of any table that fits into memory it is the same number",
    ),
    (
        r"core/kernels/documents.py enlist",
        r'.*\n.*d\["id"\] <= other\["id"\].*',
        "no paper is compared with itself",
    ),
    (
        r"core/kernels/documents.py enlist",
        r"- before = np\.int64\(-1\)\n.*-2\)",
        "any number below 0",
    ),
    (
        r"core/kernels/documents.py came",
        r'- (if final:|t\.documents\[slot\]\["closed"\] = 1)\n.*',
        "the last arrival takes what is lost off too, and with nothing open the paper is closed",
    ),
    (
        r"core/kernels/documents.py find_paper",
        r"- return np\.int64\(-1\)\n.*-2\)",
        "callers ask whether it is below 0",
    ),
)
