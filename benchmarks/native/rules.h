/* One rule an operation: guards in the order of Status, then the deed. `run` has asked before
   whether there is the level that a command names. */

static inline Event *tell(Engine *e, const Command *c, uint8_t kind, int64_t quantity, uint8_t from,
                          uint8_t to) {
    Event *event = &e->events[e->events_used];
    int64_t ordinal = e->events_used++ - e->command_events;
    *event = (Event){
        .sequence = e->current,
        .now_us = e->now_us,
        .order_id = c->order_id,
        .party_id = c->party_id,
        .sku = c->sku,
        .quantity = (int32_t)quantity,
        .location = c->location,
        .ordinal = (uint16_t)(ordinal < 65535 ? ordinal : 65535),
        .kind = kind,
        .channel = c->channel,
        .reason = c->reason,
        .state_from = from,
        .state_to = to,
    };
    return event;
}

static inline void tell_shortage(Engine *e, const Command *c, int64_t after, int64_t taken) {
    int64_t before = after + taken;
    int64_t hole = (after < 0 ? -after : 0) - (before < 0 ? -before : 0);
    if (hole > 0) {
        tell(e, c, KIND_SHORTAGE, hole, OUTSIDE, OUTSIDE);
    }
}

static inline bool names_no_level(uint8_t operation) {
    return operation == OPERATION_RELEASE || operation == OPERATION_FULFIL ||
           operation == OPERATION_CANCEL || operation == OPERATION_EXPIRE ||
           operation == OPERATION_ARRIVE;
}

/* Whether there is such a level: the first guard of every rule about one. */
static inline uint8_t level_status(const Engine *e, const Command *c) {
    if (c->sku < 0 || c->sku >= e->skus) {
        return STATUS_SKU_UNKNOWN;
    }
    if (c->location < 0 || c->location >= e->locations) {
        return STATUS_LOCATION_UNKNOWN;
    }
    return STATUS_OK;
}

static inline int64_t row_of(const Engine *e, int64_t sku, int64_t location) {
    return location * e->skus + sku;
}

static inline int64_t on_hand(const Level *level) {
    int64_t total = 0;
    for (int state = 0; state < STATE_INCOMING; state++) {
        total += level->states[state];
    }
    return total;
}

/* Whether on_hand and available stay within their bounds when available changes. */
static inline bool fits(const Level *level, int64_t change) {
    int64_t all = on_hand(level) + change, available = level->states[STATE_AVAILABLE] + change;
    return all >= -LEVEL_MAX && all <= LEVEL_MAX && available >= -LEVEL_MAX &&
           available <= LEVEL_MAX;
}

static inline int64_t occurred(const Command *c) {
    return c->occurred_us ? c->occurred_us : c->now_us;
}

/* Whether a late fact lies before the level's last count, which has seen it. */
static inline bool counted_already(const Engine *e, const Command *c, int64_t row) {
    return c->occurred_us != 0 && c->occurred_us < c->now_us &&
           c->occurred_us <= e->counted_us[row];
}

/* Write down that a level's on_hand changes, for counts that come late. */
static inline void book_move_at(Engine *e, const Command *c, Level *level, int64_t change,
                                int64_t occurred_us) {
    add(e, &e->moves, 1);
    e->ring[(uint64_t)e->moves & e->moves_mask] =
        (Move){occurred_us, c->now_us, change, level->last_move};
    set(e, &level->last_move, e->moves);
}

static inline void book_move(Engine *e, const Command *c, Level *level, int64_t change) {
    book_move_at(e, c, level, change, occurred(c));
}

static inline void account(Engine *e, int64_t sku, int number, int64_t change) {
    add(e, &e->accounts[sku * ACCOUNTS + number], change);
}

