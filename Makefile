# Everything that a person or a build machine does with this repository. `make` alone lists the targets.
# Steps leave a stamp in .venv, so running one a second time takes a second.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
CHROMIUM ?= /usr/bin/chromium
export CHROMIUM

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# What the tests of genuine itkwidgets need besides it.
ITKWIDGETS_TOOLS := pytest pytest-playwright nbval
PACKAGE := pyproject.toml requirements.lock hatch_build.py
WIDGETS := $(shell find widgets \( -name node_modules -o -name lib -o -name test -o -name coverage \) -prune -o -type f -print 2>/dev/null)
NODE_MODULES := widgets/node_modules/.package-lock.json

# Where JupyterLab looks; `make dev` puts a link there, through which an installation would delete what was built.
LABEXTENSION := .venv/share/jupyter/labextensions/@cohort-explorer/widgets
unlink_labextension = @if [ -L "$(LABEXTENSION)" ]; then rm "$(LABEXTENSION)"; fi

# Snapshots drawn from the default one, for speed at other sizes; more for the facet benchmark: BENCH="--rounds 2".
ATLAS ?= build/atlas-3m
ATLAS_15M ?= build/atlas-15m
BENCH ?=

# One argument, so no comma.
say = @printf '\033[1m%s\033[0m\n' $(1)

.PHONY: help install run dev test test-all lint lint-python lint-widgets test-python test-itkwidgets test-hub test-slow test-notebooks chromium orthanc \
	format lock wheel bench bench-facets bench-clicks atlas screenshots clean

help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile

# --- Install and run ---------------------------------------------------------------------------------------------------

install: .venv/.installed ## Make .venv with Cohort Explorer and JupyterLab in it
	@echo "Ready: $(BIN)/cohort-explorer"

run: install ## Install, build the default snapshot if absent, open JupyterLab with the explorer
	@$(BIN)/cohort-explorer snapshot build >/dev/null
	$(call say,"Opening JupyterLab with Cohort Explorer")
	@$(BIN)/cohort-explorer lab notebooks/00-welcome.ipynb

dev: install $(NODE_MODULES) ## Rebuild the browser code at every change, with JupyterLab open on it
	@rm -rf "$(LABEXTENSION)" && ln -s "$(CURDIR)/explorer/labextension" "$(LABEXTENSION)"
	$(call say,"Watching widgets/src. Reload the page after a change; Ctrl-C ends both")
	@trap 'kill 0' EXIT; (cd widgets && npm run --silent dev) & $(BIN)/cohort-explorer lab notebooks/00-welcome.ipynb

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Cohort Explorer needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1)." \
			"Name another one: make install PYTHON=python3.12"; exit 1; }
	$(call say,"Making .venv with $$($(PYTHON) --version)")
	@$(PYTHON) -m venv .venv
	@$(PIP) install -qq --upgrade pip
	@touch $@

.venv/.installed: .venv/.made $(PACKAGE) $(WIDGETS)
	$(call say,"Installing Cohort Explorer and JupyterLab (the first time takes a minute or two)")
	$(unlink_labextension)
	@$(PIP) install -qq -c requirements.lock -e '.[lab]'
	@touch $@

.venv/.dev: .venv/.made $(PACKAGE) $(WIDGETS)
	$(call say,"Installing Cohort Explorer with what its tests need (the first time takes a minute or two)")
	$(unlink_labextension)
	@$(PIP) install -qq -c requirements.lock -e '.[dev]'
	@touch .venv/.installed $@

# npm writes this file last.
$(NODE_MODULES): widgets/package-lock.json
	$(call say,"Installing the tools of the browser code")
	@cd widgets && npm ci --silent --no-audit --no-fund
	@touch $@

# --- Check ---------------------------------------------------------------------------------------------------------------

test: .venv/.dev chromium orthanc ## Check everything: format, lint, types, layers, spelling, tests, notebooks
	@$(MAKE) -j2 --output-sync=target .venv-itkwidgets/.made lint-python lint-widgets
	@$(MAKE) test-python
	@$(MAKE) -j2 --output-sync=target test-hub test-itkwidgets test-notebooks

test-all: .venv/.dev chromium orthanc ## The same, with the slow sweeps
	@$(MAKE) test
	@$(MAKE) test-slow

lint: .venv/.dev $(NODE_MODULES) ## Format, lint, types, layers and spelling, without tests
	@$(MAKE) -j2 --output-sync=target lint-python lint-widgets

lint-python: .venv/.dev
	$(call say,"Python: format and lint")
	@$(BIN)/ruff format --check . || { echo "make format formats them."; exit 1; }
	@$(BIN)/ruff check --quiet .
	$(call say,"Python: types")
	@$(BIN)/mypy
	$(call say,"Python: layers")
	@$(BIN)/lint-imports --no-cache --no-logo
	$(call say,"Spelling")
	@git ls-files -z --cached --others --exclude-standard | xargs -0 $(BIN)/codespell

lint-widgets: $(NODE_MODULES)
	$(call say,"Browser code: lint and types and tests")
	@cd widgets && npm run --silent lint && npm run --silent typecheck && npm run --silent types:check && \
		npm run --silent test

test-python: .venv/.dev
	$(call say,"Tests")
	@$(BIN)/python -m pytest -n 2 --dist loadfile

test-slow: .venv/.dev
	$(call say,"Slow tests")
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m slow

# Genuine itkwidgets holds numcodecs below what requirements.lock names, so it has an environment of its own.
.venv-itkwidgets/.made: $(PACKAGE) requirements-itkwidgets.lock $(WIDGETS)
	$(call say,"Installing genuine itkwidgets into .venv-itkwidgets")
	@[ -x .venv-itkwidgets/bin/python ] || $(PYTHON) -m venv .venv-itkwidgets
	@.venv-itkwidgets/bin/python -m pip --disable-pip-version-check install -qq -c requirements-itkwidgets.lock \
		-e '.[itkwidgets,lab]' $(ITKWIDGETS_TOOLS)
	@touch $@

test-itkwidgets: .venv-itkwidgets/.made chromium ## Test genuine itkwidgets in JupyterLab, in its own environment
	$(call say,"Genuine itkwidgets")
	@.venv-itkwidgets/bin/python -m pytest -m itkwidgets tests/itkwidgets

test-hub: .venv/.dev chromium ## Test the explorer on a real JupyterHub with two people
	$(call say,"A JupyterHub with two people")
	@$(BIN)/python -m pytest -m hub tests/hub

test-notebooks: .venv/.dev
	@if compgen -G 'notebooks/*.ipynb' >/dev/null; then \
		printf '\033[1m%s\033[0m\n' "Notebooks"; \
		COHORT_EXPLORER_HOME="$$($(BIN)/python tests/home.py)" \
			$(BIN)/python -m pytest --nbval notebooks; \
	fi

# Playwright would download a browser of its own; Debian's is used instead.
chromium:
	@if ! command -v "$(CHROMIUM)" >/dev/null; then \
		if ! command -v apt-get >/dev/null; then \
			echo "The browser tests need Chromium. Install it, and name it: make test CHROMIUM=/path/to/chromium"; exit 1; \
		elif [ "$$(id -u)" = 0 ]; then apt=(apt-get); \
		elif sudo -n true 2>/dev/null; then apt=(sudo apt-get); \
		else echo "The browser tests need Chromium: sudo apt-get install chromium fonts-liberation"; exit 1; fi; \
		printf '\033[1m%s\033[0m\n' "Installing Chromium"; \
		"$${apt[@]}" update -qq; \
		DEBIAN_FRONTEND=noninteractive "$${apt[@]}" install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null; \
	fi

# A DICOMweb archive, which the tests run in a network of its own. Its package would start a service that listens on
# every address; policy-rc.d keeps it from that.
orthanc:
	@if [ ! -x /usr/sbin/Orthanc ] || [ ! -e /usr/share/orthanc/plugins/libOrthancDicomWeb.so ]; then \
		if ! command -v apt-get >/dev/null; then \
			echo "The tests of DICOMweb archives are left out: they need Linux with Orthanc and its DICOMweb plugin"; exit 0; \
		elif [ "$$(id -u)" = 0 ]; then as_root=(env); \
		elif sudo -n true 2>/dev/null; then as_root=(sudo env); \
		else echo "The tests of DICOMweb archives are left out: sudo apt-get install orthanc orthanc-dicomweb"; exit 0; fi; \
		printf '\033[1m%s\033[0m\n' "Installing Orthanc"; \
		"$${as_root[@]}" apt-get update -qq; \
		if [ ! -e /usr/sbin/policy-rc.d ]; then \
			trap '"$${as_root[@]}" rm -f /usr/sbin/policy-rc.d' EXIT; \
			printf '#!/bin/sh\nexit 101\n' | "$${as_root[@]}" install -m 755 /dev/stdin /usr/sbin/policy-rc.d; \
		fi; \
		"$${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			orthanc orthanc-dicomweb >/dev/null; \
	fi

