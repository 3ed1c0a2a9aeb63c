"""verify: is a journal whole, what does it replay to, and what of it can be kept."""

import shlex
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storetwin.failures import BROKEN, NOT_REPRODUCIBLE, OK, Failure
from storetwin.output import Report, emit, note, progress
from storetwin.verbs.options import Json

if TYPE_CHECKING:
    from storetwin.journals import Seen, Source

HASH_DIGITS_MIN = 16  # of a hash that was noted down
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

JournalFile = Annotated[
    Path | None, typer.Option("--journal", help="A journal file, or the tail of one.")
]
DatabaseFile = Annotated[
    Path | None, typer.Option("--database", help="Instead: the service's database, running or not.")
]
SnapshotFile = Annotated[
    Path | None, typer.Option("--snapshot", help="Begin here; only what follows is replayed.")
]
Digest = Annotated[
    str, typer.Option("--digest", metavar="HEX", help="What the state's digest must be.")
]
Head = Annotated[
    str,
    typer.Option(
        "--head", metavar="SEQUENCE:HASH", help="A head noted earlier: it must still be there."
    ),
]
Sealed = Annotated[bool, typer.Option("--sealed", help="The journal must end with a seal.")]
Repair = Annotated[bool, typer.Option("--repair", help="Write what is good of it to --out.")]
RepairTo = Annotated[
    int | None,
    typer.Option("--repair-to", metavar="SEQUENCE", min=0, help="The same, up to a sequence."),
]
NewFile = Annotated[Path | None, typer.Option("--out", help="The journal to write; a new file.")]
Export = Annotated[
    Path | None, typer.Option("--export", help="Write the database's journal to a new file.")
]


@dataclass(frozen=True)
class Wish:
    """What the user asked for, checked."""

    journal: Path | None
    database: Path | None
    snapshot: Path | None
    digest: str
    head: tuple[int, str]  # sequence and hash, or its first digits; (-1, "") where none
    sealed: bool
    repair: bool
    last: int | None  # the sequence at which the new journal ends; None: wherever it must
    out: Path | None

    @property
    def source(self) -> Path:
        """The file that is read."""
        source = self.journal or self.database
        assert source is not None
        return source

    @property
    def least(self) -> int | None:
        """See `storetwin.journals.write`."""
        return -1 if self.repair and self.last is None else self.last

    @property
    def kind(self) -> str:
        """What that file is; also the name of its option."""
        return "journal" if self.journal else "database"


def verify(
    journal: JournalFile = None,
    database: DatabaseFile = None,
    snapshot: SnapshotFile = None,
    digest: Digest = "",
    head: Head = "",
    sealed: Sealed = False,
    repair: Repair = False,
    repair_to: RepairTo = None,
    out: NewFile = None,
    export: Export = None,
    as_json: Json = False,
) -> int:
    """Check a journal, replay it, and print the digest of the shop that it makes.

    Each batch carries checksums and the hash of all before it: what was altered, dropped, doubled
    or moved is named with its sequence. A journal that was cut between two batches cannot be told
    from a whole one by itself: compare it with a --head or --digest that was noted elsewhere, or
    demand a --sealed one. Nothing that is read is ever changed.

    Exit codes: 0 whole, 1 damaged or not as demanded, 2 not a journal, 3 another digest.

    \b
    Examples:
      storetwin verify --database shop.db
      storetwin verify --database shop.db --export shop.journal
      storetwin verify --journal shop.journal --sealed
      storetwin verify --journal shop.journal --snapshot monday.snapshot
      storetwin verify --journal shop.journal --repair --out repaired.journal
      storetwin verify --journal shop.journal --repair-to 1200 --out earlier.journal
    """
    wish = Wish(
        journal=journal,
        database=database,
        snapshot=snapshot,
        digest=digest.strip().lower(),
        head=_head(head),
        sealed=sealed,
        repair=repair or repair_to is not None,
        last=repair_to,
        out=out or export,
    )
    _refuse_contradictions(wish, out, export)
    with progress(f"verify {wish.source.name}") as report:
        found = _examine(wish, report)
    found["ok"] = "problem" not in found
    emit(found, _lines(found), as_json=as_json)
    if found["ok"]:
        return OK
    note(f"{wish.source}: {found['problem']}")
    return int(found["exit_code"])


