"""The only user of numba: `jit`, `part`, `inlined`, and the folder of compiled kernels.

numba's own cache looks at the file that defines a kernel and at nothing else: it misses an edit
of a rule in another file, and it serves unchecked code to a run that asked for bounds checks. So
the folder is named by a key of everything that a kernel's code can depend on. The rules of core
ask the machine for nothing; this file is the one exception.
"""

import hashlib
import os
import platform
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar

__all__ = ["cache_folder", "cache_key", "inlined", "jit", "part", "switched_on"]

Function = TypeVar("Function", bound=Callable[..., Any])

KEYS_KEPT = 8
KEY_IN_USE_S = 3600  # a key used this recently may belong to a running process

_IMPORT = re.compile(r"^\s*(?:from|import)\s+([\w.]+)", re.MULTILINE)
_PACKAGES = ("core", "scenarios", "sim")  # where kernels and the constants they freeze come from


def jit(function: Function) -> Function:
    """Compile *function*: exact (no fastmath, no parallel), without holding the interpreter lock.

    With NUMBA_DISABLE_JIT=1 the function comes back as it is; with NUMBA_BOUNDSCHECK=1 its indices
    are checked.
    """
    if switched_on("NUMBA_DISABLE_JIT"):
        return function
    compiled: Function = _compiler(inlined=False, door=True)(function)
    return compiled


def part(function: Function) -> Function:
    """Compile *function* for other kernels only: without the wrapper that Python would call.

    A wrapper unpacks every array of the arguments and takes a third of the time to compile.
    """
    if switched_on("NUMBA_DISABLE_JIT"):
        return function
    compiled: Function = _compiler(inlined=False, door=False)(function)
    return compiled


def inlined(function: Function) -> Function:
    """Compile *function* into each kernel that calls it.

    Tables are a tuple of nine arrays: handing them over costs more than most rules do, and this
    made the engine five times as fast. What is large and called from several places is a `part`.
    """
    if switched_on("NUMBA_DISABLE_JIT"):
        return function
    compiled: Function = _compiler(inlined=True, door=False)(function)
    return compiled


@cache
def _compiler(*, inlined: bool, door: bool) -> Callable[[Any], Any]:
    """Return numba's decorator, set up once a process; it looks at the folder when applied."""
    import numba  # noqa: PLC0415  0.3 s that a run with the JIT off need not wait for

    from core._lean_numba import Inlined, Kernel  # noqa: PLC0415

    folder = cache_folder()
    writable = _made(folder)
    if writable:
        numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
        _forget_old(folder)
    options: dict[str, Any] = {  # the last two are missing in numba's types
        "_nrt": False,  # kernels allocate nothing, so nothing counts references
        "nogil": True,
        "cache": writable and not inlined,  # callers are kept, with all that they took over
        "boundscheck": switched_on("NUMBA_BOUNDSCHECK"),
        "forceinline": inlined,
        "pipeline_class": Inlined if inlined else Kernel,
        "no_cpython_wrapper": not door,
        "no_cfunc_wrapper": True,
    }
    decorator: Callable[[Any], Any] = numba.njit(**options)
    return decorator if door else lambda function: _without_door(decorator(function))


def _without_door(dispatcher: Any) -> Any:  # noqa: ANN401  numba names no type for what it returns
    """Let Python's calls run the plain function: what was compiled has no address to call.

    Without this such a call would end the process.
    """

    def keep(compiled: Any) -> None:  # noqa: ANN401
        dispatcher.overloads[tuple(compiled.signature.args)] = compiled

    dispatcher.add_overload = keep
    dispatcher._compile_for_args = lambda *_arguments: dispatcher.py_func  # noqa: SLF001
    return dispatcher


def cache_folder() -> Path:
    """Return the folder of this code's kernels, whether or not it exists."""
    product = Path(__file__).resolve().parents[1]
    key = cache_key(product, bounds_checked=switched_on("NUMBA_BOUNDSCHECK"))
    return _root() / "storetwin" / key


def cache_key(product: Path, *, bounds_checked: bool) -> str:
    """Name all that compiled code depends on, save the processor, which numba looks at itself.

    Args:
        product: the folder that holds the packages core, scenarios and sim.
        bounds_checked: whether kernels check their indices.
    """
    versions = [platform.python_version(), metadata.version("numba"), metadata.version("numpy")]
    digest = hashlib.sha256(repr((versions, sys.platform, bounds_checked)).encode())
    for path, content in sorted(_kernel_files(product).items()):
        digest.update(f"{path}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _kernel_files(product: Path) -> dict[str, bytes]:
    """Return the files that define kernels and all that these import, by path within *product*.

    Other files are left out, so that editing a report or a price list compiles nothing anew.
    """
    texts = {
        path.relative_to(product).as_posix(): path.read_bytes()
        for package in _PACKAGES
        for path in (product / package).rglob("*.py")
    }
    waiting = [path for path, content in texts.items() if b"core._jit" in content]
    found: dict[str, bytes] = {}
    while waiting:
        path = waiting.pop()
        if path not in found:
            found[path] = texts[path]
            waiting += _imported(path, texts)
    return found


def _imported(path: str, texts: dict[str, bytes]) -> Iterator[str]:
    """Yield the files that *path* imports; of a package all modules, whichever it names."""
    for name in _IMPORT.findall(texts[path].decode()):
        stem = name.replace(".", "/")
        if f"{stem}.py" in texts:
            yield f"{stem}.py"
        elif f"{stem}/__init__.py" in texts:
            yield from (other for other in texts if other.startswith(f"{stem}/"))


def _root() -> Path:
    """Return where this user's caches lie on this system."""
    for variable in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        if os.environ.get(variable):
            return Path(os.environ[variable])
    return Path.home() / ".cache"


def _made(folder: Path) -> bool:
    """Make *folder*, mark it as used now, and say whether kernels can be kept there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.utime(folder)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def _forget_old(folder: Path) -> None:
    """Remove the keys beyond the last few beside *folder*, except those that may be in use."""
    try:
        used = sorted(
            (key.stat().st_mtime, key) for key in folder.parent.iterdir() if key != folder
        )
    except OSError:  # another process removes them at the same time
        return
    for used_s, key in used[: -(KEYS_KEPT - 1)]:
        if used_s < time.time() - KEY_IN_USE_S:
            shutil.rmtree(key, ignore_errors=True)


def switched_on(variable: str) -> bool:
    """Whether an environment variable asks for something."""
    return os.environ.get(variable, "") not in ("", "0")
