# Two commands for a fresh machine with Python 3.11 or later and make:
#   make demo   sets up, and shows the main job: accounts diagnosed and repaired against a lab
#   make test   sets up, and runs every check this machine can run
# Both work from whatever package index, mirror or cache pip (or uv) is configured for.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$p; break; }; done)
VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?=
STRICT ?=
# LOCKED=1 installs the versions of constraints.txt, LOWEST=1 the lowest ones that pyproject.toml allows.
LOCKED ?=
LOWEST ?=
PINS := $(if $(LOCKED),-c constraints.txt) $(if $(LOWEST),-c $(VENV)/lowest.txt)
SECONDS ?= 60
COVERAGE ?=

.PHONY: demo test pure core rest check docs notebooks lab jupyter bench fuzz sbom lock pin clean
.DEFAULT_GOAL := demo

demo: $(VENV)/.lab
	@$(BIN)/mailkit demo

test: $(VENV)/.dev
	@$(BIN)/python tests/run.py $(if $(WORKERS),--workers $(WORKERS)) $(if $(STRICT),--strict)

# The part that needs nothing but Python, for another version of it: make pure PYTHON=python3.12 VENV=.venv-3.12
pure: $(VENV)/.dev
	@$(BIN)/python tests/run.py $(if $(WORKERS),--workers $(WORKERS)) --pure $(if $(COVERAGE),--coverage)

# The core of that part, in a few minutes.
core: $(VENV)/.dev
	@$(BIN)/python tests/run.py $(if $(WORKERS),--workers $(WORKERS)) --core $(if $(COVERAGE),--coverage)

# That part without the core.
rest: $(VENV)/.dev
	@$(BIN)/python tests/run.py $(if $(WORKERS),--workers $(WORKERS)) --rest

# The generated pages, and the documentation site in docs/_build/html; a warning is an error. It needs no network.
docs: $(VENV)/.docs
	@$(BIN)/python -m mailkit.report.pages docs
	@$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

# The notebooks, executed anew and written back.
notebooks: $(VENV)/.dev
	@$(BIN)/python notebooks/run.py

# JupyterLab on the notebooks: a third command, for people who stay.
lab jupyter: $(VENV)/.notebook
	@cd notebooks && $(abspath $(BIN))/jupyter lab $$([ $$(id -u) = 0 ] && echo --allow-root)

# Every parser with random inputs, for SECONDS in all (60).
fuzz: $(VENV)/.dev
	@$(BIN)/python tests/fuzz/run.py --seconds $(SECONDS)

# What is installed here, as a software bill of materials (CycloneDX).
sbom: $(VENV)/.dev
	@$(BIN)/python .ci/sbom.py > sbom.cdx.json
	@echo "sbom.cdx.json"

# The versions of this environment, for LOCKED=1.
lock: $(VENV)/.dev
	@$(BIN)/python .ci/lock.py > constraints.new && mv constraints.new constraints.txt

# The base of the Docker images by its digest, where a registry can be reached.
pin:
	@docker/pin-base

# Every benchmark, beside its peers, in a quarter of an hour; writes docs/benchmarks.md.
bench: $(VENV)/.bench
	@$(BIN)/python benchmarks/page.py

check: test

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "mailkit needs Python 3.11 or later"; exit 2; }
	@echo "Setting up $(VENV)"
	@if command -v uv >/dev/null 2>&1; then uv venv -q --python $(PYTHON) $(VENV); \
	else $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	echo "$(PYTHON) cannot make a virtual environment (Debian, Ubuntu: install python3-venv)"; exit 2; }; fi
	@$(if $(LOWEST),$(BIN)/python .ci/lowest.py > $(VENV)/lowest.txt)

# A stamp for each set of packages; pyproject.toml is the only place that names them.
$(VENV)/.lab: pyproject.toml | $(VENV)/bin/python
	@if command -v uv >/dev/null 2>&1; then uv pip install -q --python $(BIN)/python -e '.[lab]' $(PINS); \
	else $(BIN)/python -m pip install -q --disable-pip-version-check -e '.[lab]' $(PINS); fi
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	@groups=$$($(BIN)/python -c 'import tomllib; print(" ".join(tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["dev"]))'); \
	if command -v uv >/dev/null 2>&1; then uv pip install -q --python $(BIN)/python -e '.[lab]' $(PINS) $$groups; \
	else $(BIN)/python -m pip install -q --disable-pip-version-check -e '.[lab]' $(PINS) $$groups; fi
	@touch $@ $(VENV)/.lab

$(VENV)/.docs: pyproject.toml | $(VENV)/bin/python
	@groups=$$($(BIN)/python -c 'import tomllib; print(" ".join(tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["docs"]))'); \
	if command -v uv >/dev/null 2>&1; then uv pip install -q --python $(BIN)/python -e '.[lab,formats]' $(PINS) $$groups; \
	else $(BIN)/python -m pip install -q --disable-pip-version-check -e '.[lab,formats]' $(PINS) $$groups; fi
	@touch $@

$(VENV)/.bench: $(VENV)/.dev
	@groups=$$($(BIN)/python -c 'import tomllib; print(" ".join(tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["bench"]))'); \
	if command -v uv >/dev/null 2>&1; then uv pip install -q --python $(BIN)/python $(PINS) $$groups; \
	else $(BIN)/python -m pip install -q --disable-pip-version-check $(PINS) $$groups; fi
	@touch $@

$(VENV)/.notebook: pyproject.toml | $(VENV)/bin/python
	@if command -v uv >/dev/null 2>&1; then uv pip install -q --python $(BIN)/python -e '.[lab,notebook]' $(PINS); \
	else $(BIN)/python -m pip install -q --disable-pip-version-check -e '.[lab,notebook]' $(PINS); fi
	@touch $@

clean:
	rm -rf $(VENV) .venv-* .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