def _refuse_contradictions(wish: Wish, out: Path | None, export: Path | None) -> None:
    """Refuse options that do not go together."""
    if (wish.journal is None) == (wish.database is None):
        raise Failure("verify needs one of --journal FILE and --database FILE")
    if wish.repair != (out is not None):
        raise Failure("--repair and --repair-to go with --out FILE, the journal to write")
    if export is not None and (wish.database is None or wish.repair):
        raise Failure("--export goes with --database alone; to repair, use --repair --out FILE")
    if wish.snapshot is not None and (wish.repair or wish.database is not None):
        raise Failure("--snapshot goes with --journal, and not with --repair")
    if wish.out is not None and wish.out.exists():
        raise Failure(f"{wish.out} exists already; name a new file")
    if wish.out is not None and not wish.out.parent.is_dir():
        raise Failure(f"{wish.out.parent}: no such folder")
    if wish.digest and not _is_hex(wish.digest, 64, 64):
        raise Failure("--digest is 64 hexadecimal digits, as verify prints them")


def _head(text: str) -> tuple[int, str]:
    """Sequence and hash of `--head`."""
    if not text:
        return -1, ""
    sequence, _, digits = text.strip().lower().partition(":")
    if not sequence.isdecimal() or not _is_hex(digits, HASH_DIGITS_MIN, 64):
        raise Failure("--head is SEQUENCE:HASH, as verify prints it")
    return int(sequence), digits


def _is_hex(text: str, least: int, most: int) -> bool:
    return least <= len(text) <= most and not set(text) - set("0123456789abcdef")


def _examine(wish: Wish, report: Report) -> dict[str, Any]:
    """Read, replay and, where that was asked for, write; say what was found."""
    from adapters.errors import DatabaseDamaged
    from core import errors

    try:
        return _replayed(wish, report)
    except (errors.JournalDamaged, DatabaseDamaged) as error:  # in a header, or before a snapshot
        advice = "leave out --snapshot" if wish.snapshot else "restore the file from a copy"
        problem = f"{error}; {advice}"
        return {wish.kind: str(wish.source), "problem": problem, "exit_code": BROKEN}
    except (errors.SnapshotDamaged, errors.TailUnrelated) as error:
        raise Failure(f"{wish.snapshot}: {error}", BROKEN) from error
    except errors.SnapshotVersion as error:
        raise Failure(f"{wish.snapshot}: {error}") from error
    except errors.JournalVersion as error:
        raise Failure(f"{wish.source}: {error}{_hint(wish.source)}") from error
    except errors.JournalDiffers as error:
        raise Failure(f"{wish.source}: {error}", NOT_REPRODUCIBLE) from error
    except errors.ChainCut as error:
        raise Failure(f"{error}; nothing was written") from error


def _hint(path: Path) -> str:
    with path.open("rb") as file:
        return "; it is a database: use --database" if file.read(6) == b"SQLite" else ""


def _replayed(wish: Wish, report: Report) -> dict[str, Any]:
    from core.rebuild import run, sizes_of, up_to
    from storetwin import journals

    opened: AbstractContextManager[Source]
    if wish.journal is not None:
        opened = journals.journal_file(wish.journal, wish.snapshot, report)
    else:
        opened = journals.database(wish.source, report)
    with opened as source:
        engine = source.engine
        seen = journals.Seen(engine.sequence, source.chain, wish.head[0])
        wanted = source.records if wish.last is None else up_to(source.records, wish.last)
        records = seen.hear(wanted)
        if wish.out is None:
            run(engine, records)
        else:
            journals.write(wish.out, source, records, seen, last=wish.least)
    found: dict[str, Any] = {
        wish.kind: str(wish.source),
        **({"snapshot": str(wish.snapshot)} if wish.snapshot else {}),
        "first_sequence": seen.first,
        "last_sequence": seen.sequence,
        "batches": seen.batches,
        "bytes": len(source.header) + seen.size,
        **sizes_of(engine)._asdict(),
        "first_us": seen.first_us,
        "last_us": engine.now_us if engine.sequence else None,
        "sealed": seen.sealed or wish.out is not None,
        "head": f"{seen.sequence}:{seen.chain.hex()}",
        "digest": engine.digest(),
    }
    if seen.damage is not None:
        byte = getattr(seen.damage, "offset", None)
        found["damage"] = {"sequence": seen.damage.sequence, "byte": byte, "says": str(seen.damage)}
    if wish.out is not None:
        found["written"] = str(wish.out)
    problem, exit_code = _problem(wish, seen, found["digest"])
    return {**found, "problem": problem, "exit_code": exit_code} if problem else found


