"""`python -m benchmarks`: all benches, each ratio beside its target."""

import sys

from benchmarks.all import run_all

if __name__ == "__main__":
    sys.exit(run_all(quick="--quick" in sys.argv, as_json="--json" in sys.argv))
