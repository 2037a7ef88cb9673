# Everything a person types. `make` alone prints this list.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
CATALOGUES := $(wildcard translations/*/LC_MESSAGES/messages.po)
.DEFAULT_GOAL := help
.PHONY: help setup run test tests lint format bench lock tools translations catalogues

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

$(VENV)/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: install it, or name it with make PYTHON=/path/to/python3"; exit 1; }
	@echo "Making a Python environment in $(VENV)/"
	@$(PYTHON) -m venv $(VENV)
	@echo "Installing the packages of requirements.lock into it: a minute or two"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

translations: $(CATALOGUES:.po=.mo)

%.mo: %.po | $(VENV)/ready
	@$(BIN)/pybabel --quiet compile -i $< -o $@

setup: $(VENV)/ready translations  ## everything the other targets need

run: setup  ## rehearse one village day, then serve on port 8000
	@test -e rehearsal/report.pdf || { echo "Rehearsing one village day, once: about half a minute"; rm -rf rehearsal; $(BIN)/yipiao rehearse --out rehearsal >/dev/null; }
	@echo "Starting the server"
	@$(BIN)/yipiao serve --rehearsal rehearsal

tools:
	@.ci/tools

# two things at a time: while one waits for the network, or has one core only, the other goes on
test:  ## all set-up, then lint, types and all tests
	@$(MAKE) --no-print-directory -j 2 setup tools
	@$(MAKE) --no-print-directory -j 2 tests lint

tests: setup
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 3 --dist worksteal

lint: setup  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup  ## put the code in order
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

bench: setup tools  ## measure, as ratios within one run
	@$(BIN)/python -m bench

catalogues: setup  ## collect new sentences for the translators
	@$(BIN)/pybabel --quiet extract -F translations/babel.cfg -k N_ -k _ -k gettext --omit-header --no-location --sort-output --ignore-dirs '.venv .tools tests bench node_modules' -o translations/messages.pot .
	@for language in zh_CN en; do file=translations/$$language/LC_MESSAGES/messages.po; \
		sed '/^$$/q' $$file > translations/header; \
		$(BIN)/pybabel --quiet update --no-fuzzy-matching --no-wrap --omit-header --ignore-obsolete -i translations/messages.pot -d translations -l $$language; \
		{ cat translations/header; sed '1{/^$$/d}' $$file; } > translations/whole && mv translations/whole $$file; done
	@rm translations/messages.pot translations/header

lock: setup  ## write requirements.lock anew from pyproject.toml
	$(BIN)/pip-compile --quiet --extra dev --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options --no-header -o requirements.lock pyproject.toml
