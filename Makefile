# What a person does with this checkout. `make` alone lists it.
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# A module is compiled once, not at each start of one of the tests' hundred processes.
unexport PYTHONDONTWRITEBYTECODE

# Two distributions, the SDK in . and the receiver in receiver/. What is installed of them stands in these files; a change
# of either's setup.cfg makes them old.
FOR_USE := $(VENV)/.installed-all
FOR_WORK := $(VENV)/.installed-dev
FOR_PROOF := $(VENV)/.installed-proof
DECLARED := setup.cfg pyproject.toml receiver/setup.cfg receiver/pyproject.toml

# For exactly the versions that were tested, each by its hash: make test LOCK=.ci/requirements.lock. `make lock` writes it.
LOCK ?=
COMPILE := pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --find-links build/locker/sdk --extra all --extra dev --output-file -

# Tests have keys of their own, and the docs show what one looks like: there only what is a real one anywhere is looked for.
KEYS_OF_TESTS := $(foreach one,Base64HighEntropyString HexHighEntropyString KeywordDetector BasicAuthDetector,--disable-plugin $(one))

.PHONY: help demo test check proof bench screenshots lock clean needs parts others

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(FOR_USE) ## a receiver and a partner's chat site to click through; Ctrl-C ends both
	@exec $(BIN)/report-abuse-receiver demo --partner examples/flask_partner

test: parts $(FOR_WORK) ## every test, on the real PostgreSQL, Redis, nginx and Chromium (as root it installs them, and npm)
	$(BIN)/python -m pytest -rs -n $$(($$(nproc) * 2))

check: $(FOR_WORK) ## what to run before each commit, in under a minute: lint, types, floors, secrets, unit tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@mkdir -p build
	$(BIN)/python .ci/declared setup.cfg >build/sdk.txt && $(BIN)/deptry sdk --requirements-files build/sdk.txt
	$(BIN)/python .ci/declared receiver/setup.cfg >build/receiver.txt && $(BIN)/deptry receiver --requirements-files build/receiver.txt
	$(BIN)/bandit --quiet --severity-level medium --recursive sdk receiver
	$(BIN)/detect-secrets-hook --exclude-files '^(tests|docs)/' $$(git ls-files)
	$(BIN)/detect-secrets-hook $(KEYS_OF_TESTS) $$(git ls-files tests docs)
	$(BIN)/python -m pytest tests/unit -q

proof: $(FOR_PROOF) others ## the long proofs, run before a release; they take their time
	@bash .ci/parts proof
	$(BIN)/python -m pytest -rs -s -m proof

bench: $(FOR_WORK) ## what is promised of speed and room, measured again into docs/benchmarks.md; needs valgrind
	$(BIN)/python -m tests.benches

screenshots: parts $(FOR_WORK) ## every page in every state as pictures in build/screenshots; six go to docs/pictures
	$(BIN)/python -m tests.screenshots

lock: | needs ## after a change of what is needed: look for the newest versions again, and pin them with their hashes
	@[ -x build/locker/bin/pip-compile ] || { $(PYTHON) -m venv build/locker && build/locker/bin/pip install -q pip-tools; }
	build/locker/bin/pip wheel --quiet --no-deps --wheel-dir build/locker/sdk .
	build/locker/bin/$(COMPILE) receiver/setup.cfg | sed -E '/^report-abuse/,/[^\\]$$/d; /^(#|$$)/d' >build/requirements.lock
	mv build/requirements.lock .ci/requirements.lock

clean: ## take away what was built, the virtual environment too; the data folder var/ stays
	rm -rf $(VENV) build dist receiver/build sdk/*.egg-info receiver/*.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find sdk receiver tests examples -name __pycache__ -type d -prune -exec rm -rf {} +

needs:
	@missing=; \
	command -v $(PYTHON) >/dev/null || missing="$$missing python3"; \
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || missing="$$missing python3-venv"; \
	[ -z "$$missing" ] || { echo "Missing Debian packages, install them as root: apt-get install$$missing" >&2; exit 1; }; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "Python 3.11 or newer is needed; name yours: make PYTHON=python3.11" >&2; exit 1; }

parts:
	@bash .ci/parts

others: $(FOR_PROOF)
	@bash .ci/others $(BIN)/python

$(FOR_USE): $(DECLARED) | needs
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable . --editable './receiver[all]'
	@touch $@

$(FOR_WORK): $(DECLARED) | needs
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	$(if $(LOCK),$(BIN)/python -m pip install --quiet --require-hashes --no-deps --requirement $(LOCK))
	$(BIN)/python -m pip install --quiet --editable . --editable './receiver[all,dev]'
	@touch $(FOR_USE) $@

$(FOR_PROOF): $(FOR_WORK)
	$(BIN)/python -m pip install --quiet --editable . --editable './receiver[all,dev,proof]'
	@touch $(FOR_USE) $(FOR_WORK) $@
