# Every task of the project. The virtual environment is made when it is missing and left alone when nothing changed.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: study test check reference architecture bench browser clean

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(READY)

study: $(READY)
	$(BIN)/mlbc study run

test: $(READY)
	$(BIN)/python -m pytest -n 2 tests

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/unit/test_structure.py tests/unit/test_floors.py
	$(BIN)/python -m pytest --doctest-modules mlbc_stats

reference: $(READY)
	Rscript tests/reference/R/refit.R tests/reference

# Draws the floors of docs/architecture.md from the imports.
architecture: $(READY)
	$(BIN)/python docs/floors.py

bench: $(READY)
	$(BIN)/python tests/benchmarks/run.py

# Needs Chromium on the machine.
browser: $(READY)
	$(BIN)/python -m pytest tests/browser/check_page.py

clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
