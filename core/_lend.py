"""How kernels hand a tuple of arrays to each other: by address, without counting references.

`lent(tables)` at a kernel's door copies the tuple's fields to the kernel's own stack, with their
reference counts taken out (the caller keeps them alive), and is their address from there on:
`t.levels` loads that one field. Handing over nine arrays by value is sixty machine words a call,
which costs more than most rules do, to run and to compile. In plain Python it is the tuple itself.

`borrowed(array)` does the same for one array. Only `core._jit` and `core._lend_numba` know numba.
"""

from collections.abc import Callable
from typing import Any

from core._jit import switched_on

__all__ = ["borrowed", "lent"]


Lender = Callable[[Any], Any]


def _lenders() -> tuple[Lender, Lender]:
    """Return the functions behind `borrowed` and `lent`."""
    if switched_on("NUMBA_DISABLE_JIT"):
        return (lambda array: array), (lambda fields: fields)
    from core._lend_numba import borrowed_array, lent_tuple  # noqa: PLC0415  only where it compiles

    return borrowed_array, lent_tuple


borrowed, lent = _lenders()