static uint8_t reserve(Engine *e, const Command *c) {
    Level *level = &e->levels[row_of(e, c->sku, c->location)];
    int64_t quantity = c->quantity;
    if (quantity <= 0) {
        return STATUS_QUANTITY_NOT_POSITIVE;
    }
    if (level->states[STATE_RESERVED] + quantity > LEVEL_MAX) {
        return STATUS_QUANTITY_TOO_LARGE;
    }
    if (c->argument <= 0) {
        return STATUS_TTL_NOT_POSITIVE;
    }
    if (c->argument > TTL_MAX_US || c->now_us > INT64_MAX - c->argument) {
        return STATUS_TTL_TOO_LONG;
    }
    Reservation *r = find_reservation(e, c->id);
    if (r->id != 0) {
        return STATUS_RESERVATION_EXISTS;
    }
    if (level->states[STATE_AVAILABLE] < quantity) {
        return STATUS_STOCK_INSUFFICIENT;
    }

    *r = (Reservation){
        .id = c->id,
        .expires_us = c->now_us + c->argument,
        .held_us = c->now_us,
        .party_id = c->party_id,
        .sku = c->sku,
        .quantity = c->quantity,
        .location = c->location,
        .channel = c->channel,
    };
    e->reservations_used++;
    note(e, RESERVATION_ADDED, c->id, 0);
    push_due(e, (Due){.expires_us = c->now_us + c->argument, .id = c->id});
    add(e, &level->states[STATE_AVAILABLE], -quantity);
    add(e, &level->states[STATE_RESERVED], quantity);
    tell(e, c, KIND_RESERVED, quantity, STATE_AVAILABLE, STATE_RESERVED)->order_id = c->id;
    return STATUS_OK;
}

/* End a reservation. */
static void let_go(Engine *e, const Command *c, Reservation *r, uint8_t kind) {
    Level *level = &e->levels[row_of(e, r->sku, r->location)];
    int64_t quantity = r->quantity;
    add(e, &level->states[STATE_RESERVED], -quantity);
    add(e, &level->states[STATE_AVAILABLE], quantity);
    Event *event = tell(e, c, kind, quantity, STATE_RESERVED, STATE_AVAILABLE);
    event->order_id = r->id;
    event->party_id = r->party_id;
    event->sku = r->sku;
    event->location = r->location;
    event->channel = r->channel;
    remove_reservation(e, r);
}

static uint8_t release(Engine *e, const Command *c) {
    if (c->argument <= 0) {
        return STATUS_RESERVATION_UNKNOWN;
    }
    Reservation *r = find_reservation(e, c->argument);
    if (r->id == 0) {
        return STATUS_RESERVATION_UNKNOWN;
    }

    if (e->chained) {
        e->reservations_kept[e->kept_used] = *r;
        note(e, RESERVATION_REMOVED, e->kept_used++, 0);
    }
    let_go(e, c, r, KIND_RELEASED);
    return STATUS_OK;
}

/* Whether the command may add a line to the order that it names, which *order then is. */
static inline uint8_t line_status(const Engine *e, const Command *c, Order **order) {
    if (c->argument < 0) {
        return STATUS_AMOUNT_NEGATIVE;
    }
    if (c->argument > AMOUNT_MAX) {
        return STATUS_AMOUNT_TOO_LARGE;
    }
    if (c->order_id != e->chain_first) {
        return STATUS_ORDER_ID_NOT_FIRST;
    }
    *order = find_order(e, c->order_id);
    if ((*order)->id != 0 && (*order)->first_line < e->chain_lines) {
        return STATUS_ORDER_EXISTS;
    }
    return STATUS_OK;
}

static inline Line *add_line(Engine *e, const Command *c, Order *order) {
    int64_t at = e->lines_used++;
    if (order->id == 0) {
        *order = (Order){
            .id = c->order_id,
            .party_id = c->party_id,
            .placed_us = c->now_us,
            .first_line = at,
            .channel = c->channel,
            .state = c->operation == OPERATION_PLACE && c->flags & FLAG_PENDING
                         ? ORDERSTATE_PENDING
                         : ORDERSTATE_CONFIRMED,
        };
        e->orders_used++;
    }
    e->lines[at] = (Line){
        .order_id = c->order_id,
        .amount_minor = c->argument,
        .sku = c->sku,
        .kit = -1,
        .ordered = c->quantity,
        .split_from = order->lines,
        .number = order->lines,
        .location = c->location,
        .channel = c->channel,
    };
    order->lines++;
    return &e->lines[at];
}

static inline void tell_line(Engine *e, const Command *c, const Order *order, uint8_t kind,
                             uint8_t from, uint8_t to) {
    Event *event = tell(e, c, kind, c->quantity, from, to);
    int64_t number = order->lines - 1;
    event->line = (uint16_t)(number < 65535 ? number : 65535);
    event->amount_minor = c->argument;
}

