"""How kernels hand a tuple of arrays to each other: by address, without counting references.

`lent(tables)` at a kernel's door copies the tuple's fields to the kernel's own stack, with their
reference counts taken out (the caller keeps them alive), and is their address from there on:
`t.levels` loads that one field. Handing over nine arrays by value is sixty machine words a call,
which costs more than most rules do, to run and to compile. In plain Python it is the tuple itself.

`borrowed(array)` does the same for one array.

`prefetch(array, index)` tells the processor that entry *index* will be wanted soon; it reads
nothing, so the index may lie anywhere.

`Kept(tables)` does from Python, once for many calls, what `lent` does at each: its `address` is a
number that the kernel turns back with the function that `recaller` made. Unpacking the twin's 42
arrays takes longer than most calls of its kernel. Only `core._jit` and `core._lend_numba` know
numba.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from core._jit import switched_on

__all__ = ["FETCHES", "Kept", "borrowed", "lent", "prefetch", "recaller"]


FETCHES = not switched_on("NUMBA_DISABLE_JIT")  # whether `prefetch` does anything
Lender = Callable[[Any], Any]
Sample = Callable[[], Any]


class Kept:
    """A named tuple of arrays that lies ready for kernels, as long as this object lives.

    Attributes:
        fields: the tuple; its arrays must not be replaced behind its back.
        address: what kernels take; in plain Python the tuple itself.
    """

    def __init__(self, fields: Any, sample: Sample) -> None:  # noqa: ANN401
        """Lay *fields* out as compiled code does: for each array a header of machine words.

        Args:
            fields: the tuple.
            sample: returns a tuple of the same types; the one that `recaller` was given.
        """
        self.fields = fields
        self.address: Any = fields
        if switched_on("NUMBA_DISABLE_JIT"):
            return
        for name, array, model in zip(fields._fields, fields, sample(), strict=True):
            fits = (array.dtype, array.ndim) == (model.dtype, model.ndim)
            lies_flat = array.flags.c_contiguous
            assert fits, f"{name} is not what kernels were compiled for"
            assert lies_flat, f"{name} has gaps"
        self._words = np.array([word for array in fields for word in _header(array)], np.int64)
        self.address = self._words.ctypes.data

    def __reduce__(self) -> str:
        """Refuse to be copied: another's memory lies elsewhere.

        Raises:
            TypeError: always; whoever keeps arrays so makes another of the copies.
        """
        message = "kept arrays cannot be copied: keep the copies"
        raise TypeError(message)


def _header(array: Any) -> tuple[int, ...]:  # noqa: ANN401
    """Owner (nobody), parent (none), entries, bytes of one, address, shape, strides."""
    return 0, 0, array.size, array.itemsize, array.ctypes.data, *array.shape, *array.strides


def recaller(sample: Sample) -> Lender:
    """Return what turns `Kept.address` into the fields again, within kernels only.

    Args:
        sample: returns a tuple of the same types; called when a kernel is compiled.
    """
    if switched_on("NUMBA_DISABLE_JIT"):
        return lambda address: address
    from core._lend_numba import recalled_tuple  # noqa: PLC0415  only where it compiles

    recalled: Lender = recalled_tuple(sample)
    return recalled


def _lenders() -> tuple[Lender, Lender, Callable[[Any, Any], None]]:
    """Return the functions behind `borrowed`, `lent` and `prefetch`."""
    if switched_on("NUMBA_DISABLE_JIT"):
        return (lambda array: array), (lambda fields: fields), (lambda _array, _index: None)
    from core._lend_numba import (  # noqa: PLC0415  only where it compiles
        borrowed_array,
        lent_tuple,
        prefetched,
    )

    return borrowed_array, lent_tuple, prefetched


borrowed, lent, prefetch = _lenders()
