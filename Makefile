# Everything a stranger needs: `make demo` grades the sample class, `make test` runs the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check format

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[develop,serve]"
	touch $@

demo: $(VENV)/.ready
	$(BIN)/grader grade ps08 || [ $$? -eq 1 ]

test: $(VENV)/.ready
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not alone"
	$(BIN)/python -m pytest -q tests/test_watchdog.py
	$(BIN)/python -m pytest -q -m alone --ignore=tests/test_watchdog.py

check: $(VENV)/.ready
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not alone"
	$(BIN)/python -m pytest -q tests/test_watchdog.py
	$(BIN)/python -m pytest -q -m alone --ignore=tests/test_watchdog.py

format: $(VENV)/.ready
	$(BIN)/ruff format
	$(BIN)/ruff check --fix
