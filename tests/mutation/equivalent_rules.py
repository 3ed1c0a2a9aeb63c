"""Survivors that nobody can notice in what the rules say: stock, orders, routing, policies.

How rows are read stands in `explained`.
"""

RULES: tuple[tuple[str, str, str], ...] = (
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
        r"core/kernels/(kits.py kit_fits|transfers.py send)",
        r".*(state == AVAILABLE and )?not \(?fits_hand\(t, row, -(units|quantity)\).*\n.*",
        "no state but available is below 0, so on_hand stays above what available stays above",
    ),
    (
        r"core/kernels/routing.py .*",
        r"- nothing = np\.int64\(0\)\n.*|- return -2 \* served \+ parcels.*\n\+ return -3 .*",
        "the same for every candidate, or the same order of them",
    ),
    (
        r"core/kernels/routing.py score",
        r"- one = np\.int64\(1\)\n.*",
        "the fraction is 0 for every candidate, whatever it is divided by",
    ),
    (
        r"core/kernels/routing.py beats",
        r"- return (whole|over) .*<.*\n.* <= .*",
        "where they are equal it is not asked",
    ),
    (
        r"core/kernels/routing.py choose",
        r"- best = np\.int64\(-1\)\n.*-2\)|- best_units = np\.int64\(0\)\n.*",
        "callers ask whether it is below 0, and the first candidate sets both",
    ),
    (
        r"core/kernels/routing.py serves",
        (r'.*\n\+ and later\["quantity"\] (>= 0|> \(-1\))'),
        "of no units none are lacking",
    ),
    (
        r"core/kernels/routing.py breaks_floor",
        r"- return np\.int64\([01]\)\n\+ return np\.int64\((2|\(-1\))\)",
        "the order of yes and no is what counts, and no sku is a kit here and none there",
    ),
    (
        r"core/kernels/rerouting.py reroute",
        r".*\n\+ if not anywhere and \(c\[.location_to.\] < \(-1\) or .*",
        "-1 is anywhere",
    ),
    (
        r"core/kernels/rerouting.py plan_anew",
        r".*\n\+ return route\(t, t\.asked, (\(-1\), 0|1, 0|0, \(-1\)), asked\)",
        "no line follows, and the one that is asked about is no PLACE",
    ),
    (
        r"core/kernels/routing.py (fits_all|offered)",
        r"(?s).*",
        "on_hand stays within LEVEL_MAX, so a level that can sell units can promise them",
    ),
    (
        r"core/kernels/settings.py set_routing",
        r".*\n\+ if (c\[.argument.\] < \(-1\)|False):",
        "the last byte of a number below 0 names no rule",
    ),
    (
        r"core/kernels/settings.py set_level",
        r".*\n.*\(ARRIVALS_ONLY \+ type\(ARRIVALS_ONLY\)\(1\)\).*",
        "this asks for LINKED too, which no setting that is executed has",
    ),
    (
        r"core/kernels/kits.py ",
        r"- PROMISED = 0\n\+ PROMISED = \(-1\)|- SOLD = 1\n\+ SOLD = 2",
        "two numbers that differ",
    ),
    (
        r"core/kernels/kits.py kit_fits",
        r"- return False\n\+ return True",
        "the last of them: what fits available fits on_hand, as said above of `fits_hand`",
    ),
    (
        r"core/kernels/points.py account_of",
        r'- p\["owed"\] = 0\n\+ pass',
        "an account that was taken back was put back as it began",
    ),
    (
        r"core/kernels/(points.py reverse|carts.py release)",
        r'- if c\["argument"\] <= 0:\n\+ if (False|c\["argument"\] (< 0|<= \(-1\))):',
        "an id below 1 finds an empty place, which says the same",
    ),
    (
        r"core/kernels/(returns.py state_for|moves.py leave)",
        r"- return (AVAILABLE|np\.int64\(State\.AVAILABLE\))\n\+ return 0",
        "it is 0",
    ),
    (
        r"core/kernels/returns.py put_down",
        r'- e\["state_to"\] = OUTSIDE\n\+ pass',
        "callers have written the event so; state_from is another matter",
    ),
    (
        r"core/kernels/points.py burn",
        r"- end_us = np\.int64\(0\)\n.*",
        "the first grant that is used sets it",
    ),
    (
        r"core/kernels/stock.py correct",
        r"- if change < 0:\n\+ if change (< 1|<= 0):",
        "of nothing nothing is taken",
    ),
    (
        r"core/kernels/stock.py (lot_status|expect_dated|expect)",
        (
            r'- if c\["argument"\] < 0:\n\+ if c\["argument"\] (<= 0|< 1):'
            r"|.*\n.*quantity (<= 0|< 1):"
            r'|.*\n\+ if (\(-1\) <|0 <=) c\["argument"\].*'
        ),
        "an argument of 0, or a quantity of 0, was answered before",
    ),
    (
        r"core/kernels/points.py .*",
        r'- if t\.parties\[account\]\["id"\] == 0 or .*\n.*== \(-1\) or .*',
        "an empty place holds no points",
    ),
    (
        r"core/kernels/stock.py .*",
        r"- (if met|while rest) > 0\b.*\n.* (> \(-1\)|>= 0).*",
        "of nothing nothing is taken",
    ),
    (
        r"core/kernels/stock.py ",
        r"- TOO_LATE = .*\n.*2\*\*61\).*",
        "more than any difference as well",
    ),
    (
        r"core/kernels/stock.py meet_arrivals",
        r"- if t\.coming\[row, DATED\] != 0:\n.*\(-1\):",
        "a shortcut past a list without arrivals, which meets nothing",
    ),
    (
        r"core/kernels/stock.py moved_since",
        r"- return total\n\+ return 0",
        "the first of them: nothing was added yet",
    ),
    (
        r"core/kernels/(documents.py add_document|carts.py hold)",
        r'- [dr]\["unused"\] = 0\n\+ pass',
        "nobody writes anything else there",
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