static uint8_t place(Engine *e, const Command *c) {
    Level *level = &e->levels[row_of(e, c->sku, c->location)];
    int64_t quantity = c->quantity;
    if (quantity <= 0) {
        return STATUS_QUANTITY_NOT_POSITIVE;
    }
    if (level->states[STATE_COMMITTED] + quantity > LEVEL_MAX ||
        level->states[STATE_AVAILABLE] - quantity < -LEVEL_MAX) {
        return STATUS_QUANTITY_TOO_LARGE;
    }
    Order *order = NULL;
    uint8_t status = line_status(e, c, &order);
    if (status != STATUS_OK) {
        return status;
    }
    if (!(c->flags & FLAG_ACCEPTED) && level->states[STATE_AVAILABLE] < quantity) {
        return STATUS_STOCK_INSUFFICIENT;
    }

    Line *line = add_line(e, c, order);
    line->allocated = c->quantity;
    line->work = WORK_OPEN;
    add(e, &level->states[STATE_AVAILABLE], -quantity);
    add(e, &level->states[STATE_COMMITTED], quantity);
    tell_line(e, c, order, KIND_PLACED, STATE_AVAILABLE, STATE_COMMITTED);
    tell_shortage(e, c, level->states[STATE_AVAILABLE], quantity);
    return STATUS_OK;
}

static uint8_t sell(Engine *e, const Command *c) {
    int64_t row = row_of(e, c->sku, c->location), quantity = c->quantity;
    Level *level = &e->levels[row];
    if (quantity <= 0) {
        return STATUS_QUANTITY_NOT_POSITIVE;
    }
    if (!fits(level, -quantity)) {
        return STATUS_QUANTITY_TOO_LARGE;
    }
    Order *order = NULL;
    uint8_t status = line_status(e, c, &order);
    if (status != STATUS_OK) {
        return status;
    }

    Line *line = add_line(e, c, order);
    line->fulfilled = c->quantity;
    line->fulfilled_minor = c->argument;
    line->work = WORK_CLOSED;
    account(e, c->sku, ACCOUNT_CUSTOMER, quantity);
    if (counted_already(e, c, row)) {
        account(e, c->sku, ACCOUNT_CORRECTION, -quantity);
        tell_line(e, c, order, KIND_SOLD, OUTSIDE, OUTSIDE);
        return STATUS_OK;
    }
    add(e, &level->states[STATE_AVAILABLE], -quantity);
    book_move(e, c, level, -quantity);
    tell_line(e, c, order, KIND_SOLD, STATE_AVAILABLE, OUTSIDE);
    tell_shortage(e, c, level->states[STATE_AVAILABLE], quantity);
    return STATUS_OK;
}

/* The amount of the next units of a line, such that all parts sum to its amount. */
static inline int64_t share(const Line *line, int64_t quantity) {
    int64_t rest = line->amount_minor - line->fulfilled_minor - line->cancelled_minor;
    int64_t units = line->ordered - line->fulfilled - line->cancelled;
    return rest / units * quantity + rest % units * quantity / units;
}

/* The order and line that a command names units of. */
static inline uint8_t find_line(const Engine *e, const Command *c, Order **order, Line **line) {
    if (c->quantity <= 0) {
        return STATUS_QUANTITY_NOT_POSITIVE;
    }
    if (c->order_id <= 0) {
        return STATUS_ORDER_UNKNOWN;
    }
    *order = find_order(e, c->order_id);
    if ((*order)->id == 0) {
        return STATUS_ORDER_UNKNOWN;
    }
    if (c->argument < 0 || c->argument >= (*order)->lines) {
        return STATUS_LINE_UNKNOWN;
    }
    *line = &e->lines[(*order)->first_line + c->argument];
    return STATUS_OK;
}

static inline void tell_part(Engine *e, const Command *c, const Order *order, const Line *line,
                             uint8_t kind, int64_t amount, uint8_t to) {
    Event *event = tell(e, c, kind, c->quantity, STATE_COMMITTED, to);
    event->sku = line->sku;
    event->location = line->location;
    event->channel = line->channel;
    event->line = (uint16_t)(c->argument < 65535 ? c->argument : 65535);
    event->party_id = order->party_id;
    event->amount_minor = amount;
}

static inline void close_line(Line *line) {
    if (line->unallocated + line->allocated + line->backordered == 0) {
        line->work = line->fulfilled > 0 ? WORK_CLOSED : WORK_CANCELLED;
    }
}