# --- Change ---------------------------------------------------------------------------------------------------------------

format: .venv/.dev $(NODE_MODULES) ## Format Python and browser code
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .
	@cd widgets && npm run --silent format

lock: ## Choose new versions of every dependency, into requirements*.lock
	$(call say,"Resolving every dependency in a new environment")
	@rm -rf build/lock && $(PYTHON) -m venv build/lock
	@build/lock/bin/python -m pip --disable-pip-version-check install -qq --upgrade pip
	@build/lock/bin/python -m pip --disable-pip-version-check install -qq '.[dev]'
	@{ echo "# The versions that every machine installs (pip install -c requirements.lock). Made by: make lock"; \
		build/lock/bin/python -m pip --disable-pip-version-check freeze | grep -E '^[A-Za-z0-9._-]+==[^ ]+$$'; \
	} > build/requirements.lock
	@mv build/requirements.lock requirements.lock && rm -rf build/lock
	$(call say,"The same with genuine itkwidgets")
	@$(PYTHON) -m venv build/lock
	@build/lock/bin/python -m pip --disable-pip-version-check install -qq '.[itkwidgets,lab]' $(ITKWIDGETS_TOOLS)
	@{ echo "# The versions of the environment with genuine itkwidgets (pip install -c requirements-itkwidgets.lock)." \
			"Made by: make lock"; \
		build/lock/bin/python -m pip --disable-pip-version-check freeze | grep -E '^[A-Za-z0-9._-]+==[^ ]+$$'; \
	} > build/requirements.lock
	@mv build/requirements.lock requirements-itkwidgets.lock && rm -rf build/lock
	@wc -l requirements*.lock

wheel: .venv/.dev ## Build the source distribution and the wheel, into dist/
	@rm -rf dist && $(BIN)/python -m hatchling build -t sdist -t wheel
	@ls -l dist

bench: bench-facets bench-clicks ## Time all that was promised to be fast, each beside a peer
	@$(BIN)/python benchmarks/headers.py
	@$(BIN)/python benchmarks/volumes.py
	@$(BIN)/python benchmarks/sheets.py
	@$(BIN)/python -m benchmarks.viewers
	@$(BIN)/python -m benchmarks.jupyterlab

# Drawing 15 million series takes 7 GB of memory and ten minutes; `make bench ATLAS_15M=` leaves them out.
bench-facets: .venv/.dev $(ATLAS) $(ATLAS_15M) ## Time interaction beside DuckDB, polars, pandas and Mosaic; a chart goes to build/bench
	@mkdir -p build/bench
	@$(BIN)/python -m benchmarks.facets --size 1m --size 3m --home 3m=$(ATLAS) \
		$(if $(ATLAS_15M),--growth 15m --home 15m=$(ATLAS_15M)) \
		--json build/bench/facets.json --png build/bench/facets.png $(BENCH)

bench-clicks: .venv/.dev chromium $(ATLAS) ## Time clicks until the numbers are painted, in Chromium, and thirty people who click at once
	@$(BIN)/python -m benchmarks.clicks
	@$(BIN)/python -m benchmarks.clicks --home $(ATLAS) --snapshot atlas
	@$(BIN)/python -m benchmarks.workshop

atlas: $(ATLAS) ## Make the resampled snapshot of 3 million series that `make bench` measures too

$(ATLAS) $(ATLAS_15M): | .venv/.dev
	$(call say,"Drawing $(@F): resampled not real")
	@rm -rf $@.part
	@COHORT_EXPLORER_MEMORY=7GB $(BIN)/python -m benchmarks.atlas --size $(lastword $(subst -, ,$(@F))) --home $@.part
	@mv $@.part $@

screenshots: .venv/.dev chromium ## Take the pictures of docs/gallery.md anew, on the default snapshot
	@$(BIN)/python -m tests.gallery

clean: ## Remove what was built: .venv, widgets, test snapshots (a user's own snapshots stay)
	@rm -rf .venv .venv-itkwidgets build dist explorer/static explorer/labextension explorer/locale widgets/node_modules widgets/lib \
		.mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .grimp_cache
	@find explorer tests -name __pycache__ -prune -exec rm -rf {} +
