# Two commands are all a newcomer needs: `make run` and `make test`. Both set everything up by themselves.
PYTHON ?= python3
BIN := .venv/bin
UV_VERSION := 0.13.9
export UV_PROJECT_ENVIRONMENT := .venv

.DEFAULT_GOAL := run
.PHONY: run test check format bench soak screenshots wheel clean

run: .venv/ready
	@$(BIN)/python -m tradesense_desktop

test: .venv/ready
	@$(if $(TEST_FOLDER),PYTEST_DEBUG_TEMPROOT=$(TEST_FOLDER)) QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadfile -m "not soak"

check: .venv/ready
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: .venv/ready
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: .venv/ready
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench

soak: .venv/ready
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -m soak

screenshots: .venv/ready
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.screenshots

wheel: .venv/ready
	@$(BIN)/uv build --wheel --out-dir dist

clean:
	@rm -rf .venv dist build .mypy_cache .ruff_cache .hypothesis

# Every test's store waits for each commit to reach the disk: in memory, where there is room, it does not.
TEST_FOLDER ?= $(shell $(PYTHON) -c "import os, shutil; shm = '/dev/shm'; \
  print(shm if os.access(shm, os.W_OK) and shutil.disk_usage(shm).free > 6 << 30 else '')" 2>/dev/null)
# As many processes as cores, four at most: each starts a PostgreSQL of its own.
TEST_PROCESSES ?= $(shell $(PYTHON) -c "import os; print(min(4, os.cpu_count() or 1))" 2>/dev/null || echo 2)

.venv/ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "TradeSense needs Python 3.11 or newer as $(PYTHON); name another one with: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "This Python has no venv. On Debian or Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv sync --frozen --quiet
	@$(BIN)/python -m compileall -q -j 0 .venv/lib tradesense_desktop >/dev/null 2>&1 || true
	@touch $@
