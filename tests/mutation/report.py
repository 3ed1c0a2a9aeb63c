"""What came of the mutants: a table by file, every survivor as the line that it is, and JSON."""

import json
from collections import Counter, defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from tests.mutation.explained import reason_for

if TYPE_CHECKING:  # the runner is imported only where it runs
    from tests.mutation.run import Verdict

ALIVE = ("survived", "unreached")


class Report:
    """Collects verdicts.

    Args:
        project: folder that the paths of the mutants start from.
    """

    def __init__(self, project: Path) -> None:
        """Nothing is known yet."""
        self.project = project
        self.verdicts: list[Verdict] = []

    def hear(self, verdict: "Verdict") -> None:
        """Keep a verdict, and show a survivor at once, unless it is known to be equivalent."""
        self.verdicts.append(verdict)
        if verdict.what in ALIVE and not self.reason(verdict).startswith("equivalent"):
            mutant = verdict.mutant
            print(f"{mutant.path}:{mutant.line} {verdict.what}, {mutant.kind}")
            print(self.shown(verdict), flush=True)
        if len(self.verdicts) % 200 == 0:
            print(f"... {len(self.verdicts)} tried, {self.share():.1%} killed", flush=True)

    def shown(self, verdict: "Verdict") -> str:
        """The mutant as a diff."""
        return verdict.mutant.shown((self.project / verdict.mutant.path).read_bytes())

    def reason(self, verdict: "Verdict") -> str:
        """Why nobody can notice this mutant; empty where it is not explained."""
        mutant = verdict.mutant
        return reason_for(mutant.path, mutant.function, self.shown(verdict))

    def share(self) -> float:
        """Share that was killed, of all that were tried: equivalent ones count as survivors."""
        alive = sum(verdict.what in ALIVE for verdict in self.verdicts)
        return 1 - alive / max(1, len(self.verdicts))

    def tell(self) -> None:
        """Print the table."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for verdict in self.verdicts:
            folder = verdict.mutant.path.rsplit("/", 1)[0]
            for name in (verdict.mutant.path, f"{folder}/", "all"):
                counts[name][verdict.what] += 1
                alike = verdict.what in ALIVE and self.reason(verdict).startswith("equivalent")
                counts[name]["equivalent"] += alike
        columns = ("killed", "timeout", "survived", "unreached", "equivalent")
        print(f"{'file':40}{'mutants':>9}" + "".join(f"{name:>11}" for name in columns) + "  score")
        for name in sorted(counts, key=lambda name: (name == "all", name)):
            count = counts[name]
            total = sum(count.values()) - count["equivalent"]
            cells = "".join(f"{count[column]:11}" for column in columns)
            score = (count["killed"] + count["timeout"]) / total
            print(f"{name:40}{total:9}{cells}{score:7.1%}")

    def write(self, path: Path) -> None:
        """Write all verdicts as JSON."""
        told = [
            {
                **asdict(verdict.mutant),
                "verdict": verdict.what,
                "killer": verdict.killer,
                "shown": self.shown(verdict),
                "reason": self.reason(verdict) if verdict.what in ALIVE else "",
            }
            for verdict in self.verdicts
        ]
        path.write_text(json.dumps({"share": self.share(), "mutants": told}, indent=1))
