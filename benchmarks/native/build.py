"""Compiles the alternative in C with the system's compiler, into a folder of its own.

The vocabulary is not written twice: records, numbers and tables of `core` become a header.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
import tempfile
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np

from core import records, schema, steps

HERE = Path(__file__).parent
SOURCES = ("engine.c", "rules.h", "tables.h")
# What numba asks of LLVM: all optimisations, for this very processor, exact.
FLAGS = ("-std=gnu11", "-O3", "-march=native", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC")
RECORDS = {
    "Command": schema.COMMAND,
    "Answer": schema.ANSWER,
    "Event": schema.EVENT,
    "Line": records.LINE,
    "Order": records.ORDER,
    "Reservation": records.RESERVATION,
    "Document": records.DOCUMENT,
    "Due": records.DUE,
    "Known": records.KNOWN,
}
ENUMS: tuple[type[IntEnum], ...] = (
    *(schema.Operation, schema.Status, schema.Kind, schema.State, schema.Account, records.Paper),
    *(steps.Work, steps.Action, steps.OrderState),
)
NUMBERS = {
    **{name: getattr(schema, name) for name in ("STATES", "ACCOUNTS", "OUTSIDE", "CHANNELS")},
    **{name: getattr(schema, name) for name in ("LEVEL_MAX", "AMOUNT_MAX", "TTL_MAX_US")},
    "FIRST_SETTING": int(schema.FIRST_SETTING),
    "LAST_OPERATION": int(schema.LAST_OPERATION),
    "REFUSED": steps.REFUSED,
    **{f"FLAG_{flag.name}": flag.value for flag in schema.Flag},
}
TYPES = {"i": "int", "u": "uint"}


class NoCompilerError(Exception):
    """There is no C compiler here, or it cannot compile the alternative."""


def compiler() -> str:
    """Path of the system's C compiler.

    Raises:
        NoCompilerError: it has none; CC may name one.
    """
    wanted = os.environ.get("CC") or "cc"
    found = shutil.which(wanted)
    if found is None:
        raise NoCompilerError(f"no C compiler: {wanted} is not on the path")
    return found


def described() -> str:
    """First line of what the compiler says of itself, and how it is called."""
    said = subprocess.run([compiler(), "--version"], capture_output=True, text=True, check=True)  # noqa: S603  the compiler that was found
    return f"{said.stdout.splitlines()[0]}, {' '.join(FLAGS[1:3])}"


def library(flags: tuple[str, ...] = FLAGS) -> ctypes.CDLL:
    """Compile the alternative, unless these sources were compiled before, and load it.

    Raises:
        NoCompilerError: there is no compiler, or it refuses the sources.
    """
    cc = compiler()
    header = vocabulary()
    sources = [(HERE / name).read_bytes() for name in SOURCES]
    key = hashlib.sha256(b"\0".join([header.encode(), *sources, repr((cc, flags)).encode()]))
    # Private to this user: nobody else can put a library there.
    folder = Path(tempfile.gettempdir()) / f"storetwin-native-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise NoCompilerError(f"{folder} belongs to somebody else")
    built = folder / f"{key.hexdigest()[:16]}.so"
    if not built.exists():
        _compile(cc, flags, header, built)
    return ctypes.CDLL(str(built))


def _compile(cc: str, flags: tuple[str, ...], header: str, built: Path) -> None:
    with tempfile.TemporaryDirectory(dir=built.parent) as workshop:
        (Path(workshop) / "vocabulary.h").write_text(header)
        fresh = Path(workshop) / "engine.so"
        call = [cc, *flags, "-I", workshop, "-o", str(fresh), str(HERE / "engine.c")]
        done = subprocess.run(call, capture_output=True, text=True, check=False)  # noqa: S603  the compiler that was found
        if done.returncode != 0:
            raise NoCompilerError(f"{' '.join(call)}: {done.stderr}")
        fresh.replace(built)


def vocabulary() -> str:
    """Return `core.schema` as a C header: records with their sizes asserted, numbers by name."""
    parts = ["#include <assert.h>", "#include <stdint.h>"]
    parts += [_record(name, dtype) for name, dtype in RECORDS.items()]
    parts += [f"#define {name} INT64_C({value})" for name, value in NUMBERS.items()]
    for enum in ENUMS:
        members = ", ".join(f"{enum.__name__.upper()}_{m.name} = {m.value}" for m in enum)
        parts.append(f"enum {{ {members} }};")
    rows = ", ".join("{" + ", ".join(map(str, row)) + "}" for row in steps.WORK_STEPS.tolist())
    width = steps.WORK_STEPS.shape[1]
    parts.append(f"static const uint8_t WORK_STEPS[][{width}] = {{{rows}}};")
    return "\n".join([*parts, ""])


def _record(name: str, dtype: np.dtype[Any]) -> str:
    fields = [
        f"{TYPES[dtype[field].kind]}{8 * dtype[field].itemsize}_t {field};"
        for field in dtype.names or ()
    ]
    size = f"static_assert(sizeof({name}) == {dtype.itemsize}, {chr(34)}{name}{chr(34)});"
    return f"typedef struct {{ {' '.join(fields)} }} {name};\n{size}"
