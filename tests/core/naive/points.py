"""Loyalty points: earned with an end, spent first end first, reversed down to a debt."""

from dataclasses import replace

from core.records import Paper
from core.schema import TIME_MAX_US, TTL_MAX_US, Kind, Status
from tests.core.naive.records import Command, Document, Level, Party, refuse
from tests.core.naive.shop import Shop


def party_of(shop: Shop, party_id: int) -> Party:
    """A customer's points; nobody starts with any."""
    return shop.parties[party_id] or Party()


def guard_points(shop: Shop, command: Command) -> None:
    """Points belong to somebody, and a paper of theirs has a number of its own.

    Raises:
        Refused: they do not, or it has not.
    """
    refuse(Status.PARTY_NOT_POSITIVE, when=command.party_id <= 0)
    refuse(Status.DOCUMENT_EXISTS, when=shop.documents[command.id] is not None)


def tell_points(shop: Shop, command: Command, kind: Kind, quantity: int, **fields: int) -> None:
    """Tell of points; sku and location are whatever the command says."""
    shop.tell(command, kind, Level(command.location, command.sku), quantity, **fields)


def earn(shop: Shop, command: Command) -> None:
    """Points for a customer, for a while or for ever."""
    quantity, ttl_us = command.quantity, command.argument
    refuse(Status.QUANTITY_NOT_POSITIVE, when=quantity <= 0)
    refuse(Status.TTL_NEGATIVE, when=ttl_us < 0)
    too_long = ttl_us > 10 * TTL_MAX_US or command.now_us + ttl_us > TIME_MAX_US
    refuse(Status.TTL_TOO_LONG, when=too_long)
    guard_points(shop, command)

    end_us = command.now_us + ttl_us if ttl_us else 0
    grant(shop, command, command.party_id, quantity, end_us)
    tell_points(shop, command, Kind.EARNED, quantity)


def grant(shop: Shop, command: Command, party_id: int, quantity: int, end_us: int) -> None:
    """Give points: first what is owed is paid, the rest can be spent until the end."""
    party = party_of(shop, party_id)
    paid = min(party.owed, quantity)
    if 0 < end_us <= command.now_us:
        quantity = paid  # the rest would have ended already
    shop.parties[party_id] = Party(party.points + quantity, party.owed - paid)
    unspent = quantity - paid
    shop.documents[command.id] = Document(
        Paper.GRANT, party_id, quantity, unspent, due_us=end_us, closed=unspent == 0
    )
    if unspent:
        grants = (*shop.grants[party_id], command.id)
        shop.grants[party_id] = tuple(sorted(grants, key=lambda each: (end_of(shop, each), each)))


def end_of(shop: Shop, document_id: int) -> float:
    """When points end; those without an end come last."""
    return shop.document(document_id).due_us or float("inf")


def write_grant(shop: Shop, grant_id: int, document: Document) -> None:
    """Replace a grant; one that is used up leaves its party's list."""
    closed = document.open == 0
    shop.documents[grant_id] = replace(document, closed=closed)
    if closed:
        grants = shop.grants[document.party_id]
        shop.grants[document.party_id] = tuple(each for each in grants if each != grant_id)


def burn(shop: Shop, command: Command) -> None:
    """Spend points: those that end first."""
    quantity = command.quantity
    refuse(Status.QUANTITY_NOT_POSITIVE, when=quantity <= 0)
    guard_points(shop, command)
    party = party_of(shop, command.party_id)
    refuse(Status.POINTS_INSUFFICIENT, when=party.points < quantity)

    rest, last_us = quantity, 0.0
    for grant_id in shop.grants[command.party_id]:
        given = shop.document(grant_id)
        taken = min(rest, given.open)
        if taken == 0:
            break
        rest -= taken
        last_us = end_of(shop, grant_id)
        write_grant(shop, grant_id, replace(given, open=given.open - taken))
    shop.parties[command.party_id] = replace(party, points=party.points - quantity)
    end_us = 0 if last_us == float("inf") else int(last_us)
    shop.documents[command.id] = Document(
        Paper.BURN, command.party_id, quantity, quantity, due_us=end_us
    )
    tell_points(shop, command, Kind.BURNED, quantity)


def reverse(shop: Shop, command: Command) -> None:
    """Take back points that were earned, or give back points that were spent."""
    quantity = command.quantity
    refuse(Status.QUANTITY_NOT_POSITIVE, when=quantity <= 0)
    found = shop.documents[command.argument]
    known = found is not None and found.kind in (Paper.GRANT, Paper.BURN)
    exists = shop.documents[command.id] is not None
    spent = found is not None and found.kind == Paper.BURN
    refuse(Status.DOCUMENT_EXISTS, when=spent and exists)
    refuse(Status.DOCUMENT_UNKNOWN, when=not known)
    assert found is not None
    reversible = found.open if spent else found.quantity
    refuse(Status.POINTS_INSUFFICIENT, when=quantity > reversible)

    if spent:
        still = found.open - quantity
        shop.documents[command.argument] = replace(found, open=still, closed=still == 0)
        grant(shop, command, found.party_id, quantity, found.due_us)
    else:
        unspent = min(found.open, quantity)
        after = replace(found, quantity=found.quantity - quantity, open=found.open - unspent)
        write_grant(shop, command.argument, after)
        party = party_of(shop, found.party_id)
        shop.parties[found.party_id] = Party(
            party.points - quantity, party.owed + quantity - unspent
        )
    told = {"order_id": command.argument, "party_id": found.party_id}
    tell_points(shop, command, Kind.REVERSED, quantity, **told)


def end_grant(shop: Shop, command: Command, grant_id: int) -> None:
    """Points that nobody spent in time are gone."""
    given = shop.document(grant_id)
    write_grant(shop, grant_id, replace(given, open=0, quantity=given.quantity - given.open))
    party = party_of(shop, given.party_id)
    shop.parties[given.party_id] = replace(party, points=party.points - given.open)
    told = {"order_id": grant_id, "party_id": given.party_id, "channel": 0, "reason": 0}
    shop.tell(command, Kind.POINTS_EXPIRED, Level(0, 0), given.open, **told)
