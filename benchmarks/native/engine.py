"""The alternative in C behind the same door as `core.engine.Engine`, called by ctypes."""

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.native.build import FLAGS, library
from core.kernels.ahead import AHEAD
from core.records import DOCUMENT, LINE, ORDER, RESERVATION
from core.schema import ACCOUNTS, ANSWER, COMMAND, EVENT, REMEMBERED_IDS, REMEMBERED_MOVES, STATES

Records = NDArray[Any]

LONG, POINTER = ctypes.c_int64, ctypes.c_void_p


class NativeEngine:
    """A shop without kits, buffers, lots and backorders, in C."""

    def __init__(
        self,
        skus: int,
        locations: int,
        *,
        remembered_ids: int = REMEMBERED_IDS,
        remembered_moves: int = REMEMBERED_MOVES,
        ahead: bool = False,
    ) -> None:
        """Open an empty shop, as `Engine` does; *ahead*: send for memory early, as it does too.

        Raises:
            NoCompilerError: it cannot be compiled here.
        """
        self.skus, self.locations = skus, locations
        self._library = called = library((*FLAGS, f"-DLOOK_AHEAD={AHEAD}") if ahead else FLAGS)
        called.engine_new.restype = POINTER
        called.engine_execute.restype = called.engine_make_room.restype = LONG
        self._execute = called.engine_execute
        self._execute.argtypes = [POINTER, POINTER, POINTER, POINTER, LONG]
        self._make_room = called.engine_make_room
        self._make_room.argtypes = [POINTER, LONG]
        sizes = (LONG(skus), LONG(locations), LONG(remembered_ids), LONG(remembered_moves))
        self._engine = POINTER(called.engine_new(*sizes))
        self._events = np.empty(64, EVENT)
        self._events_at = self._events.ctypes.data

    def __del__(self) -> None:
        """Give the memory back."""
        if hasattr(self, "_engine"):
            self._library.engine_free(self._engine)

    def execute(self, commands: Records) -> tuple[Records, Records]:
        """Execute *commands* in order; answers and events as `Engine.execute` gives them."""
        assert commands.dtype == COMMAND
        commands = np.require(commands, requirements=["C"])
        count = len(commands)
        events_max = self._make_room(self._engine, count)
        if events_max > len(self._events):
            self._events = np.empty(2 * events_max, EVENT)
            self._events_at = self._events.ctypes.data
        answers = np.zeros(count, ANSWER)
        written = self._execute(
            self._engine, commands.ctypes.data, answers.ctypes.data, self._events_at, count
        )
        # Bytes, because numpy copies records with gaps field by field.
        told = self._events.view(np.uint8)[: written * EVENT.itemsize].copy()
        return answers, told.view(EVENT)

    def levels(self) -> NDArray[np.int64]:
        """All levels, (locations, skus, STATES)."""
        rows = self.skus * self.locations
        table = self._copied("levels", np.dtype((np.int64, STATES + 1)), rows)
        return table[:, :STATES].reshape(self.locations, self.skus, STATES)

    def accounts(self) -> NDArray[np.int64]:
        """Where units are that are on no level, (skus, ACCOUNTS)."""
        return self._copied("accounts", np.dtype((np.int64, ACCOUNTS)), self.skus)

    def counted_us(self) -> NDArray[np.int64]:
        """When each level was last counted, (locations * skus,)."""
        return self._copied("counted", np.dtype(np.int64), self.skus * self.locations)

    def lines(self) -> Records:
        """All order lines, (n,) of LINE in the order in which they were placed."""
        return self._copied("lines", LINE, self._number("lines_used"))

    def orders(self) -> Records:
        """All orders, (n,) of ORDER by id."""
        return self._by_id("orders", ORDER)

    def reservations(self) -> Records:
        """Open reservations, (n,) of RESERVATION by id."""
        return self._by_id("reservations", RESERVATION)

    def documents(self) -> Records:
        """Transfers, (n,) of DOCUMENT by id."""
        return self._by_id("documents", DOCUMENT)

    def _by_id(self, name: str, dtype: np.dtype[Any]) -> Records:
        table = self._copied(name, dtype, self._number(f"{name}_slots"))
        key = (dtype.names or ())[0]
        used: Records = table[table[key] != 0]
        return used[np.argsort(used[key])]

    def _number(self, name: str) -> int:
        function = getattr(self._library, f"engine_{name}")
        function.restype = LONG
        return int(function(self._engine))

    def _copied(self, name: str, dtype: np.dtype[Any], count: int) -> Records:
        function = getattr(self._library, f"engine_{name}")
        function.restype = POINTER
        address = function(self._engine)
        found = np.zeros(count, dtype)
        if count:
            ctypes.memmove(found.ctypes.data, address, found.nbytes)
        return found
