"""Guards on what all commands have: an id, a time, an operation, a channel."""

import numpy as np

from core._jit import inlined
from core.kernels.finding import OTHER_BODY, UNKNOWN_ID, fingerprint, known_status
from core.kernels.tables import Array, Int, Meta, Tables
from core.schema import CHANNELS, FIRST_SETTING, LAST_OPERATION, Operation, Status


@inlined
def judge_id(t: Tables, commands: Array, answers: Array, first: Int, i: Int) -> Int:
    """Guards on the id of a command of a chain, which may repeat one of the same chain."""
    c = commands[i]
    if 0 < c["id"] <= t.meta[Meta.CHAIN_HIGHEST]:
        for earlier in range(first, i):
            if commands[earlier]["id"] == c["id"]:
                answers[i]["original"] = Status.OK
                if fingerprint(commands[earlier]) != fingerprint(c):
                    return np.int64(Status.ID_REUSED)
                return np.int64(Status.ID_REPLAYED)
    t.meta[Meta.CHAIN_HIGHEST] = max(t.meta[Meta.CHAIN_HIGHEST], c["id"])
    return judge_known(t, c, answers[i])


@inlined
def judge_known(t: Tables, c: Array, a: Array) -> Int:
    """Guards on a command's id."""
    a["original"] = Status.OK
    if c["id"] <= 0:
        return np.int64(Status.ID_NOT_POSITIVE)
    original = known_status(t, c)
    if original == UNKNOWN_ID:
        return np.int64(Status.OK)
    a["original"] = original & (OTHER_BODY - 1)
    if original >= OTHER_BODY:
        return np.int64(Status.ID_REUSED)
    return np.int64(Status.ID_REPLAYED)


@inlined
def judge_envelope(t: Tables, c: Array, chain_us: Int, others: Int) -> Int:
    """Guards on time, operation and channel of a command in a chain with so many others."""
    if c["now_us"] < t.meta[Meta.NOW_US]:
        return np.int64(Status.TIME_WENT_BACK)
    if c["now_us"] != chain_us:
        return np.int64(Status.CHAIN_TIME_DIFFERS)
    if c["operation"] < Operation.RESERVE or c["operation"] > LAST_OPERATION:
        return np.int64(Status.OPERATION_UNKNOWN)
    if c["channel"] >= CHANNELS:
        return np.int64(Status.CHANNEL_UNKNOWN)
    if c["occurred_us"] > c["now_us"] and c["occurred_us"] != 0:
        return np.int64(Status.OCCURRED_AHEAD)
    if others > 0 and c["operation"] >= FIRST_SETTING:
        return np.int64(Status.NOT_IN_CHAIN)
    return np.int64(Status.OK)