static uint8_t fulfil(Engine *e, const Command *c) {
    Order *order = NULL;
    Line *line = NULL;
    uint8_t status = find_line(e, c, &order, &line);
    if (status != STATUS_OK) {
        return status;
    }
    if (order->state != ORDERSTATE_CONFIRMED) {
        return STATUS_ORDER_NOT_READY;
    }
    if (WORK_STEPS[ACTION_FULFIL][line->work] == REFUSED) {
        return STATUS_WORK_NOT_ALLOWED;
    }
    if (line->allocated < c->quantity) {
        return STATUS_ALLOCATED_INSUFFICIENT;
    }

    int64_t amount = share(line, c->quantity);
    keep_line(e, line);
    line->allocated -= c->quantity;
    line->fulfilled += c->quantity;
    line->fulfilled_minor += amount;
    close_line(line);
    int64_t row = row_of(e, line->sku, line->location);
    Level *level = &e->levels[row];
    bool seen = counted_already(e, c, row);
    add(e, &level->states[STATE_COMMITTED], -c->quantity);
    account(e, line->sku, ACCOUNT_CUSTOMER, c->quantity);
    if (seen) { /* the count took them from available */
        add(e, &level->states[STATE_AVAILABLE], c->quantity);
        account(e, line->sku, ACCOUNT_CORRECTION, -c->quantity);
    } else {
        book_move(e, c, level, -c->quantity);
    }
    tell_part(e, c, order, line, KIND_FULFILLED, amount, seen ? STATE_AVAILABLE : OUTSIDE);
    return STATUS_OK;
}

static uint8_t cancel(Engine *e, const Command *c) {
    Order *order = NULL;
    Line *line = NULL;
    uint8_t status = find_line(e, c, &order, &line);
    if (status != STATUS_OK) {
        return status;
    }
    if (line->allocated < c->quantity) { /* without backorders and picks nothing else is open */
        return STATUS_OPEN_INSUFFICIENT;
    }

    int64_t amount = share(line, c->quantity);
    keep_line(e, line);
    line->allocated -= c->quantity;
    line->cancelled += c->quantity;
    line->cancelled_minor += amount;
    close_line(line);
    Level *level = &e->levels[row_of(e, line->sku, line->location)];
    add(e, &level->states[STATE_COMMITTED], -c->quantity);
    add(e, &level->states[STATE_AVAILABLE], c->quantity);
    tell_part(e, c, order, line, KIND_CANCELLED, amount, STATE_AVAILABLE);
    return STATUS_OK;
}

static uint8_t receive(Engine *e, const Command *c) {
    int64_t row = row_of(e, c->sku, c->location), quantity = c->quantity;
    Level *level = &e->levels[row];
    if (quantity <= 0) {
        return STATUS_QUANTITY_NOT_POSITIVE;
    }
    if (on_hand(level) + quantity > LEVEL_MAX) {
        return STATUS_QUANTITY_TOO_LARGE;
    }

    int64_t expected = level->states[STATE_INCOMING] - e->in_transit[row];
    if (expected > 0) {
        add(e, &level->states[STATE_INCOMING], -(expected < quantity ? expected : quantity));
    }
    account(e, c->sku, ACCOUNT_SUPPLIER, -quantity);
    if (counted_already(e, c, row)) {
        account(e, c->sku, ACCOUNT_CORRECTION, quantity);
        tell(e, c, KIND_RECEIVED, quantity, OUTSIDE, OUTSIDE);
        return STATUS_OK;
    }
    add(e, &level->states[STATE_AVAILABLE], quantity);
    book_move(e, c, level, quantity);
    tell(e, c, KIND_RECEIVED, quantity, OUTSIDE, STATE_AVAILABLE);
    return STATUS_OK;
}

static uint8_t adjust(Engine *e, const Command *c) {
    int64_t row = row_of(e, c->sku, c->location), quantity = c->quantity;
    Level *level = &e->levels[row];
    if (quantity == 0) {
        return STATUS_QUANTITY_ZERO;
    }
    if (!fits(level, quantity)) {
        return STATUS_QUANTITY_TOO_LARGE;
    }

    if (counted_already(e, c, row)) {
        tell(e, c, KIND_ADJUSTED, quantity, OUTSIDE, OUTSIDE);
        return STATUS_OK;
    }
    add(e, &level->states[STATE_AVAILABLE], quantity);
    account(e, c->sku, ACCOUNT_CORRECTION, -quantity);
    book_move(e, c, level, quantity);
    tell(e, c, KIND_ADJUSTED, quantity, OUTSIDE, STATE_AVAILABLE);
    tell_shortage(e, c, level->states[STATE_AVAILABLE], -quantity);
    return STATUS_OK;
}

