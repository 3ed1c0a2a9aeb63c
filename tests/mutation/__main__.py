"""Breaks the rules in one place at a time and asks the tests: does anybody notice?

    python -m tests.mutation --sample 300 --seed 1      a sample of everything
    python -m tests.mutation --all --json out.json      everything; an hour on two cores
    python -m tests.mutation --all core/kernels/kits.py one file
    python -m tests.mutation --again out.json           those that survived then

Survivors are printed as the lines that they are. The exit code is 1 where fewer than --share
percent were killed.
"""

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.mutation.report import ALIVE, Report
from tests.mutation.sites import Finder, Mutant, enums_of

PROJECT = Path(__file__).resolve().parents[2]
TARGETS = ("core/kernels", "core/policies", "core/room.py", "core/engine.py")
# Asks for memory early and decides nothing; plain Python does not run it.
LEFT_ALONE = "core/kernels/ahead.py"
# These look at sources or at compiled code, and would kill whatever differs from the file.
NOT_ASKED = ("test_jit.py", "test_lend.py", "test_guards_order.py", "test_idiomatic.py")
# These compare engines with each other: where all of them are broken alike they say nothing.
ASKED_FOR_ENGINES = ("test_snapshot.py", "test_journal.py")


def mutants_of(project: Path, targets: Sequence[str]) -> list[Mutant]:
    """Every mutant of the files and folders named."""
    enums = enums_of(sorted((project / "core").rglob("*.py")))
    found: list[Mutant] = []
    for target in targets:
        path = project / target
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            if file == project / LEFT_ALONE:
                continue
            name = str(file.relative_to(project))
            kernel = name.startswith("core/kernels")
            found += Finder(name, file.read_bytes(), enums, kernel=kernel).mutants()
    return found


def sampled(mutants: Sequence[Mutant], count: int, seed: int) -> list[Mutant]:
    """Return *count* of them, chosen by hash: what is edited elsewhere hardly moves the choice."""

    def lot(mutant: Mutant) -> bytes:
        said = f"{seed} {mutant.path} {mutant.function} {mutant.start} {mutant.end} {mutant.text}"
        return hashlib.sha256(said.encode()).digest()

    chosen = set(sorted(mutants, key=lot)[:count])
    return [mutant for mutant in mutants if mutant in chosen]


def survivors(told: Path, mutants: Sequence[Mutant]) -> list[Mutant]:
    """Those of *mutants* that survived an earlier run, by what they look like."""
    alive = {
        (each["path"], each["function"], each["shown"])
        for each in json.loads(told.read_text())["mutants"]
        if each["verdict"] in ALIVE
    }
    sources = {mutant.path: Path(mutant.path).read_bytes() for mutant in mutants}
    return [
        mutant
        for mutant in mutants
        if (mutant.path, mutant.function, mutant.shown(sources[mutant.path])) in alive
    ]


def asked(targets: Sequence[str]) -> list[str]:
    """Tests to be asked, as pytest's arguments: those beside the targets."""
    policies = [target.startswith("core/policies") for target in targets]
    if all(policies):
        return ["tests/core/policies"]
    ignored = list(NOT_ASKED)
    if all(target.startswith("core/kernels") for target in targets):
        ignored += ASKED_FOR_ENGINES
    if not any(policies):
        ignored.append("policies")
    return ["tests/core", *(f"--ignore=tests/core/{name}" for name in ignored)]


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        "python -m tests.mutation", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("targets", nargs="*", default=list(TARGETS), help="files or folders")
    parser.add_argument("--all", action="store_true", help="every mutant")
    parser.add_argument("--sample", type=int, default=300, help="how many")
    parser.add_argument("--again", type=Path, help="only those that survived in this JSON")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--first", default="", help="ask tests with this in their names first")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time")
    parser.add_argument("--json", type=Path, help="write all verdicts to this file")
    parser.add_argument("--share", type=float, default=0, help="percent to be killed, or exit 1")
    parser.add_argument("--project", type=Path, default=PROJECT, help="folder of core and tests")
    parser.add_argument(
        "--budget", type=float, default=6, help="seconds of the processor for a mutant's tests"
    )
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Run; return the exit code."""
    said = arguments(words)
    os.environ["NUMBA_DISABLE_JIT"] = "1"  # before anybody imports core
    assert "core" not in sys.modules
    os.chdir(said.project)
    import pytest

    from tests.mutation.run import Runner

    mutants = mutants_of(said.project, said.targets)
    if said.again:
        mutants = survivors(said.again, mutants)
    everything = said.all or bool(said.again)
    chosen = mutants if everything else sampled(mutants, said.sample, said.seed)
    drawn = "all" if everything else f"seed {said.seed}"
    print(f"{len(chosen)} of {len(mutants)} mutants, {drawn}", flush=True)
    report = Report(said.project)
    runner = Runner(
        said.project,
        chosen,
        jobs=said.jobs,
        budget_s=said.budget,
        first=said.first,
        tell=report.hear,
    )
    before = time.monotonic(), time.process_time()
    plugins = ("no:cacheprovider", "no:xdist", "no:terminal", "no:faulthandler")
    off = [word for plugin in plugins for word in ("-p", plugin)]
    ended = pytest.main(["-s", "--assert=plain", *off, *asked(said.targets)], plugins=[runner])
    print(f"{time.monotonic() - before[0]:.0f} s")
    for name in runner.failing:
        print(f"fails by itself, was not asked: {name}")
    report.tell()
    if said.json:
        report.write(said.json)
    return int(ended != pytest.ExitCode.OK or 100 * report.share() < said.share)


if __name__ == "__main__":
    raise SystemExit(main())
