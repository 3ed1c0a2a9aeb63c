"""Random numbers by key: every draw of a run has a name, so that one more actor moves no other.

`stream(seed, name, ...)` is a Philox generator of its own for each key. The name enters by a CRC,
not by Python's hash, which differs from process to process.
"""

import zlib

import numpy as np


def stream(seed: int, name: str, *key: int) -> np.random.Generator:
    """Generator of the stream *name* with its numbers (replication, store, day, ...)."""
    sequence = np.random.SeedSequence(seed, spawn_key=(zlib.crc32(name.encode()), *key))
    return np.random.Generator(np.random.Philox(sequence))


def marks(generator: np.random.Generator, *shape: int) -> np.ndarray:
    """Uniform marks of 32 bits: what a thing will need later, drawn when it is born."""
    return generator.integers(0, 2**32, shape, dtype=np.uint32)


def threshold(share: float) -> int:
    """The mark below which a share of all marks lies: an event of probability *share*."""
    return round(share * 2**32)
