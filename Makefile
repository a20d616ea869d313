# Kliping's chores. Every target sets up what it needs, so `make test` works on a fresh clone.
# Needs git, make and Python 3.11 or later with venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 3
READY := $(VENV)/.ready
# the tests start some hundred processes, which need not compile Kliping each
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup demo servers test test-slow check format real bench clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ -/'

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Kliping needs Python 3.11 or later, this is " + sys.version) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	# pip 23.2 stops at lxml's doubled extra; a newer one comes first
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25'
	$(BIN)/python -m pip install --quiet --editable '.[dev]' --constraint constraints.txt
	touch $(READY)

setup: $(READY) ## make the virtual environment in .venv

demo: $(READY) ## all of Kliping on a sample press, told in plain words; ONCE=1 compares and ends; SCENARIO=FILE
	$(BIN)/python -m tests.demo $(if $(ONCE),--once) $(if $(SCENARIO),--scenario '$(SCENARIO)')

servers: $(READY) ## Kafka, Elasticsearch, PostgreSQL, S3 and a mail catcher, with the settings to use them; Ctrl-C stops
	@exec $(BIN)/python -m tests.servers

check: $(READY) ## formatting, lint, types, direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check ## every check and the whole test suite (eleven minutes on two cores)
	$(BIN)/python -m pytest -m 'not slow' -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST)

test-slow: $(READY) ## the storms
	$(BIN)/python -m pytest -m slow --timeout 1800 $(PYTEST)

real: $(READY) ## real pages, feeds and 22,136 articles through everything; the counts must add up
	$(BIN)/python -m benchmarks.real

bench: $(READY) ## quality and speed, beside a peer in the same run
	$(BIN)/python -m benchmarks.extract
	$(BIN)/python -m benchmarks.templates
	$(BIN)/python -m benchmarks.feeds
	$(BIN)/python -m benchmarks.pairs
	$(BIN)/python -m benchmarks.search
	$(BIN)/python -m benchmarks.rebuild
	$(BIN)/python -m benchmarks.flow

format: $(READY) ## rewrite the code in the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove what the other targets made, but no data in var/
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