def _problem(wish: Wish, seen: "Seen", digest: str) -> tuple[str, int]:
    """The first thing that is not as it was asked for, with what to do, and the exit code."""
    wanted, digits = wish.head
    if seen.damage is not None and not wish.repair:
        return f"{seen.damage}; {_advice(wish, seen)}", BROKEN
    if seen.sequence < wanted:
        ends = f"the journal ends at sequence {seen.sequence}, and it once had {wanted}"
        return f"{ends}: it was cut, or is an older copy", BROKEN
    if wanted >= 0 and not any(noted.startswith(digits) for noted in seen.noted):
        return f"at sequence {wanted} this is not the journal whose head was noted", BROKEN
    if wish.sealed and not seen.sealed:
        return "the journal has no seal at its end: it was cut, or somebody goes on writing", BROKEN
    if wish.digest not in ("", digest):
        problem = f"the digest is {digest}, not the one asked for: another journal, or other rules"
        return problem, NOT_REPRODUCIBLE
    return "", OK


def _advice(wish: Wish, seen: "Seen") -> str:
    """What to do about damage."""
    if seen.sequence < seen.first:
        return "no command before it is good: restore the file from a copy"
    good = f"sequences {seen.first} to {seen.sequence} are good"
    if wish.snapshot is not None:
        return f"{good}: leave out --snapshot to repair, or restore the journal from a copy"
    source = shlex.quote(str(wish.source))
    place = shlex.quote(f"{wish.source}.repaired")
    return (
        f"{good}: restore a copy that holds more, "
        f"or keep them: storetwin verify --{wish.kind} {source} --repair --out {place}"
    )


def _lines(found: dict[str, Any]) -> list[str]:
    """What was found, for people."""
    if "digest" not in found:
        return []
    kind = "journal" if "journal" in found else "database"
    first, last = found["first_sequence"], found["last_sequence"]
    several = "batch" if found["batches"] == 1 else "batches"
    batches = f"in {found['batches']:,} {several}, {found['bytes']:,} bytes"
    sequences = f"{first:,} to {last:,} {batches}" if last >= first else f"none, {batches}"
    size = f"{found['skus']:,} skus at {found['locations']:,} locations"
    remembers = f"{found['remembered_ids']:,} ids and {found['remembered_moves']:,} movements"
    rows = {
        kind: found[kind],
        "snapshot": found.get("snapshot"),
        "sequences": sequences,
        "time": f"{_time(found['first_us'])} to {_time(found['last_us'])}",
        "shop": f"{size}; remembers {remembers}",
        "sealed": "yes" if found["sealed"] else "no; keep the head to notice if it is ever cut",
        "head": found["head"],
        "digest": found["digest"],
        "left out": found["damage"]["says"] if "written" in found and "damage" in found else None,
        "written": found.get("written"),
    }
    return [f"{name:<10} {value}" for name, value in rows.items() if value is not None]


def _time(time_us: int | None) -> str:
    """A time of the engine as people write it; the number itself where no calendar reaches."""
    if time_us is None:
        return "-"
    try:
        moment = EPOCH + timedelta(microseconds=time_us)
    except OverflowError:
        return f"{time_us} us"
    return moment.isoformat(sep=" ", timespec="seconds")
