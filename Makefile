# The developer's manual. `make demo` and `make test` do everything on a fresh machine.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SPREAD := $(BIN)/pytest -n auto

.PHONY: demo test fast lint types docs pictures windows fuzz strangers bench clean

$(READY): setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $(READY)

demo: $(READY)        ## play the whole loop on samples/ into demo/
	rm -rf demo
	$(BIN)/jyxl demo demo

fast: $(READY)        ## about a minute: without LibreOffice and without what proves by mass
	$(SPREAD) -m "not office and not slow" -q

test: $(READY) lint types   ## everything; the tests that need LibreOffice say so where it is missing
	$(SPREAD)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

docs: $(READY)        ## the pages that are generated from the code
	$(BIN)/python docs/generate.py
	$(BIN)/python -m tests.damage

pictures: $(READY)    ## of every sheet, by LibreOffice
	$(BIN)/python docs/make_pictures.py

windows: $(READY)     ## dist/jyxl-…-windows.zip; EMBED=python-3.13.x-embed-amd64.zip takes that CPython
	$(BIN)/python -m windows $(if $(EMBED),--python $(EMBED))

fuzz: $(READY)
	$(BIN)/python -m tests.fuzz --cases 20000 --seed 1
	$(BIN)/python -m tests.fuzz_mail --cases 5000 --seed 1

strangers: $(READY)   ## other projects' spreadsheets, fetched once, beside what LibreOffice shows of them
	$(BIN)/python -m tests.strangers

bench: $(READY)       ## measures and writes docs/performance.md; the first run makes the returns
	$(BIN)/python -m benchmarks --write

clean:
	rm -rf $(VENV) demo build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
