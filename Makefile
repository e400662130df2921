# `make demo` and `make test` start from a bare checkout: they need make and Python 3.10 to 3.13.
#   make demo PYTHON=/path/to/python3.12      another Python than the first one that fits
#   make demo LOCK=requirements-gpu.lock      an NVIDIA GPU (Linux)

VENV := .venv
BIN := $(VENV)/bin
LOCK ?= requirements.lock

.DEFAULT_GOAL := help
.PHONY: help setup demo test torture lint bench lock clean FORCE

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1: \2/p' Makefile

setup: $(VENV)/.ready ## Everything installed in .venv, in the locked versions

demo: setup ## Build the notebooks, then play a class from release to report
	$(BIN)/autograder build
	$(BIN)/autograder demo --students 12

test: lint ## Everything that must hold before a commit
	$(BIN)/autograder build --check
	$(BIN)/python -m pytest -n auto --maxprocesses 4

torture: setup ## Every attack, a hundred faults, a million inputs, three classes: hours
	TORTURE=1 $(BIN)/python -m pytest tests/test_hostile.py tests/test_sandbox.py \
		tests/test_faults.py tests/test_liar.py tests/test_ingest.py tests/test_wire.py \
		tests/test_collect.py tests/test_determinism.py
	$(BIN)/python tests/fuzz.py

lint: setup ## Style and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: setup ## Measure, nothing passes or fails: takes hours
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

# Keeps locked versions that still fit. The newest of all: make lock UPGRADE=--upgrade
# The newest of one: make lock UPGRADE='--upgrade-package keras'
COMPILE := uv pip compile pyproject.toml --extra instructor --extra dev --group build --quiet \
	--universal --python-version 3.10 --generate-hashes --custom-compile-command "make lock"

lock: ## Write both lock files from pyproject.toml (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: python3 -m pip install uv"; exit 1; }
	$(COMPILE) $(UPGRADE) --group cpu --override requirements.overrides -o requirements.lock
	$(COMPILE) --extra gpu --constraint requirements.lock --no-annotate -o requirements-gpu.lock

clean: ## Remove .venv and everything generated that is not released
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

# .ci/setup leaves $(VENV)/.locked alone while it is still right for the lock and the Python.
$(VENV)/.locked: FORCE
	@sh .ci/setup $(VENV) $(LOCK) $(PYTHON)

$(VENV)/.ready: $(VENV)/.locked pyproject.toml
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
