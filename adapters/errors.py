"""What can go wrong at the edge, between the engine and the world.

AdapterError
├── DatabaseError
│   ├── DatabaseInUse        another process owns the file
│   ├── DatabaseUnsafe       a setting that durability rests on did not take effect
│   ├── DatabaseUnsupported  not a database of ours, or not a kind we can open
│   ├── DatabaseDamaged      the journal fails a check; names the first sequence not to be trusted
│   └── CommitFailed         a transaction did not reach the disk, or may not have
├── SecretsMissing           the pepper of the API keys cannot be found
├── AddressUnusable          the service cannot listen there
└── GatewayError
    ├── Unavailable          nothing is acknowledged now; the journal is being replayed
    ├── Overloaded           the queue is full; try again
    └── KeyReused            an idempotency key came back with another body

A refusal by the engine (no stock, unknown order) is none of these: it is a `Status` in the answer.
"""


class AdapterError(Exception):
    """Root of what adapters raise."""


class DatabaseError(AdapterError):
    """Root of what the database raises."""


class DatabaseInUse(DatabaseError):
    """Another process owns the database file."""


class DatabaseUnsafe(DatabaseError):
    """A setting that durability rests on did not take effect."""


class DatabaseUnsupported(DatabaseError):
    """The address does not name a database that this program can open."""


class DatabaseDamaged(DatabaseError):
    """The journal fails a check. `sequence` is the first command that cannot be trusted."""

    def __init__(self, message: str, sequence: int) -> None:
        super().__init__(f"{message} (at sequence {sequence})")
        self.sequence = sequence


class CommitFailed(DatabaseError):
    """A transaction failed: its outcome is known only by reading the journal again."""


class SecretsMissing(AdapterError):
    """The pepper that API keys are checked with cannot be found."""


class AddressUnusable(AdapterError):
    """The service cannot listen at this host and port."""


class GatewayError(AdapterError):
    """Root of what the gateway raises at a caller."""

    retry_after_s = 1


class Unavailable(GatewayError):
    """The gateway is starting, recovering or closing. Nothing was acknowledged."""


class Overloaded(GatewayError):
    """The queue is full. The command was not taken."""


class KeyReused(GatewayError):
    """The idempotency key belongs to another request."""