static uint8_t count(Engine *e, const Command *c) {
    int64_t row = row_of(e, c->sku, c->location), seen_us = occurred(c), since = 0;
    Level *level = &e->levels[row];
    if (c->quantity < 0) {
        return STATUS_QUANTITY_NEGATIVE;
    }
    if (seen_us < c->now_us) {
        if (seen_us <= e->counted_us[row]) {
            tell(e, c, KIND_COUNTED, 0, OUTSIDE, STATE_AVAILABLE);
            return STATUS_OK;
        }
        for (int64_t at = level->last_move; at != 0;) {
            if (at <= e->moves - e->remembered_moves) {
                return STATUS_COUNT_TOO_LATE;
            }
            Move move = e->ring[(uint64_t)at & e->moves_mask];
            if (move.arrived_us <= seen_us) {
                break;
            }
            since += move.occurred_us > seen_us ? move.change : 0;
            at = move.before;
        }
    }
    int64_t difference = c->quantity - (on_hand(level) - since);
    if (difference > LEVEL_MAX || difference < -LEVEL_MAX || !fits(level, difference)) {
        return STATUS_QUANTITY_TOO_LARGE;
    }

    set(e, &e->counted_us[row], seen_us);
    add(e, &level->states[STATE_AVAILABLE], difference);
    account(e, c->sku, ACCOUNT_CORRECTION, -difference);
    if (difference != 0) {
        book_move(e, c, level, difference);
    }
    tell(e, c, KIND_COUNTED, difference, OUTSIDE, STATE_AVAILABLE);
    tell_shortage(e, c, level->states[STATE_AVAILABLE], -difference);
    return STATUS_OK;
}

/* Undated only. */
static uint8_t expect(Engine *e, const Command *c) {
    int64_t row = row_of(e, c->sku, c->location), quantity = c->quantity;
    int64_t *incoming = &e->levels[row].states[STATE_INCOMING];
    if (quantity == 0) {
        return STATUS_QUANTITY_ZERO;
    }
    if (*incoming + quantity > LEVEL_MAX || *incoming + quantity < -LEVEL_MAX) {
        return STATUS_QUANTITY_TOO_LARGE;
    }
    if (c->argument < 0) {
        return STATUS_NUMBER_OUT_OF_RANGE;
    }

    int64_t free = *incoming - e->in_transit[row];
    int64_t change = quantity < -free ? -free : quantity;
    add(e, incoming, change);
    tell(e, c, KIND_EXPECTED, change, OUTSIDE, STATE_INCOMING);
    return STATUS_OK;
}

static uint8_t transfer(Engine *e, const Command *c) {
    if (c->location_to < 0 || c->location_to >= e->locations) {
        return STATUS_LOCATION_UNKNOWN;
    }
    if (c->location == c->location_to) {
        return STATUS_LOCATION_SAME;
    }
    int64_t there = row_of(e, c->sku, c->location_to), quantity = c->quantity;
    Level *from = &e->levels[row_of(e, c->sku, c->location)], *to = &e->levels[there];
    if (quantity <= 0) {
        return STATUS_QUANTITY_NOT_POSITIVE;
    }
    if (!fits(from, -quantity) || to->states[STATE_INCOMING] + quantity > LEVEL_MAX) {
        return STATUS_QUANTITY_TOO_LARGE;
    }
    if (c->argument > 0 && c->argument < c->now_us) {
        return STATUS_DATE_PAST;
    }
    if (c->argument < 0) {
        return STATUS_NUMBER_OUT_OF_RANGE;
    }
    Document *document = find_document(e, c->id);
    if (document->id != 0) {
        return STATUS_DOCUMENT_EXISTS;
    }
    if (from->states[STATE_AVAILABLE] < quantity) {
        return STATUS_STOCK_INSUFFICIENT;
    }

    *document = (Document){
        .id = c->id,
        .party_id = c->party_id,
        .due_us = c->argument,
        .quantity = c->quantity,
        .open = c->quantity,
        .sku = c->sku,
        .location = c->location,
        .location_to = c->location_to,
        .kind = PAPER_TRANSFER,
    };
    e->documents_used++;
    note(e, DOCUMENT_ADDED, c->id, 0);
    list_arrival(e, there, document);
    add(e, &e->in_transit[there], quantity);
    add(e, &from->states[STATE_AVAILABLE], -quantity);
    add(e, &to->states[STATE_INCOMING], quantity);
    account(e, c->sku, ACCOUNT_IN_TRANSIT, quantity);
    book_move_at(e, c, from, -quantity, c->now_us); /* a promise is made now */
    Event *event = tell(e, c, KIND_TRANSFERRED, quantity, STATE_AVAILABLE, OUTSIDE);
    event->order_id = c->id;
    event->location_to = c->location_to;
    return STATUS_OK;
}

