# `make demo` and `make test` each work alone on a fresh clone: they need make and Python >= 3.11.
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -m storetwin
PYTEST := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help demo test setup check lint fast tables mutants bench clean

help:  ## say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: .venv/installed  ## fit real transactions, compare four setups, write the report
	$(RUN) demo

test: check tables  ## everything that must hold: rules, types, imports, tests in three modes
	$(PYTEST) -n 2 --dist loadfile --no-loadscope-reorder

setup: .venv/installed-dev  ## make .venv with all tools and compile the kernels
	$(RUN) doctor --compile

check: .venv/installed-dev  ## lint, format, types, imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

lint: .venv/installed-dev  ## mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Writes out of bounds and kernels that only run compiled would be invisible otherwise.
tables: setup  ## core and the twin's two forms with checked indices; core with the JIT off
	NUMBA_BOUNDSCHECK=1 $(PYTEST) -q -n 2 tests/core tests/sim/test_identity.py --ignore tests/core/policies
	NUMBA_DISABLE_JIT=1 $(PYTEST) -q -n 2 tests/core

fast: .venv/installed-dev  ## the tests that take seconds
	$(PYTEST) -q -x -m "not slow"

mutants: .venv/installed-dev  ## break every rule of core in one place at a time (an hour or two)
	mkdir -p runs
	$(BIN)/python -m tests.mutation --all core/kernels core/policies --share 90 --json runs/mutants.json

bench: .venv/installed-dev  ## measure, print ratios, assert what was computed
	$(RUN) bench

clean:  ## forget everything that was made here, runs too
	rm -rf .venv runs build dist *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Installed once, and again only after pyproject.toml changed.
.venv/installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/installed-dev: pyproject.toml contract/pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' --editable ./contract
	@touch .venv/installed $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'storetwin needs Python 3.11 or newer: make PYTHON=python3.11 ...' >&2; exit 2; }
	$(PYTHON) -m venv .venv
