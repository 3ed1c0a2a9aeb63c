/* The alternative in C: the engine's rules for a shop without kits, buffers, lots and backorders.

   Operations: RESERVE, PLACE, RELEASE, FULFIL, CANCEL, SELL, RECEIVE, ADJUST, COUNT, undated
   EXPECT, EXPIRE, TRANSFER, ARRIVE; the same answers, events, levels, accounts, lines, documents.
   Chains are undone on failure, ids are known again by id and body, carts end when they are due.
   A stream with anything else is none for it. It asks for little-endian 64-bit and C11. */

#include "tables.h"

#include "rules.h"

static inline int32_t available_after(const Engine *e, const Command *c) {
    if (names_no_level(c->operation) || level_status(e, c) != STATUS_OK) {
        return 0;
    }
    int64_t available = e->levels[row_of(e, c->sku, c->location)].states[STATE_AVAILABLE];
    available = available > LEVEL_MAX ? LEVEL_MAX : available;
    return (int32_t)(available < -LEVEL_MAX ? -LEVEL_MAX : available);
}

/* Move the clock and end what is due. A heap entry is stale when its reservation is gone. */
static inline void pass_time(Engine *e, const Command *c) {
    if (c->now_us <= e->now_us) {
        return;
    }
    e->now_us = c->now_us;
    while (e->due_used > 0 && e->due[0].expires_us <= c->now_us) {
        Due due = e->due[0];
        Reservation *r = find_reservation(e, due.id);
        pop_due(e);
        if (r->id != 0 && r->expires_us == due.expires_us) {
            let_go(e, c, r, KIND_EXPIRED);
            e->events[e->events_used - 1].reason = 0;
        }
    }
}

static inline uint8_t judge_envelope(const Engine *e, const Command *c, const Command *first) {
    if (c->now_us < e->now_us) {
        return STATUS_TIME_WENT_BACK;
    }
    if (c->now_us != first->now_us) {
        return STATUS_CHAIN_TIME_DIFFERS;
    }
    if (c->operation < OPERATION_RESERVE || c->operation > LAST_OPERATION) {
        return STATUS_OPERATION_UNKNOWN;
    }
    if (c->channel >= CHANNELS) {
        return STATUS_CHANNEL_UNKNOWN;
    }
    if (c->occurred_us > c->now_us) {
        return STATUS_OCCURRED_AHEAD;
    }
    return STATUS_OK;
}

static inline bool forgettable(uint8_t status) {
    return status == STATUS_ID_REPLAYED || status == STATUS_ID_REUSED ||
           status == STATUS_TIME_WENT_BACK;
}

static inline void begin(Engine *e, const Command *first) {
    e->command_events = e->events_used;
    e->chain_first = first->id;
    e->chain_lines = e->lines_used;
}

static inline uint16_t clipped(int64_t events) {
    return (uint16_t)(events < 65535 ? events : 65535);
}

/* A command that stands alone, as most do. */
static inline void run_single(Engine *e, const Command *c, Answer *answer) {
    e->current = ++e->sequence;
    begin(e, c);
    uint8_t status = STATUS_ID_NOT_POSITIVE, original = STATUS_OK;
    uint32_t print = 0;
    Known *empty = NULL;
    if (c->id > 0) {
        const Known *known = find_known(e, c->id, &empty);
        print = fingerprint(c);
        if (known != NULL) {
            original = known->status;
            status = known->fingerprint == print ? STATUS_ID_REPLAYED : STATUS_ID_REUSED;
        } else {
            pass_time(e, c);
            status = judge_envelope(e, c, c);
            if (status == STATUS_OK) {
                status = run(e, c);
            }
        }
    }
    *answer = (Answer){
        .sequence = e->current,
        .available = available_after(e, c),
        .status = status,
        .original = original,
        .events = clipped(e->events_used - e->command_events),
    };
    if (c->id > 0 && !forgettable(status)) {
        remember(e, empty, c->id, print, status);
    }
}

/* Guards on the id: those before it in its chain, then all that is known. */
static uint8_t judge_id(Engine *e, const Command *chain, int64_t at, uint8_t *original) {
    const Command *c = &chain[at];
    *original = STATUS_OK;
    if (c->id <= 0) {
        return STATUS_ID_NOT_POSITIVE;
    }
    if (at > 0 && c->id <= e->chain_highest) {
        for (int64_t earlier = 0; earlier < at; earlier++) {
            if (chain[earlier].id == c->id) {
                return fingerprint(&chain[earlier]) == fingerprint(c) ? STATUS_ID_REPLAYED
                                                                      : STATUS_ID_REUSED;
            }
        }
    } else {
        e->chain_highest = c->id;
    }
    Known *empty;
    const Known *known = find_known(e, c->id, &empty);
    if (known == NULL) {
        return STATUS_OK;
    }
    *original = known->status;
    return known->fingerprint == fingerprint(c) ? STATUS_ID_REPLAYED : STATUS_ID_REUSED;
}

/* All or nothing. */
static void run_chain(Engine *e, const Command *chain, Answer *answers, int64_t length) {
    int64_t sequence = e->sequence + 1, events_before = e->events_used, failed = length;
    e->sequence += length;
    e->current = sequence;
    begin(e, chain);
    e->undo_used = e->kept_used = 0;
    uint8_t original, status = judge_id(e, chain, 0, &original);
    if (status == STATUS_OK) {
        pass_time(e, chain);
    }
    int64_t passed = e->events_used;
    e->chained = true;
    for (int64_t i = 0; i < length; i++) {
        e->current = sequence + i;
        if (i > 0) {
            e->command_events = e->events_used;
            status = judge_id(e, chain, i, &original);
        }
        if (status == STATUS_OK) {
            status = judge_envelope(e, &chain[i], chain);
        }
        if (status == STATUS_OK && chain[i].operation >= FIRST_SETTING) {
            status = STATUS_NOT_IN_CHAIN;
        }
        if (status == STATUS_OK) {
            status = run(e, &chain[i]);
        }
        answers[i].status = status;
        answers[i].original = original;
        answers[i].events = clipped(e->events_used - e->command_events);
        if (status != STATUS_OK) {
            failed = i;
            break;
        }
    }
    e->chained = false;
    if (failed < length) {
        roll_back(e);
        e->events_used = passed;
        for (int64_t i = 0; i < length; i++) {
            answers[i].events = i == 0 ? clipped(passed - events_before) : 0;
            if (i != failed) {
                answers[i].status = STATUS_CHAIN_BROKEN;
                answers[i].original = STATUS_OK;
            }
        }
    }
    for (int64_t i = 0; i < length; i++) {
        const Command *c = &chain[i];
        answers[i].sequence = sequence + i;
        answers[i].available = available_after(e, c);
        Known *empty;
        if (c->id > 0 && !forgettable(answers[i].status) && find_known(e, c->id, &empty) == NULL) {
            remember(e, empty, c->id, fingerprint(c), answers[i].status);
        }
    }
}

static void leave_open(Engine *e, Answer *answers, int64_t length) {
    for (int64_t i = 0; i < length; i++) {
        answers[i] = (Answer){.sequence = ++e->sequence, .status = STATUS_CHAIN_OPEN};
    }
}

Engine *engine_new(int64_t skus, int64_t locations, int64_t remembered_ids,
                   int64_t remembered_moves) {
    Engine *e = calloc(1, sizeof(Engine));
    int64_t levels = skus * locations;
    uint64_t ids = 64, moves = 64;
    while ((int64_t)ids < 2 * remembered_ids) {
        ids *= 2;
    }
    while ((int64_t)moves < 2 * remembered_moves) {
        moves *= 2;
    }
    *e = (Engine){
        .skus = skus,
        .locations = locations,
        .remembered_ids = remembered_ids,
        .remembered_moves = remembered_moves,
        .now_us = INT64_MIN,
        .orders_mask = 63,
        .reservations_mask = 63,
        .documents_mask = 63,
        .known_mask = ids - 1,
        .moves_mask = moves - 1,
        .levels = aligned_alloc(64, (size_t)levels * sizeof(Level)),
        .counted_us = malloc((size_t)levels * sizeof(int64_t)),
        .arriving = zeros((size_t)levels, sizeof(int64_t)),
        .in_transit = zeros((size_t)levels, sizeof(int64_t)),
        .accounts = zeros((size_t)skus * ACCOUNTS, sizeof(int64_t)),
        .orders = zeros(64, sizeof(Order)),
        .reservations = zeros(64, sizeof(Reservation)),
        .documents = zeros(64, sizeof(Document)),
        .young = zeros(ids, sizeof(Known)),
        .old = zeros(ids, sizeof(Known)),
        .ring = zeros(moves, sizeof(Move)),
    };
    memset(e->levels, 0, (size_t)levels * sizeof(Level));
    for (int64_t row = 0; row < levels; row++) {
        e->counted_us[row] = INT64_MIN;
    }
    return e;
}

void engine_free(Engine *e) {
    void *arrays[] = {e->levels,     e->counted_us, e->arriving,       e->in_transit,
                      e->accounts,   e->orders,     e->lines,          e->documents,
                      e->due,        e->young,      e->old,            e->reservations,
                      e->ring,       e->undo,       e->documents_kept, e->reservations_kept,
                      e->lines_kept};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        free(arrays[i]);
    }
    free(e);
}

/* Grow the arrays so that so many commands fit; the events they may cause at most. */
int64_t engine_make_room(Engine *e, int64_t commands) {
    widen_orders(e, commands);
    widen_reservations(e, commands);
    widen_documents(e, commands);
    if (e->lines_used + commands > e->lines_room) {
        e->lines_room = 2 * (e->lines_used + commands);
        e->lines = realloc(e->lines, (size_t)e->lines_room * sizeof(Line));
    }
    if (e->due_used + commands > e->due_room) {
        e->due_room = 2 * (e->due_used + commands);
        e->due = realloc(e->due, (size_t)e->due_room * sizeof(Due));
    }
    if (commands > e->chain_room) { /* an arrival notes most: eleven, and two documents */
        e->chain_room = 2 * commands;
        e->undo = realloc(e->undo, (size_t)e->chain_room * 12 * sizeof(Undo));
        e->lines_kept = realloc(e->lines_kept, (size_t)e->chain_room * 2 * sizeof(Line));
        size_t kept = (size_t)e->chain_room * 2;
        e->documents_kept = realloc(e->documents_kept, kept * sizeof(Document));
        e->reservations_kept = realloc(e->reservations_kept, kept * sizeof(Reservation));
    }
    if (e->remembered_moves + commands > (int64_t)e->moves_mask) {
        uint64_t mask = e->moves_mask, wider = mask;
        while ((int64_t)wider < e->remembered_moves + commands) {
            wider = 2 * wider + 1;
        }
        Move *ring = zeros(wider + 1, sizeof(Move));
        for (int64_t at = e->moves; at > 0 && at > e->moves - (int64_t)mask; at--) {
            ring[(uint64_t)at & wider] = e->ring[(uint64_t)at & mask];
        }
        free(e->ring);
        e->ring = ring;
        e->moves_mask = wider;
    }
    return 3 * commands + e->reservations_used;
}

#ifdef LOOK_AHEAD
/* Send for what the command so far ahead will ask for, as core/kernels/ahead.py does. */
static inline void look_ahead(const Engine *e, const Command *commands, int64_t at, int64_t count) {
    if (at + LOOK_AHEAD >= count) {
        return;
    }
    const Command *c = &commands[at + LOOK_AHEAD];
    __builtin_prefetch(c + LOOK_AHEAD, 1);
    uint64_t known = slot_of(c->id, e->known_mask);
    const Known *generations[] = {e->young, e->old};
    for (int each = 0; each < 2; each++) {
        __builtin_prefetch(&generations[each][known], 1);
        __builtin_prefetch(&generations[each][(known + STEP) & e->known_mask], 1);
    }
    if (c->operation == OPERATION_RESERVE || c->operation == OPERATION_RELEASE) {
        int64_t id = c->operation == OPERATION_RESERVE ? c->id : c->argument;
        uint64_t slot = slot_of(id, e->reservations_mask);
        __builtin_prefetch(&e->reservations[slot], 1);
        __builtin_prefetch(&e->reservations[(slot + STEP) & e->reservations_mask], 1);
    } else {
        uint64_t slot = slot_of(c->order_id, e->orders_mask);
        __builtin_prefetch(&e->orders[slot], 1);
        __builtin_prefetch(&e->orders[(slot + STEP) & e->orders_mask], 1);
    }
    uint64_t row = (uint64_t)c->location * (uint64_t)e->skus + (uint64_t)c->sku;
    __builtin_prefetch((const char *)e->levels + row * sizeof(Level), 1);
}
#endif

/* Execute the commands in order; the number of events written. */
int64_t engine_execute(Engine *e, const Command *commands, Answer *answers, Event *events,
                       int64_t count) {
    e->events = events;
    e->events_used = 0;
    for (int64_t first = 0; first < count;) {
#ifdef LOOK_AHEAD
        look_ahead(e, commands, first, count);
#endif
        if (!(commands[first].flags & FLAG_LINKED)) {
            run_single(e, &commands[first], &answers[first]);
            first++;
            continue;
        }
        int64_t last = first;
        while (last < count && commands[last].flags & FLAG_LINKED) {
            last++;
        }
        if (last == count) {
            leave_open(e, &answers[first], count - first);
            break;
        }
        run_chain(e, &commands[first], &answers[first], last - first + 1);
        first = last + 1;
    }
    return e->events_used;
}

/* What is compared at the end. */

const Level *engine_levels(const Engine *e) { return e->levels; }
const int64_t *engine_accounts(const Engine *e) { return e->accounts; }
const int64_t *engine_counted(const Engine *e) { return e->counted_us; }
const Line *engine_lines(const Engine *e) { return e->lines; }
int64_t engine_lines_used(const Engine *e) { return e->lines_used; }
const Order *engine_orders(const Engine *e) { return e->orders; }
int64_t engine_orders_slots(const Engine *e) { return (int64_t)e->orders_mask + 1; }
const Reservation *engine_reservations(const Engine *e) { return e->reservations; }
int64_t engine_reservations_slots(const Engine *e) { return (int64_t)e->reservations_mask + 1; }
const Document *engine_documents(const Engine *e) { return e->documents; }
int64_t engine_documents_slots(const Engine *e) { return (int64_t)e->documents_mask + 1; }
