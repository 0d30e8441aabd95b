# `make demo` shows the main job, `make test` runs every test. Both set up .venv first; nothing is installed outside it.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
# The demo keeps its records to itself.
DEMO := BIBT_CACHE_DIR=$(VENV)/demo-cache $(BIN)/bibt

.PHONY: demo test lint clean

demo: $(VENV)/core
	@$(DEMO) cache import fixtures/arxiv/snapshot.jsonl
	@echo; echo '== bibt export --match fixtures/corpus -f markdown --offline'; echo
	@$(DEMO) export --match fixtures/corpus -f markdown --offline
	@echo; echo '== bibt export --match fixtures/corpus --max-authors 10 --offline'; echo
	@$(DEMO) export --match fixtures/corpus --max-authors 10 --offline

test: $(VENV)/dev
	$(BIN)/python -m pytest

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:
	rm -rf $(VENV)

# A current pip writes a console script that imports nothing but bibtool: pip 23 writes one that imports `re` as well.
$(VENV)/pip:
	@test -n '$(PYTHON)' || { echo 'bibtool needs Python 3.11 or later: apt install python3.11 python3.11-venv' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments: apt install $$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	@touch $@

$(VENV)/core: $(VENV)/pip pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/dev: $(VENV)/core requirements-dev.txt $(wildcard plugins/*/pyproject.toml)
	$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	@touch $@
