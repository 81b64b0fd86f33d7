# Every target makes what it needs: a virtual environment in .venv, and for the tests the Debian packages below.
# ARGS= is passed on, for example: make demo ARGS=--json · make test ARGS=tests/unit · make rules ARGS="--missing CRM ZUO"

PYTHON ?= $(shell command -v python3.11 || command -v python3)
DEBIAN_PACKAGES := chromium fonts-dejavu-core
# One more than there are cores: a third of the time tests wait for a browser, a worker or the database server.
TEST_PROCESSES ?= 3

BIN := .venv/bin
RUNTIME := .venv/.runtime-installed
DEVELOPMENT := .venv/.development-installed

.PHONY: help demo serve bench test test-long check rules format lock packages clean

help:  ## Say what there is to make
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

demo: $(RUNTIME)  ## A company's month from its price list to collected invoices, in a database of its own
	$(BIN)/tallystick demo $(ARGS)

serve: $(RUNTIME)  ## The console, the API and the workers
	$(BIN)/tallystick serve $(ARGS)

bench: $(RUNTIME)  ## Every benchmark, or the one that ARGS names
	$(BIN)/tallystick bench $(ARGS)

test: $(DEVELOPMENT) packages  ## The tests, long rehearsals on a short seed
	$(BIN)/pytest -n $(TEST_PROCESSES) $(ARGS)

test-long: $(DEVELOPMENT) packages  ## The tests, long rehearsals at full size
	$(BIN)/pytest -n $(TEST_PROCESSES) -m "" $(ARGS)

check: $(DEVELOPMENT)  ## Style, types and the import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

rules: $(DEVELOPMENT)  ## Which test proves which rule; ARGS="--missing CRM ZUO" lists what is not proven
	@$(BIN)/python -m tests.support.rules $(ARGS)

format: $(DEVELOPMENT)  ## Bring the code into the house's shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

LOCK := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

lock: $(DEVELOPMENT)  ## Write the lock files anew from pyproject.toml; ARGS=--upgrade takes newer versions
	$(LOCK) --build-deps-for editable --output-file requirements.lock $(ARGS) pyproject.toml
	$(LOCK) --build-deps-for editable --extra dev --constraint requirements.lock --output-file requirements-dev.lock $(ARGS) pyproject.toml

packages:
	@tests/support/install-debian-packages $(DEBIAN_PACKAGES)

clean:  ## Remove the virtual environment and what tools have kept; the tests' databases stay in var/
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(RUNTIME): requirements.lock | .venv
	@echo "Installing Tallystick and what it runs on into .venv."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(DEVELOPMENT): requirements-dev.lock $(RUNTIME)
	@echo "Installing what tests and checks need into .venv."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@touch $@

.venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Tallystick needs Python 3.11 or newer; name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Making a virtual environment in .venv with $(PYTHON)."
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "On Debian the package python3-venv is missing." >&2; exit 1; }
