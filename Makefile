# Every task of the project. The virtual environment is made when it is missing and left alone when nothing changed.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: study test quick machines machines-lean check reference reference-cases docs architecture bench fuzz fuzz-r montecarlo browser clean paper

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(READY)

study: $(READY)
	$(BIN)/python analysis/run.py

# The manuscript from the results in build/, which `make study` makes.
paper: $(READY)
	$(BIN)/mlbc paper build paper
	$(BIN)/python docs/exhibits.py

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist worksteal tests

# The suite without the tests that are marked slow.
quick: $(READY)
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow" tests

# The numeric part of the suite as five types of processors compute it, with one thread and with two.
machines: $(READY)
	$(BIN)/python -m tests.machines

# A part of it on three of these machines.
machines-lean: $(READY)
	$(BIN)/python -m tests.machines --lean

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/unit/test_structure.py tests/unit/test_floors.py
	$(BIN)/python -m pytest --doctest-modules mlbc_stats

reference: $(READY)
	Rscript tests/reference/R/refit.R tests/reference

# Our numbers beside a corpus of cases, agreed/total per kind; the project's own cases without CORPUS.
CORPUS ?=
reference-cases: $(READY)
	$(BIN)/python -m tests.reference.kinds "$(CORPUS)" $(KIND)

# The documentation as a site that opens without a network: build/docs/index.html.
docs: $(READY)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

# Draws the floors of docs/architecture.md from the imports.
architecture: $(READY)
	$(BIN)/python docs/floors.py

# N random cases from SEED, everything asked of each: no foreign error, no impossible number, no saddle point.
N    ?= 500
SEED ?= 1
fuzz: $(READY)
	$(BIN)/python -m tests.fuzz $(N) $(SEED)

# The same cases beside R's lavaan 0.6-14: its numbers at our estimates, and its own solution. Needs Rscript.
fuzz-r: $(READY)
	$(BIN)/python -m tests.fuzz.lavaan_side $(N) $(SEED)

# N samples from SEED through the whole study path: coverage, bias and verdicts where the truth is known.
montecarlo: $(READY)
	$(BIN)/python -m tests.montecarlo $(N) $(SEED)

bench: $(READY)
	$(BIN)/python tests/benchmarks/run.py
	$(BIN)/python tests/benchmarks/composites.py

# Needs Chromium on the machine. PAGES are the files of checks to run.
PAGES ?= tests/browser/check_*.py
browser: $(READY)
	$(BIN)/python -m pytest $(PAGES)

clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
