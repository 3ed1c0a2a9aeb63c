"""A server process for the tests: `python -m tests.adapters.http.server DATABASE [forgetful]`.

`forgetful` breaks the service on purpose: commits return before they are written, as if orders
were acknowledged first and saved later. The test that kills servers must notice.
"""

import sys
from functools import partial
from pathlib import Path

from adapters.database import writer
from adapters.database.store import Store
from adapters.database.writer import Batch
from adapters.http import serve

LATE = 10_000  # batches that a forgetful commit keeps in memory


def forget(store: Store, batch: Batch, late: list[Batch]) -> None:
    """Say yes now, write later."""
    late.append(batch)
    if len(late) < LATE:
        return
    for one in late:
        writer.commit(store.connection, one)
    late.clear()


def main() -> None:
    """Serve until killed; announces its address on stdout."""
    database, *mode = sys.argv[1:]
    if mode == ["forgetful"]:
        late: list[Batch] = []
        Store.commit = lambda self, batch: forget(self, batch, late)  # type: ignore[method-assign]
    serve(Path(database), port=0, announce=partial(print, flush=True))


if __name__ == "__main__":
    main()