static void tell_arrival(Engine *e, const Command *c, const Document *document, uint8_t kind,
                         int64_t quantity, uint8_t to) {
    Event *event = tell(e, c, kind, quantity, OUTSIDE, to);
    event->order_id = document->id;
    event->sku = document->sku;
    event->location = document->location_to;
    event->location_to = document->location;
}

static uint8_t arrive(Engine *e, const Command *c) {
    bool final = c->flags & FLAG_FINAL;
    if (c->quantity < 0) {
        return STATUS_QUANTITY_NEGATIVE;
    }
    if (c->quantity == 0 && !final) {
        return STATUS_QUANTITY_ZERO;
    }
    if (c->argument <= 0) {
        return STATUS_DOCUMENT_UNKNOWN;
    }
    Document *document = find_document(e, c->argument);
    if (document->id == 0 || document->kind != PAPER_TRANSFER) {
        return STATUS_DOCUMENT_UNKNOWN;
    }
    if (document->closed) {
        return STATUS_DOCUMENT_CLOSED;
    }
    int64_t row = row_of(e, document->sku, document->location_to);
    Level *level = &e->levels[row];
    if (on_hand(level) + c->quantity > LEVEL_MAX) {
        return STATUS_QUANTITY_TOO_LARGE;
    }

    int64_t came = c->quantity < document->open ? c->quantity : document->open;
    int64_t over = c->quantity - came, lost = final ? document->open - came : 0;
    keep_document(e, document);
    document->open -= (int32_t)(came + lost);
    document->closed = document->open == 0;
    if (document->closed) {
        unlist_arrival(e, row, document);
    }
    add(e, &e->in_transit[row], -(came + lost));
    add(e, &level->states[STATE_INCOMING], -(came + lost));
    account(e, document->sku, ACCOUNT_IN_TRANSIT, -(came + lost));
    bool seen = counted_already(e, c, row);
    uint8_t state = seen ? OUTSIDE : STATE_AVAILABLE;
    account(e, document->sku, ACCOUNT_CORRECTION, seen ? came + lost : lost - over);
    if (c->quantity > 0 && !seen) {
        add(e, &level->states[STATE_AVAILABLE], c->quantity);
        book_move(e, c, level, c->quantity);
    }
    if (came > 0) {
        tell_arrival(e, c, document, KIND_ARRIVED, came, state);
    }
    if (over > 0) {
        tell_arrival(e, c, document, KIND_TRANSFER_OVER, over, state);
    }
    if (lost > 0) {
        tell_arrival(e, c, document, KIND_TRANSFER_SHORT, lost, OUTSIDE);
    }
    return STATUS_OK;
}

static inline uint8_t run(Engine *e, const Command *c) {
    uint8_t status = names_no_level(c->operation) ? STATUS_OK : level_status(e, c);
    if (status != STATUS_OK) {
        return status;
    }
    switch (c->operation) {
    case OPERATION_RESERVE:
        return reserve(e, c);
    case OPERATION_PLACE:
        return place(e, c);
    case OPERATION_RELEASE:
        return release(e, c);
    case OPERATION_FULFIL:
        return fulfil(e, c);
    case OPERATION_CANCEL:
        return cancel(e, c);
    case OPERATION_SELL:
        return sell(e, c);
    case OPERATION_RECEIVE:
        return receive(e, c);
    case OPERATION_ADJUST:
        return adjust(e, c);
    case OPERATION_COUNT:
        return count(e, c);
    case OPERATION_EXPECT:
        return expect(e, c);
    case OPERATION_TRANSFER:
        return transfer(e, c);
    case OPERATION_ARRIVE:
        return arrive(e, c);
    default:
        return STATUS_OK; /* EXPIRE: the clock has done it */
    }
}
