# make demo          a made-up class, graded end to end in a scratch folder
# make test          the whole suite
# make test-browser  hostile submissions in headless Chromium; .ci/run installs one
# make fuzz          2,000 new damaged notebooks and frames of each kind, all odd answers; SEED=N repeats a run
# make bench         how long grading takes, beside stock nbgrader and beside no sandbox; what the accelerator costs
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: demo test test-browser fuzz lint bench clean

demo: $(INSTALLED)
	$(BIN)/autograder demo

# the processes that run side by side are the parallelism
test: export OMP_NUM_THREADS = 1
test: lint
	$(BIN)/autograder release --check
	$(BIN)/autograder verify
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile -p no:cacheprovider --nbval-lax solutions

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test-browser: $(INSTALLED)
	$(BIN)/python -m pytest -m browser tests/browser

fuzz: $(INSTALLED)
	@seed=$${SEED:-$$(date +%s)}; echo "seed $$seed: make fuzz SEED=$$seed tries the same cases"; set -x; \
	$(BIN)/python -m pytest tests/fuzz tests/test_hostile_answers.py --hypothesis-profile=fuzz --hypothesis-seed=$$seed --hypothesis-show-statistics; \
	status=$$?; $(BIN)/python -m tests.fuzz.coverage_guided $$seed && exit $$status

bench: $(INSTALLED)
	$(BIN)/python -m tests.benchmarks.grading
	$(BIN)/python -m tests.benchmarks.isolation
	$(BIN)/python -m tests.benchmarks.accelerator

$(INSTALLED): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $(INSTALLED)

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache
