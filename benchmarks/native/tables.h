/* The memory of the alternative: the arrays, and the structures laid over them.

   The records are those of core/schema.py and core/records.py (build.py writes them into
   vocabulary.h); hash function, load and alignment of the tables are the engine's, so that both
   wait for the same memory. */

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

#include "vocabulary.h"

typedef struct {
    int64_t states[STATES];
    int64_t last_move; /* number of the level's newest movement; 0 where none */
} Level;

typedef struct {
    int64_t occurred_us, arrived_us, change, before; /* before: the level's movement before it */
} Move;

typedef struct {
    int64_t what, where, value;
} Undo;

enum {
    WORD,
    RESERVATION_ADDED,
    RESERVATION_REMOVED,
    DOCUMENT_ADDED,
    DOCUMENT_CHANGED,
    LINE_CHANGED,
};

typedef struct {
    int64_t skus, locations, remembered_ids, remembered_moves;
    int64_t sequence, now_us, current, chain_first, chain_lines, chain_highest;
    int64_t orders_used, lines_used, reservations_used, documents_used, due_used, known_used, moves;
    int64_t events_used, command_events, undo_used, kept_used;
    uint64_t orders_mask, reservations_mask, documents_mask, known_mask, moves_mask;
    int64_t lines_room, due_room, chain_room;
    bool chained;
    Level *levels;         /* [location * skus + sku] */
    int64_t *counted_us;   /* by level */
    int64_t *arriving;     /* by level: id of the transfer to it that is due first */
    int64_t *in_transit;   /* by level: units of transfers to it */
    int64_t *accounts;     /* [sku * ACCOUNTS + account] */
    Order *orders;         /* open addressing by id */
    Line *lines;
    Reservation *reservations; /* open addressing by id */
    Document *documents;       /* open addressing by id */
    Due *due;                  /* a binary heap by (expires_us, id) */
    Known *young, *old;        /* open addressing by id */
    Move *ring;                /* by number of the movement */
    Undo *undo;
    Reservation *reservations_kept; /* as they were before the chain under way */
    Document *documents_kept;
    Line *lines_kept;
    Event *events;
} Engine;

/* Memory of zeros; large pieces on large pages, as numpy asks for its arrays. */
static void *zeros(size_t count, size_t size) {
    void *made = calloc(count, size);
#ifdef __linux__
    if (made != NULL && count * size >= 1 << 22) {
        uintptr_t first = ((uintptr_t)made + 4095) & ~(uintptr_t)4095;
        madvise((void *)first, count * size - (first - (uintptr_t)made), MADV_HUGEPAGE);
    }
#endif
    return made;
}

/* A family of ids in a row shares a stretch of slots: neighbours are looked up together. A step
   past the stretch moves a family whose place is taken as a whole: it never meets itself. */
enum { FAMILY_BITS = 6, STEP = (1 << FAMILY_BITS) + 1 };
#define STEP_INVERSE UINT64_C(0xFC0FC0FC0FC0FC1) /* STEP * STEP_INVERSE is 1 modulo 2^64 */

static inline uint64_t slot_of(int64_t key, uint64_t mask) {
    uint64_t wide = (uint64_t)key, family = wide >> FAMILY_BITS;
    uint64_t mixed = (family & 0xFFFFFFFF) * 0x9E3779B1 ^ (family >> 32) * 0x85EBCA6B;
    mixed = (mixed ^ mixed >> 29) & mask >> FAMILY_BITS;
    return mixed << FAMILY_BITS | (wide & (STEP - 2));
}

/* How many steps lie between two slots. */
static inline uint64_t steps(uint64_t from, uint64_t to, uint64_t mask) {
    return (to - from) * STEP_INVERSE & mask;
}

/* For each table by id: FIND gives the slot of an id or the empty one where it belongs; REMOVE
   empties a slot and moves later entries back, so that no search is cut short. */
#define TABLE(Record, name, key)                                                                  \
    static inline Record *find_##name(const Engine *e, int64_t id) {                              \
        uint64_t at = slot_of(id, e->name##s_mask);                                               \
        while (e->name##s[at].key != 0 && e->name##s[at].key != id) {                             \
            at = (at + STEP) & e->name##s_mask;                                                   \
        }                                                                                         \
        return &e->name##s[at];                                                                   \
    }                                                                                             \
    static void remove_##name(Engine *e, Record *from) {                                          \
        uint64_t mask = e->name##s_mask, hole = (uint64_t)(from - e->name##s), look = hole;       \
        e->name##s_used--;                                                                        \
        for (;;) {                                                                                \
            e->name##s[hole].key = 0;                                                             \
            uint64_t home;                                                                        \
            do {                                                                                  \
                look = (look + STEP) & mask;                                                      \
                if (e->name##s[look].key == 0) {                                                  \
                    return;                                                                       \
                }                                                                                 \
                home = slot_of(e->name##s[look].key, mask);                                       \
            } while (steps(home, look, mask) < steps(hole, look, mask));                          \
            e->name##s[hole] = e->name##s[look];                                                  \
            hole = look;                                                                          \
        }                                                                                         \
    }                                                                                             \
    static void widen_##name##s(Engine *e, int64_t entries) {                                     \
        uint64_t slots = e->name##s_mask + 1;                                                     \
        if (2 * (e->name##s_used + entries) <= (int64_t)slots) {                                  \
            return;                                                                               \
        }                                                                                         \
        Record *narrow = e->name##s;                                                              \
        uint64_t wider = slots;                                                                   \
        while ((int64_t)wider < 2 * (e->name##s_used + entries)) {                                \
            wider *= 2;                                                                           \
        }                                                                                         \
        e->name##s = zeros(wider, sizeof(Record));                                                \
        e->name##s_mask = wider - 1;                                                              \
        for (uint64_t slot = 0; slot < slots; slot++) {                                           \
            if (narrow[slot].key != 0) {                                                          \
                *find_##name(e, narrow[slot].key) = narrow[slot];                                 \
            }                                                                                     \
        }                                                                                         \
        free(narrow);                                                                             \
    }

TABLE(Order, order, id)
TABLE(Reservation, reservation, id)
TABLE(Document, document, id)

static inline bool due_before(Due a, Due b) {
    return a.expires_us < b.expires_us || (a.expires_us == b.expires_us && a.id < b.id);
}

static inline void push_due(Engine *e, Due entry) {
    int64_t at = e->due_used++;
    while (at > 0 && due_before(entry, e->due[(at - 1) >> 1])) {
        e->due[at] = e->due[(at - 1) >> 1];
        at = (at - 1) >> 1;
    }
    e->due[at] = entry;
}

static inline void pop_due(Engine *e) {
    int64_t size = --e->due_used, at = 0;
    Due last = e->due[size];
    for (;;) {
        int64_t child = 2 * at + 1;
        if (child >= size) {
            break;
        }
        child += child + 1 < size && due_before(e->due[child + 1], e->due[child]);
        if (!due_before(e->due[child], last)) {
            break;
        }
        e->due[at] = e->due[child];
        at = child;
    }
    e->due[at] = last;
}

/* What a command asks for, in 32 bits: all of it but its id and its times. */
static inline uint32_t fingerprint(const Command *c) {
    uint64_t words[8];
    memcpy(words, c, sizeof words);
    uint64_t sum = words[1] * 0x9E3779B97F4A7C15 + words[4] * 0x165667B19E3779F9;
    sum += words[5] * 0x85EBCA77C2B2AE63 + words[6] * 0x27D4EB2F165667C5;
    sum += words[7] * 0xFF51AFD7ED558CCD;
    return (uint32_t)(sum >> 32 ^ sum);
}

/* The entry of a known id, or NULL; *empty is then the slot where it belongs. */
static inline const Known *find_known(const Engine *e, int64_t id, Known **empty) {
    uint64_t mask = e->known_mask, home = slot_of(id, mask), at = home;
    for (; e->young[at].id != 0; at = (at + STEP) & mask) {
        if (e->young[at].id == id) {
            return &e->young[at];
        }
    }
    *empty = &e->young[at];
    for (at = home; e->old[at].id != 0; at = (at + STEP) & mask) {
        if (e->old[at].id == id) {
            return &e->old[at];
        }
    }
    return NULL;
}

/* A full young generation becomes the old one. */
static inline void remember(Engine *e, Known *empty, int64_t id, uint32_t print, uint8_t status) {
    *empty = (Known){.id = id, .fingerprint = print, .status = status};
    if (++e->known_used >= e->remembered_ids) {
        Known *full = e->young;
        e->young = e->old;
        e->old = full;
        e->known_used = 0;
        memset(e->young, 0, (e->known_mask + 1) * sizeof(Known));
    }
}

static inline void note(Engine *e, int64_t what, int64_t where, int64_t value) {
    if (e->chained) {
        e->undo[e->undo_used++] = (Undo){what, where, value};
    }
}

/* Add to a number of the state, and be able to take it back. */
static inline void add(Engine *e, int64_t *number, int64_t change) {
    note(e, WORD, (int64_t)number, *number);
    *number += change;
}

static inline void set(Engine *e, int64_t *number, int64_t value) {
    note(e, WORD, (int64_t)number, *number);
    *number = value;
}

static void keep_document(Engine *e, const Document *document) {
    if (e->chained) {
        e->documents_kept[e->kept_used] = *document;
        note(e, DOCUMENT_CHANGED, e->kept_used++, 0);
    }
}

static inline void keep_line(Engine *e, const Line *line) {
    if (e->chained) {
        e->lines_kept[e->kept_used] = *line;
        note(e, LINE_CHANGED, e->kept_used++, line - e->lines);
    }
}

/* Undo, last first, all that the chain under way has changed. */
static void roll_back(Engine *e) {
    while (e->undo_used > 0) {
        Undo u = e->undo[--e->undo_used];
        switch (u.what) {
        case WORD:
            *(int64_t *)u.where = u.value;
            break;
        case RESERVATION_ADDED:
            remove_reservation(e, find_reservation(e, u.where));
            break;
        case RESERVATION_REMOVED:
            *find_reservation(e, e->reservations_kept[u.where].id) = e->reservations_kept[u.where];
            e->reservations_used++;
            break;
        case DOCUMENT_ADDED:
            remove_document(e, find_document(e, u.where));
            break;
        case DOCUMENT_CHANGED:
            *find_document(e, e->documents_kept[u.where].id) = e->documents_kept[u.where];
            break;
        case LINE_CHANGED:
            e->lines[u.value] = e->lines_kept[u.where];
            break;
        }
    }
    if (e->lines_used > e->chain_lines) {
        /* Only the chain's own order can have new lines. */
        remove_order(e, find_order(e, e->chain_first));
        e->lines_used = e->chain_lines;
    }
}

/* Put a transfer into the list of what will arrive at a level, by (due_us, id); no date is last. */
static void list_arrival(Engine *e, int64_t row, Document *added) {
    int64_t due_us = added->due_us ? added->due_us : INT64_MAX, behind = e->arriving[row];
    Document *before = NULL;
    while (behind != 0) {
        Document *other = find_document(e, behind);
        int64_t other_us = other->due_us ? other->due_us : INT64_MAX;
        if (due_us < other_us || (due_us == other_us && added->id < other->id)) {
            break;
        }
        before = other;
        behind = other->next;
    }
    added->next = behind;
    if (before == NULL) {
        set(e, &e->arriving[row], added->id);
        return;
    }
    keep_document(e, before);
    before->next = added->id;
}

/* Take a transfer out of that list. */
static void unlist_arrival(Engine *e, int64_t row, const Document *gone) {
    if (e->arriving[row] == gone->id) {
        set(e, &e->arriving[row], gone->next);
        return;
    }
    Document *before = find_document(e, e->arriving[row]);
    while (before->next != gone->id) {
        before = find_document(e, before->next);
    }
    keep_document(e, before);
    before->next = gone->next;
}
