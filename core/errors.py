"""What can go wrong at the engine's door.

EngineError
├── CommandsMalformed     the caller's array is not a batch of COMMAND
├── InvariantBroken       our mistake: state contradicts itself
├── JournalError
│   ├── JournalDamaged    a bit flipped, a batch was cut short, reordered or removed
│   ├── JournalVersion    not a journal, or written under another version of the schema
│   ├── JournalDiffers    replayed, it gives another state than its seal says
│   └── ChainCut          a journal cannot end inside a chain
└── SnapshotError
    ├── SnapshotDamaged   a bit flipped, or it was cut short; names the section
    ├── SnapshotVersion   not a snapshot, or written under another version of the schema
    └── TailUnrelated     the journal does not go on where the snapshot was taken

A refusal (no stock, unknown order) is none of these: it is a `Status` in the answer.
"""


class EngineError(Exception):
    """Root of what core raises."""


class CommandsMalformed(EngineError):
    """The array handed to `Engine.execute` is not a one-dimensional array of COMMAND."""


class InvariantBroken(EngineError):
    """State contradicts itself; the engine must be discarded and rebuilt from its journal."""


class JournalError(EngineError):
    """Root of what reading a journal raises."""


class JournalDamaged(JournalError):
    """The journal fails a check.

    Attributes:
        reason: which one.
        sequence: the first command that cannot be trusted; all before it can.
        offset: the byte at which its batch begins; the bytes before it can be trusted.
    """

    def __init__(self, reason: str, sequence: int, offset: int) -> None:
        super().__init__(f"{reason} (at sequence {sequence}, byte {offset})")
        self.reason = reason
        self.sequence = sequence
        self.offset = offset


class JournalVersion(JournalError):
    """The bytes are no journal, or one of another schema version."""


class JournalDiffers(JournalError):
    """The journal is whole, and this program makes another state of it than its seal says."""

    def __init__(self, sequence: int, sealed: str, replayed: str) -> None:
        super().__init__(
            f"replayed to sequence {sequence} the state has digest {replayed}; "
            f"the journal was sealed there with {sealed}"
        )
        self.sequence = sequence


class ChainCut(JournalError):
    """A journal was to end inside a chain; `before` and `after` are where it could end."""

    def __init__(self, sequence: int, before: int, after: int) -> None:
        super().__init__(
            f"sequence {sequence} is in the middle of a chain that happens as a whole; "
            f"the nearest ends are {before} and {after}"
        )
        self.before = before
        self.after = after


class SnapshotError(EngineError):
    """Root of what reading a snapshot raises."""


class SnapshotDamaged(SnapshotError):
    """The snapshot fails a check; `section` is the part of it that does."""

    def __init__(self, reason: str, section: str) -> None:
        super().__init__(f"{reason} (in section {section})")
        self.section = section


class SnapshotVersion(SnapshotError):
    """The bytes are no snapshot, or one of another schema version."""


class TailUnrelated(SnapshotError):
    """The journal does not go on where the snapshot was taken, which was after `sequence`."""

    def __init__(self, reason: str, sequence: int) -> None:
        super().__init__(f"{reason} (the snapshot was taken at sequence {sequence})")
        self.sequence = sequence
