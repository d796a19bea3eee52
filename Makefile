# make demo   the whole system with invented data, at http://127.0.0.1:8000/
# make test   every test, the browser's included
# make mutants   every rule broken in every small way: which breach does no table of rules notice?
.PHONY: demo test check mutants bench format lock install install-tests clean

SHELL := bash
# What is imported is compiled once, also where an image says otherwise: starting takes half the time.
export PYTHONDONTWRITEBYTECODE :=
BIN := .venv/bin
BIHUAN := $(BIN)/python -m bihuan.cli.main
TESTS ?= tests
# More than two for each of two processors: a test waits for PostgreSQL, a browser or a process half of its time.
JOBS ?= 5

demo: install
	@exec $(BIHUAN) up --demo

test: install-tests
	$(BIHUAN) with-postgres -- $(BIN)/python -m pytest -n $(JOBS) --dist loadgroup -q $(TESTS)

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIHUAN) with-postgres -- $(BIHUAN) manage makemigrations --check --dry-run
	$(BIHUAN) docs --check
	$(BIN)/python tools/messages --check
	$(BIN)/python tools/mutants

# MUTANTS=--changed, or names of modules, for a part.
mutants: install
	$(BIN)/python tools/mutants $(MUTANTS)

bench: install
	$(BIHUAN) with-postgres --durable -- $(BIN)/python -m bench $(BENCH)

format: install
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .

# The lock files name versions and hashes, and no registry: yours is asked.
lock:
	tools/lock

install:
	@tools/install

install-tests: install
	@tools/install tests

clean:
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
