# Relacja. `make run` sets everything up and serves; `make test` runs everything. Both may be repeated at will.
PORT ?= 8000
HOST ?= 127.0.0.1
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .make
export RELACJA_HOME PORT

.PHONY: help run setup islands messages test check bench screenshots lock clean

help:
	@echo "make run [PORT=8000] [DEMO=yes|no] [RELACJA_HOME=var]   set up and serve"
	@echo "make test      set up and run every test"
	@echo "make check     format, lint, types, floors, migrations, translations"
	@echo "make bench     measure, and write docs/reference/benchmarks.md"

# For trying out: the name of the shop, a cart that counts as left within minutes, letters at any hour.
run: export COMPANY_NAME ?= Rowerownia Żuraw
run: export ABANDONED_CART_MINUTES ?= 5
run: export QUIET_HOURS ?= off
run: setup
	@$(BIN)/relacja serve --host $(HOST) --port $(PORT) --demo $(or $(DEMO),ask)

setup: $(STAMPS)/python $(STAMPS)/islands $(STAMPS)/messages $(STAMPS)/bytecode

$(STAMPS)/tools:
	@sh ops/need.sh $(PYTHON)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/python: $(STAMPS)/tools requirements-dev.lock pyproject.toml
	@echo "Installing Python packages…"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@sh ops/install.sh $(BIN)/python
	@touch $@

$(STAMPS)/node: $(STAMPS)/tools package-lock.json .npmrc
	@echo "Installing npm packages…"
	@npm ci --no-fund --no-audit --loglevel=error
	@touch $@

# The sprite holds the icons that our templates and modules name: these files are part of the islands too.
ISLANDS := $(shell find islands -type f 2>/dev/null) $(shell find relacja -name '*.html' -o -name '*.py' -not -path '*/tests/*' 2>/dev/null) package.json $(wildcard vite*.ts) $(wildcard tsconfig*.json)

$(STAMPS)/islands: $(STAMPS)/node $(ISLANDS)
	@echo "Building the islands…"
	@npm run --silent build
	@touch $@

WORDS := $(shell find relacja -name '*.po' 2>/dev/null)

$(STAMPS)/messages: $(STAMPS)/python $(WORDS)
	@echo "Compiling translations…"
	@$(BIN)/python ops/words.py compile
	@touch $@

SOURCES := $(shell find relacja -name '*.py' -not -path '*/tests/*' 2>/dev/null)

# What is installed is compiled when it is installed, what is ours when it changes.
$(STAMPS)/bytecode: $(STAMPS)/packages $(SOURCES)
	@$(BIN)/python -m compileall -q relacja
	@touch $@

$(STAMPS)/packages: $(STAMPS)/python
	@$(BIN)/python ops/bytecode.py
	@touch $@

test: setup
	@sh ops/test.sh

check: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@RELACJA_HOME=$$(mktemp -d) $(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/python ops/words.py check
	@npx tsc --noEmit

bench: setup
	@$(BIN)/python -m bench

screenshots: setup
	@$(BIN)/python ops/screenshots.py

lock:
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -q -o requirements-dev.lock
	uv pip compile pyproject.toml -c requirements-dev.lock --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -q -o requirements.lock

clean:
	rm -rf $(VENV) node_modules $(STAMPS) relacja/ui/static/ui/dist relacja/web/static/web/dist
