"""How hard Hypothesis tries here: the functions are plain Python and quick, JIT or not."""

import os

from hypothesis import settings

EXPLORE = bool(os.environ.get("HYPOTHESIS_SEED"))  # any value looks for new examples

# Derandomised, so that a mutant is judged by the same baskets every time.
THOROUGH = settings(max_examples=150, derandomize=not EXPLORE)
