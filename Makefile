# Chakong: the commands of everyday. `make help` lists them.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
DROPS  ?= var/drops
STORE  ?= var/store
DEBTORS ?= 2000

export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1

.DEFAULT_GOAL := help
.PHONY: help setup nightly console test check fuzz test-system bench bench-link bench-ingest bench-profile bench-console docs lock format clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(STAMP): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "needs $(PYTHON)"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: $(STAMP) ## make the virtual environment from the lock

nightly: $(STAMP) ## set up, make a demo district if there is none, run tonight's reconciliation, print what it found
	@BIN=$(BIN) DROPS=$(DROPS) STORE=$(STORE) DEBTORS=$(DEBTORS) sh demo/nightly.sh

console: $(STAMP) ## open the web console on the demo district (after a first night), with demo users whose password it prints
	@test -e $(STORE)/profiles.duckdb || $(MAKE) --no-print-directory nightly
	@$(BIN)/chakong console --store $(STORE) --demo

test: $(STAMP) ## the unit, property, golden and integration tests (PyPI only)
	$(BIN)/python -m pytest -m "not system" -n 2 --dist loadfile

test-system: $(STAMP) ## the tests that need Debian packages (installs what is missing), much time or much disk
	@sh tests/system_packages.sh
	$(BIN)/python -m pytest -m system -n 3 --dist loadfile

fuzz: $(STAMP) ## two thousand damaged deliveries of every form: no crash, no hang, no lost row (FUZZ="--seed 7")
	$(BIN)/python -m tests.fuzz.run $(FUZZ)

check: $(STAMP) ## format, lint, types and import arrows
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP) ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: bench-link bench-ingest bench-profile bench-console ## all benchmarks

bench-link: $(STAMP) ## the matching engine beside Splink on a generated task: writes docs/benchmarks/linkage.md (BENCH="--help")
	$(BIN)/python -m benchmarks.run $(BENCH)

bench-ingest: $(STAMP) ## taking deliveries in beside plain readers: writes docs/benchmarks/ingest.md (BENCH="--help")
	$(BIN)/python -m benchmarks.ingest.run $(BENCH)

bench-profile: $(STAMP) ## from links to published profiles, a second night, reading: writes docs/benchmarks/profiles.md (BENCH="--help")
	$(BIN)/python -m benchmarks.profile.run $(BENCH)

bench-console: $(STAMP) ## fifty officers on the console while the publication is exchanged: writes docs/benchmarks/console.md (BENCH="--help")
	$(BIN)/python -m benchmarks.console.run $(BENCH)

docs: $(STAMP) ## write docs/reference from the code, the cookbook and the notebook from a demo district
	COLUMNS=100 $(BIN)/python docs/generate.py
	$(BIN)/python docs/demo_nights.py

lock: ## resolve the dependencies anew, with hashes and without host names
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --python-version 3.11 --universal \
	    --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock

clean: ## remove the demo district and its store
	rm -rf var
