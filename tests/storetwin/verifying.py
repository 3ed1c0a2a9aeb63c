"""What the tests of `storetwin verify` share: a journal, and a way to run the verb on it."""

import json
from itertools import pairwise

import pytest

from core import journal
from core.engine import Engine
from storetwin.cli import main
from tests.core.compare import chain_ends
from tests.core.lively import lively

SIZES = {"skus": 4, "locations": 2, "remembered_ids": 50, "remembered_moves": 40}
COMMANDS = lively(20_261_122, 60, SIZES)
ENDS = chain_ends(COMMANDS)
CUTS = ENDS[7::8]
LAST = len(COMMANDS)


def pieces(last: int, cuts: list[int]) -> list[bytes]:
    """Write a journal of the first commands: header, batches that end at *cuts*, seal."""
    written = [journal.header(**SIZES)]
    chain = journal.chain_hash(b"", written[0])
    for start, stop in pairwise(sorted({0, *cuts, last})):
        written.append(journal.batch(chain, start + 1, COMMANDS[start:stop]))
        chain = journal.chain_hash(chain, written[-1])
    return [*written, journal.seal(chain, last, len(written) - 1, digest_at(last))]


def digest_at(sequence: int) -> str:
    """Return the digest of the live engine behind *sequence*."""
    engine = Engine(**SIZES)
    engine.execute(COMMANDS[:sequence])
    return engine.digest()


PIECES = pieces(LAST, CUTS)
STREAM = b"".join(PIECES)
UNSEALED = b"".join(PIECES[:-1])
TINY_CUTS = ENDS[1:4:2]
TINY_LAST = ENDS[4]
TINY = pieces(TINY_LAST, TINY_CUTS)
TINY_STARTS = [1, 1, *(cut + 1 for cut in (*TINY_CUTS, TINY_LAST))]  # sequences of the pieces


def tiny_place(offset: int) -> tuple[int, int]:
    """Return sequence and byte at which the piece begins that holds a byte of TINY."""
    at = 0
    for start, piece in zip(TINY_STARTS, TINY, strict=True):
        if offset < at + len(piece):
            return start, at
        at += len(piece)
    raise AssertionError(offset)


def verify(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Run the verb in this process; return exit code, stdout and stderr."""
    code = main(["verify", *map(str, arguments)])
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert "made a mistake" not in said.err
    return code, said.out, said.err


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, object]:
    """Run the verb with --json and return what it printed; it must succeed."""
    code, out, err = verify(capsys, *arguments, "--json")
    assert code == 0, err
    assert err == ""
    found: dict[str, object] = json.loads(out)
    return found
