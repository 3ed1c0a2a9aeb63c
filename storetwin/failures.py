"""From an exception to one clear line and an exit code. No traceback reaches a user.

Exit codes: 0 ok, 1 a threshold or invariant is broken, 2 bad input, 3 not reproducible,
4 incomplete (run the same command again to go on), 130 interrupted.

Failure            a verb knows what is wrong and with which code it ends
told exceptions    are matched by module and name, because importing adapters or numpy only to
                   know their exceptions would slow down every start
everything else    is our own mistake: exit code 1, with the place
"""

import errno
import os

OK = 0
BROKEN = 1
BAD_INPUT = 2
NOT_REPRODUCIBLE = 3
INCOMPLETE = 4
INTERRUPTED = 130

# Exceptions whose text is written for users; bad input unless said otherwise.
TOLD = {
    "scenarios.errors": BAD_INPUT,
    "adapters.errors": BAD_INPUT,
    "adapters.imports.errors": BAD_INPUT,
    "sim.calibration.errors": BAD_INPUT,
    "reports.errors": BAD_INPUT,
}
# The same, of modules that hold other things too.
TOLD_NAMES = {
    "sim.runs.NoRun": BAD_INPUT,
    "sim.runs.RunDamaged": BAD_INPUT,
}
OURS = ("core", "scenarios", "sim", "adapters", "reports", "benchmarks", "storetwin")


class Failure(Exception):
    """A verb ends early: what to say, and the exit code."""

    def __init__(self, message: str, code: int = BAD_INPUT) -> None:
        super().__init__(message)
        self.code = code


def explain(error: BaseException) -> tuple[str, int]:
    """The text for stderr and the exit code of *error*."""
    if isinstance(error, Failure):
        return str(error), error.code
    for kind in type(error).__mro__:
        code = TOLD.get(kind.__module__) or TOLD_NAMES.get(f"{kind.__module__}.{kind.__name__}")
        if code:
            return str(error), code
    if isinstance(error, ModuleNotFoundError) and (error.name or "").split(".")[0] not in OURS:
        return f"{error.name} is not installed; install storetwin with its extras", BAD_INPUT
    if isinstance(error, OSError):
        return _machine(error), BAD_INPUT
    if isinstance(error, UnicodeDecodeError):
        return f"not a UTF-8 text: byte {error.start} cannot be read", BAD_INPUT
    if isinstance(error, MemoryError):
        return "out of memory; try fewer --jobs", INCOMPLETE
    if type(error).__name__ == "BrokenProcessPool":
        return "a worker process died; run the same command again to resume", INCOMPLETE
    place = _place(error)
    return (
        f"storetwin made a mistake ({type(error).__name__}: {error}{place}); please report",
        BROKEN,
    )


def _machine(error: OSError) -> str:
    """What the machine refused, in words."""
    name = str(error.filename or "").strip()
    if isinstance(error, FileNotFoundError):
        return f"{name}: no such file"
    if isinstance(error, IsADirectoryError):
        return f"{name}: is a folder, not a file"
    if isinstance(error, NotADirectoryError):
        return f"{name}: a part of this path is a file, not a folder"
    if isinstance(error, PermissionError):
        return f"{name}: not allowed"
    if error.errno == errno.ENOSPC:
        return "the disk is full; free some space and run the same command again to resume"
    reason = error.strerror or str(error) or type(error).__name__
    return f"{name}: {reason}" if name else reason


def _place(error: BaseException) -> str:
    """` at file:line` of where *error* was raised; empty when unknown."""
    trace = error.__traceback__
    if trace is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    file = os.path.basename(trace.tb_frame.f_code.co_filename)  # noqa: PTH119 - a name, no file
    return f" at {file}:{trace.tb_lineno}"
