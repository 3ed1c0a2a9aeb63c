"""What a caller hands in: the commands of one request, before they have an id and a time."""

import struct
from hashlib import blake2b

from core.schema import COMMAND, Channel, Flag, Operation, Reason

_PACKED = struct.Struct("=qqqqqqiihhBBBB")
assert _PACKED.size == COMMAND.itemsize

OWN_ORDER = -1  # order_id: that of the chain itself, once it is known
COMMAND_BYTES = COMMAND.itemsize


def command(  # noqa: PLR0913  as many as a COMMAND has fields
    operation: Operation,
    *,
    sku: int = 0,
    location: int = 0,
    quantity: int = 0,
    argument: int = 0,
    order_id: int = 0,
    party_id: int = 0,
    channel: int = Channel.TILL,
    reason: int = Reason.NONE,
    linked: bool = False,
) -> bytes:
    """One COMMAND whose id and times the gateway fills in; *linked* to the next of its chain."""
    return _PACKED.pack(
        0,
        order_id,
        0,
        0,
        party_id,
        argument,
        sku,
        quantity,
        location,
        0,
        operation,
        Flag.LINKED if linked else 0,
        channel,
        reason,
    )


def fingerprint(chain: bytes) -> bytes:
    """What two requests have in common when they ask for the same; knows no id and no time."""
    return blake2b(chain, digest_size=16).digest()
