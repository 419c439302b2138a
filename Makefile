# The developer's manual. `make demo` and `make test` do everything on a fresh machine.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test fast lint types clean

$(READY): setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $(READY)

demo: $(READY)        ## play the whole loop on samples/ into demo/
	rm -rf demo
	$(BIN)/jyxl demo demo

test: $(READY) lint types   ## everything; the tests that need LibreOffice say so where it is missing
	$(BIN)/pytest

fast: $(READY)        ## the tests without LibreOffice
	$(BIN)/pytest -m "not office" -x -q

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

clean:
	rm -rf $(VENV) demo build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
