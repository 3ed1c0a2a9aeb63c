"""Tries mutants: a process that has imported everything forks a child for each.

The runner is a plugin of pytest. A first child runs every test once and tells how long each took
and which functions it reached. Then each mutant gets a child: it exchanges the code of the mutated
function, which everybody goes on holding, and runs the tests that reach the function, those first
that killed its neighbours, until one fails. What stands outside of functions has been executed
already, so there the child forgets the modules and lets pytest import them anew.

Nothing is drawn: Hypothesis is derandomised and does not shrink, and the tests print their seeds.
"""

import gc
import importlib.machinery
import os
import pickle
import resource
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.abc import MetaPathFinder
from itertools import accumulate
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any, NoReturn

import hypothesis
import pytest
from _pytest.runner import runtestprotocol
from hypothesis.errors import HypothesisException

from tests.mutation.sites import Mutant

MEMORY_BYTES = 4 * 2**30
SURVIVED, KILLED = 0, 1
ANEW = -1  # killed by some test of modules imported anew
LIMIT_S, LIMIT_TIMES = 0.5, 4  # of the processor, for a test that took 0, and for all others
FORGOTTEN = ("core", "tests.core", "tests.conftest")


@dataclass
class Verdict:
    """What became of a mutant: killed, survived, timeout or unreached; and by which test."""

    mutant: Mutant
    what: str
    killer: str = ""


@dataclass
class Known:
    """What the first run of a test told."""

    duration_s: float
    reached: set[tuple[str, str]] = field(default_factory=set)


class Runner:
    """The plugin.

    Args:
        project: folder that the paths of the mutants start from.
        mutants: to be tried.
        jobs: how many at a time.
        first: tests with this in their names are asked first.
        budget_s: of the processor, for the tests of one mutant as long as nobody notices it; the
            quick ones are asked first.
        tell: called with every verdict.
    """

    def __init__(
        self,
        project: Path,
        mutants: Sequence[Mutant],
        *,
        jobs: int,
        budget_s: float,
        first: str,
        tell: Callable[[Verdict], None],
    ) -> None:
        """Nothing is imported yet."""
        self.project = project
        self.mutants = mutants
        self.jobs = jobs
        self.budget_s = budget_s
        self.first = first
        self.tell = tell
        self.items: list[pytest.Item] = []
        self.known: dict[int, Known] = {}
        self.failing: list[str] = []
        self.kills: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
        self.functions: dict[tuple[str, str], list[FunctionType]] = defaultdict(list)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try the mutants instead of running the tests."""
        hypothesis.settings.register_profile("mutation", derandomize=True, deadline=None)
        hypothesis.settings.load_profile("mutation")
        self.items = session.items
        for item in self.items:
            fail_at_once(item)
        self.find_functions()
        gc.collect()
        gc.freeze()
        self.first_run()
        self.try_all()
        return True

    def find_functions(self) -> None:
        """Every function and method of the project, by file and qualified name."""
        prefix = f"{self.project}{os.sep}"
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and each.__code__.co_filename.startswith(prefix):
                self.functions[self.place(each.__code__)].append(each)

    def place(self, code: CodeType) -> tuple[str, str]:
        """File and outermost function that a code belongs to."""
        path = os.path.relpath(code.co_filename, self.project)
        return path, code.co_qualname.split(".<locals>")[0]

    def first_run(self) -> None:
        """Let a child run every test once; forget those that fail."""
        told = b"".join(self.in_child(self.run_all))
        self.known, self.failing = pickle.loads(told)  # noqa: S301 - our own child wrote it

    def in_child(self, work: Callable[[], bytes]) -> Iterator[bytes]:
        """Return what *work*, done in a child, gives back."""
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            with os.fdopen(writer, "wb") as out:
                out.write(work())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as told:
            yield told.read()
        os.waitpid(child, 0)

    def run_all(self) -> bytes:
        """Run every test; return what is known of those that pass, and the names of the others."""
        quiet()
        known: dict[int, Known] = {}
        failing: list[str] = []
        codes: set[CodeType] = set()

        def note(frame: FrameType, event: str, _: object) -> None:
            if event == "call":
                codes.add(frame.f_code)

        prefix = str(self.project / "core")
        for at, item in enumerate(self.items):
            codes.clear()
            before = time.process_time()
            sys.setprofile(note)
            passed = passes(item)
            sys.setprofile(None)
            if passed:
                own = (code for code in codes if code.co_filename.startswith(prefix))
                reached = {self.place(code) for code in own}
                known[at] = Known(time.process_time() - before, reached)
            else:
                failing.append(item.nodeid)
        return pickle.dumps((known, failing))

    def try_all(self) -> None:
        """Try every mutant, some at a time."""
        waiting = list(self.mutants)[::-1]
        running: dict[int, tuple[Mutant, int]] = {}
        while waiting or running:
            if waiting and len(running) < self.jobs:
                mutant = waiting.pop()
                plan = self.plan(mutant)
                if not plan:
                    self.tell(Verdict(mutant, "unreached"))
                    continue
                reader, writer = os.pipe()
                child = os.fork()
                if child == 0:
                    os.close(reader)
                    self.try_one(mutant, plan, writer)
                os.close(writer)
                running[child] = mutant, reader
            else:
                child, status = os.wait()
                self.hear(*running.pop(child), status)

    def hear(self, mutant: Mutant, reader: int, status: int) -> None:
        """Learn what a child has found."""
        with os.fdopen(reader, "rb") as told:
            said = told.read().split()
        last = int(said[-1]) if said else ANEW
        killer = self.items[last].nodeid if last >= 0 else "tests of modules imported anew"
        if os.WIFSIGNALED(status):
            what = "timeout" if os.WTERMSIG(status) == signal.SIGPROF else "killed"
        else:
            what = "survived" if os.WEXITSTATUS(status) == SURVIVED else "killed"
        if what == "survived":
            killer = ""
        elif last >= 0:
            self.kills[mutant.path, mutant.function][last] += 1
            self.kills[mutant.path, ""][last] += 1
        self.tell(Verdict(mutant, what, killer))

    def plan(self, mutant: Mutant) -> list[int]:
        """Tests that may notice, likely ones first."""
        here, near = self.kills[mutant.path, mutant.function], self.kills[mutant.path, ""]
        place = mutant.path, mutant.function
        reaching = [at for at, known in self.known.items() if place in known.reached]
        if not mutant.function:
            folder = str(Path(mutant.path).parent)
            reaching = self.reaching(mutant.path) or self.reaching(folder)
        rank = {
            at: (
                self.first not in self.items[at].nodeid,
                -here[at],
                -min(near[at], 3),
                self.known[at].duration_s,
            )
            for at in reaching
        }
        reaching.sort(key=rank.__getitem__)
        spent = [*accumulate(self.known[at].duration_s for at in reaching)]
        return [at for at, spent_s in zip(reaching, spent, strict=True) if spent_s < self.budget_s]

    def reaching(self, prefix: str) -> list[int]:
        """Tests that reach a function in a file or folder."""
        return [
            at
            for at, known in self.known.items()
            if any(path.startswith(prefix) for path, _ in known.reached)
        ]

    def try_one(self, mutant: Mutant, plan: list[int], writer: int) -> NoReturn:
        """In a child: break the code, run the tests, leave with what came of it."""
        quiet()
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        source = mutant.applied((self.project / mutant.path).read_bytes())
        try:
            code = compile(source, str(self.project / mutant.path), "exec")
            if not mutant.function or not self.exchange(mutant, code):
                self.try_anew(mutant, code, plan)
            for at in plan:
                os.write(writer, b"%d " % at)
                limit(self.known[at].duration_s)
                if not passes(self.items[at]):
                    os._exit(KILLED)
        except BaseException:  # noqa: BLE001 - whatever a mutant does, the child ends here
            os._exit(KILLED)
        os._exit(SURVIVED)

    def exchange(self, mutant: Mutant, code: CodeType) -> bool:
        """Give the mutated function its new code; tell whether there was such a function."""
        new = code_named(code, mutant.function)
        held = self.functions.get((mutant.path, mutant.function), [])
        for function in held:
            function.__code__ = new
        return bool(held)

    def try_anew(self, mutant: Mutant, code: CodeType, plan: list[int]) -> NoReturn:
        """Import everything anew, with the mutant, and run the files of the tests in the plan."""
        for name in [name for name in sys.modules if name.startswith(FORGOTTEN)]:
            del sys.modules[name]
        sys.meta_path.insert(0, Served(mutant.path, code))
        limit(sum(self.known[at].duration_s for at in plan) + 5)
        tests = [self.items[at].nodeid for at in sorted(plan)]
        ended = pytest.main(
            ["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", *tests], plugins=[AtOnce()]
        )
        os._exit(SURVIVED if ended == pytest.ExitCode.OK else KILLED)


class AtOnce:
    """Plugin of the run anew."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Let the first failing example be the last."""
        for item in items:
            fail_at_once(item)


