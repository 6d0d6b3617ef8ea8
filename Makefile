# `make demo` and `make test` do all the set-up. They need Python >= 3.11 with venv, Node and npm; nothing else.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test floors lint check fuzz audit recipes bench known load dist sbom pins claude-code clean

PYTHON ?= python3 python3.13 python3.12 python3.11
VENV := .venv
BIN := $(VENV)/bin
TOOLS := $(VENV)/audit/bin
SCHEMA = $(TOOLS)/check-jsonschema --quiet --builtin-schema
WORKFLOWS := $(wildcard .github/workflows/*.yml docs/recipes/github-*.yml)
if-here = if command -v $(1) >/dev/null; then echo $(1) $(2); $(1) $(2); else echo "$(1) is not here: $(2) not checked by it"; fi
# --strict: without it a package that the feed does not answer for is passed over, and the end is 0.
AUDIT = $(TOOLS)/pip-audit --strict --disable-pip --require-hashes --requirement requirements/run.txt
# Twice quiet: pip's warnings are about the machine's own pip settings; its errors are still shown.
INSTALL := $(BIN)/python -m pip install -qq --no-input --disable-pip-version-check
# Wheels only: what a source distribution would run while building is not covered by its hash.
PINNED := $(INSTALL) --require-hashes --only-binary :all:

SECONDS := 60
EFFORT := 10

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/run.stamp ## do the main job on a copy of examples/vite-react
	@sh examples/demo.sh

test: $(VENV)/test.stamp ## run the tests (make test ARGS="-k lockfile")
	@$(BIN)/python -m pytest $(ARGS)

FLOORS := $(VENV)/floors
OLDEST = tests/test_arguments.py tests/test_bad_input.py tests/test_gate.py tests/test_install.py tests/report tests/scan
floors: ## run what uses other libraries with the oldest of them that pyproject.toml allows (make floors ARGS="-k grammar"; needs uv)
	@uv venv --quiet --clear --python 3.11 $(FLOORS)
	@uv pip install --quiet --python $(FLOORS)/bin/python --resolution lowest-direct --editable .
	@uv pip install --quiet --python $(FLOORS)/bin/python --group test
	@PATH="$(abspath $(FLOORS))/bin:$$PATH" $(FLOORS)/bin/python -m pytest -q -p no:cacheprovider $(OLDEST) $(ARGS)

lint: $(VENV)/test.stamp ## ruff, its formatter, mypy
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

check: lint test ## lint and test

fuzz: $(VENV)/fuzz.stamp ## fuzz every property of tests/fuzz for SECONDS=60, and compare 10 times as much with the real thing
	@$(BIN)/python -m tests.fuzz.by_coverage $(SECONDS)
	@EFFORT=$(EFFORT) FIRST_SEED=$$(date +%s) $(BIN)/python -m pytest -q tests/differential

audit: recipes $(VENV)/audit.stamp ## look at ourselves: recipes, bandit, zizmor, pip-audit (which asks a feed; without one: AUDIT=)
	$(TOOLS)/bandit --quiet --recursive --configfile pyproject.toml --severity-level medium src
	$(TOOLS)/zizmor --offline --pedantic --quiet .github/workflows action.yml docs/recipes
	$(AUDIT)

# hadolint and actionlint are programs that no index of Python's has from those who make them: used where they are, told where not.
recipes: $(VENV)/audit.stamp ## check action, workflows, hooks, recipes and Dockerfile by the schemas and linters of those who read them
	$(SCHEMA) vendor.github-actions action.yml
	$(SCHEMA) vendor.github-workflows $(WORKFLOWS)
	$(SCHEMA) custom.github-workflows-require-timeout $(WORKFLOWS)
	$(SCHEMA) vendor.gitlab-ci --data-transform gitlab-ci docs/recipes/gitlab-ci.yml
	$(SCHEMA) vendor.renovate docs/recipes/renovate.json
	$(TOOLS)/pre-commit validate-manifest .pre-commit-hooks.yaml
	@$(call if-here,hadolint,Dockerfile)
	@$(call if-here,actionlint,$(WORKFLOWS))

bench: $(VENV)/run.stamp ## measure what it costs, into benchmarks/RESULTS.md (ARGS="--parts installs --folders medium --repeats 5")
	@$(BIN)/python benchmarks/table.py $(ARGS)

known: $(VENV)/run.stamp ## make the results anew that come with it (after a signature changed; a quarter of an hour; ARGS=--check compares)
	@$(BIN)/python benchmarks/known_results.py $(ARGS)

load: $(VENV)/test.stamp ## measure under load, into benchmarks/LOAD.md (some minutes)
	@$(BIN)/python benchmarks/load.py $(ARGS)

dist: $(VENV)/run.stamp ## build the wheel and the source distribution
	@$(BIN)/python -m hatchling build

sbom: $(VENV)/audit.stamp ## list what is shipped with it, with hashes, as CycloneDX: dist/sbom.cdx.json
	@mkdir -p dist
	$(TOOLS)/cyclonedx-py requirements requirements/run.txt --pyproject pyproject.toml --output-reproducible -o dist/sbom.cdx.json

# --universal: one file for every system and Python. A week of age: most malicious releases are gone by then.
COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--exclude-newer P7D --custom-compile-command "make pins" $(UPGRADE) pyproject.toml
pins: ## resolve requirements/*.txt again (needs uv; make pins UPGRADE=--upgrade takes newer versions)
	$(COMPILE) --group build --group test --group lint --output-file requirements/test.txt
	$(COMPILE) --constraint requirements/test.txt --output-file requirements/run.txt
	$(subst pyproject.toml,,$(COMPILE)) --group fuzz --constraint requirements/test.txt --output-file requirements/fuzz.txt
	$(subst pyproject.toml,,$(COMPILE)) --group build --constraint requirements/test.txt --output-file requirements/build.txt
	$(subst pyproject.toml,,$(COMPILE)) --group audit --output-file requirements/audit.txt

CLAUDE_CODE := 2.1.330
claude-code: $(VENV)/venv.stamp ## fetch the Claude Code that the tests in tests/agents talk to (380 MB)
	@npm install --ignore-scripts --no-save --no-audit --no-fund --loglevel error --prefix $(VENV)/claude-code \
	  @anthropic-ai/claude-code@$(CLAUDE_CODE)

clean: ## remove what was made here
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .fuzz examples/*/node_modules examples/*/dist

# An environment whose Python is gone or was exchanged is none: without its stamps it is made anew.
$(shell $(BIN)/python -I -c 'import pip' 2>/dev/null || rm -f $(VENV)/*.stamp)

# One chain, so that make -j never has two pips in one environment.
$(VENV)/fuzz.stamp: $(VENV)/test.stamp requirements/fuzz.txt
	@$(PINNED) -r requirements/fuzz.txt
	@touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp requirements/test.txt
	@echo "installing what the tests need, $$(grep -c '^[a-z]' requirements/test.txt) pinned packages in all"
	@$(PINNED) -r requirements/test.txt
	@touch $@

$(VENV)/run.stamp: $(VENV)/venv.stamp requirements/build.txt requirements/run.txt pyproject.toml
	@echo "installing $$(sort -u requirements/build.txt requirements/run.txt | grep -c '^[a-z]') pinned packages (first time: about a minute)"
	@$(PINNED) -r requirements/build.txt -r requirements/run.txt
	@echo "installing safe-install from this checkout"
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# In an environment of their own: what looks at us brings 55 packages along, which nobody needs who tests.
$(VENV)/audit.stamp: $(VENV)/venv.stamp requirements/audit.txt
	@$(BIN)/python -m venv --clear $(VENV)/audit
	@$(TOOLS)/python -m pip install -qq --no-input --disable-pip-version-check --require-hashes --only-binary :all: \
	  -r requirements/audit.txt
	@touch $@

$(VENV)/venv.stamp:
	@for python in $(PYTHON); do \
	  if $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "creating $(VENV) with $$($$python --version)"; \
	    $$python -m venv --clear $(VENV) && touch $@; exit; \
	  fi; \
	done; \
	echo "No Python >= 3.11 with venv found (Debian, Ubuntu: apt-get install python3-venv)." >&2; \
	echo "If it has another name: make PYTHON=/path/to/python" >&2; exit 1
