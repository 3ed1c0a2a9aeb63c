"""What can go wrong at the engine's door.

EngineError
├── CommandsMalformed     the caller's array is not a batch of COMMAND
├── InvariantBroken       our mistake: state contradicts itself
└── JournalError
    ├── JournalDamaged    a bit flipped, a batch was cut short, reordered or removed
    └── JournalVersion    written by another version of the schema

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
    """The journal fails a check. `sequence` is the first command that cannot be trusted."""

    def __init__(self, message: str, sequence: int) -> None:
        super().__init__(f"{message} (at sequence {sequence})")
        self.sequence = sequence


class JournalVersion(JournalError):
    """The journal was written under another schema version or for another engine."""