class Served(MetaPathFinder):
    """Gives an importer of one module a code of our own.

    Args:
        path: of the module, from the project's folder.
        code: of the module.
    """

    def __init__(self, path: str, code: CodeType) -> None:
        """Know the module by the name that its path has."""
        self.name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        self.code = code

    def find_spec(
        self, name: str, path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the usual spec, with our code."""
        if name != self.name:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        assert spec is not None
        assert spec.loader is not None
        spec.loader.get_code = lambda _: self.code  # type: ignore[attr-defined]
        return spec


def code_named(module: CodeType, name: str) -> CodeType:
    """Find the code of the function *name* inside that of its module."""
    for part in name.split("."):
        module = next(
            each for each in module.co_consts if isinstance(each, CodeType) and each.co_name == part
        )
    return module


def fail_at_once(item: pytest.Item) -> None:
    """Let the first failing example of a Hypothesis test end it: nobody reads a smaller one."""
    test = getattr(getattr(item, "obj", None), "hypothesis", None)
    if test is None or hasattr(test.inner_test, "at_once"):
        return
    inner = test.inner_test

    def once(*given: Any, **drawn: Any) -> Any:  # noqa: ANN401 - whatever the test takes
        try:
            return inner(*given, **drawn)
        except HypothesisException:
            raise  # its own way of giving up an example
        except Exception:  # noqa: BLE001 - as pytest would
            os._exit(KILLED)

    once.at_once = True  # type: ignore[attr-defined]
    test.inner_test = once


def passes(item: pytest.Item) -> bool:
    """Run a test with its fixtures."""
    return not any(report.failed for report in runtestprotocol(item, log=False))


def quiet() -> None:
    """Say nothing more."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)


def limit(usual_s: float) -> None:
    """End this process by SIGPROF when a test takes far more of the processor than it did."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, LIMIT_S + LIMIT_TIMES * usual_s)
