#: make run          start the workbench with the sample database; PORT=8600 chooses the port
#: make check        the quick part of the tests, before a commit
#: make test         everything CI runs; the first time it installs a Label Studio (about 1 GB)
#: make labelstudio  a Label Studio server to try, linked with the sample, and the workbench; PORT=8600 chooses its port
#: make bench        the benchmarks; ONLY="search saves" runs some of them
#: make format       mends style and format of the Python files
#: make clean        removes what these have made, but no database

PYTHON    ?=
VENV      := .venv
BIN       := $(VENV)/bin
RUN_ENV   := $(VENV)/.installed
DEV_ENV   := $(VENV)/.installed-dev
SAMPLE_DB ?= claimdesk-sample.db
PORT      ?=
ONLY      ?=
PARALLEL  := -n auto --dist loadfile
# Generated cases are the same ones each time, so that a commit passes or fails; `check` draws a few
# new ones.
REPEATED  := --hypothesis-profile=ci
FEW       := --hypothesis-profile=quick
# A browser or a server may be held up by the machine; what is wrong fails twice, and a rerun is told.
AGAIN     := --reruns 1
CHROME    := CHROMIUM="$$($(BIN)/python -m tools.chromium)"
PY_FILES  := $(wildcard app.py) annotate exports tests tools benchmarks
COMPILE   := CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/pip-compile --quiet --strip-extras \
             --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test check static scripts test-js labelstudio-installed system bench docs labelstudio screenshots format requirements clean help

help:
	@sed -n 's/^#: //p' Makefile

run: $(RUN_ENV)
	@$(BIN)/python -m annotate --db "$(SAMPLE_DB)" demo
	@$(BIN)/python -m annotate --db "$(SAMPLE_DB)" serve $(if $(PORT),--port $(PORT))

test: $(DEV_ENV) system
	@$(MAKE) --no-print-directory -j 2 labelstudio-installed static test-js
	$(BIN)/python -m pytest $(PARALLEL) $(REPEATED) -m "not browser and not labelstudio"
	$(CHROME) $(BIN)/python -m pytest $(PARALLEL) $(REPEATED) $(AGAIN) -m "browser and not labelstudio"
	$(CHROME) $(BIN)/python -m pytest $(PARALLEL) $(REPEATED) $(AGAIN) -m labelstudio

check: $(DEV_ENV) static test-js
	$(BIN)/python -m pytest $(PARALLEL) $(FEW) -m "not browser and not labelstudio and not slow"

static: $(DEV_ENV) scripts
	$(BIN)/ruff check $(PY_FILES)
	$(BIN)/ruff format --check $(PY_FILES)
	$(BIN)/mypy
	$(BIN)/lint-imports

scripts: node_modules/.installed
	npm run --silent check

test-js: node_modules/.installed
	npm test --silent

labelstudio-installed: $(DEV_ENV)
	@$(BIN)/python -m tools.labelstudio >/dev/null

system: $(DEV_ENV)
	@PYTHON=$(BIN)/python bash tools/system.sh

bench: $(DEV_ENV) system
	$(CHROME) $(BIN)/python -m benchmarks $(ONLY)

labelstudio: $(RUN_ENV)
	@$(BIN)/python -m tools.linked_sample "$(SAMPLE_DB)" $(if $(PORT),--port $(PORT))

docs: $(DEV_ENV)
	$(BIN)/python -m tools.cli_docs

screenshots: $(DEV_ENV) system
	$(BIN)/python -m tools.screenshots

format: $(DEV_ENV)
	$(BIN)/ruff check --fix-only $(PY_FILES)
	$(BIN)/ruff format $(PY_FILES)

requirements: $(DEV_ENV)
	$(COMPILE) --output-file requirements.txt pyproject.toml
	$(COMPILE) --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

clean:
	rm -rf $(VENV) node_modules .labelstudio benchmarks/.data test-results
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find annotate exports tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN_ENV): requirements.txt
	@PYTHON="$(PYTHON)" bash tools/environment.sh $(VENV) requirements.txt
	@touch $@

$(DEV_ENV): requirements-dev.txt
	@PYTHON="$(PYTHON)" bash tools/environment.sh $(VENV) requirements-dev.txt
	@touch $@ $(RUN_ENV)

node_modules/.installed: package.json package-lock.json
	@bash tools/node.sh
	@touch $@
