# Every target sets itself up: on a fresh machine with Python 3.11 or newer, `make demo` and `make test` just work.
# PYTHON names the interpreter that the virtual environment is made with.

PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BENCH := .venv-bench
API := .venv-api

# Other packages that are imported as whoosh: Dragoman keeps working with them, so that the choice stays reversible.
WHOOSHES := whoosh==2.7.4 whoosh3==3.54.0
# The comparison with Whoosh's own matchers is left out: Whoosh 2.7.4 fails in a query of its own there (SpanNear2).
WHOOSH_TESTS := tests/searcher tests/indexer/store tests/indexer/codec tests/indexer/analysis tests/cli tests/sample \
	tests/feed --ignore=tests/indexer/codec/test_whoosh_difference.py

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test test-slow test-all test-faults test-cluster test-web test-whoosh bench lint format docs gazetteer thesaurus clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

$(READY): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Dragoman needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "setting up $(VENV) with $(PYTHON) ..." >&2
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable '.[dev]'
	@touch $@

setup: $(READY) ## make the virtual environment with everything that development needs

demo: $(READY) ## build an index of the sample archive into index_data/ and search it
	@$(BIN)/dragoman demo

# The sample archive is built anew where it is not there; the index of index_data/ stays as it is.
SAMPLE := .sample_index
PORT ?= 8017

serve: $(READY) ## serve the page over the sample archive at http://127.0.0.1:8017/ (PORT=... for another one)
	@test -e $(SAMPLE)/dragoman.json || $(BIN)/dragoman build --index $(SAMPLE) indexer/sample/archive.txt
	@$(BIN)/dragoman serve --index $(SAMPLE) --port $(PORT)

# Tests start many processes, which should not compile all modules each time.
unexport PYTHONDONTWRITEBYTECODE

# A worker for each core; who is done early takes over from the other. Modules and tests run in random order.
PYTEST := $(BIN)/python -m pytest -q
# No test draws from the generators of random or numpy that all share, so that they need no seed for each test;
# none of these reads the log, nor needs the other plugins, which each process loads and each test calls.
PARALLEL := -n auto --dist worksteal --randomly-dont-reset-seed \
	$(addprefix -p no:,logging anyio doctest junitxml pastebin stepwise subtests)

# Tests of which none needs a disk write to memory where there is enough of it.
IN_MEMORY := $(shell df -k --output=avail /dev/shm 2>/dev/null | awk '$$1 > 2000000 {print "PYTEST_DEBUG_TEMPROOT=/dev/shm"}')

# Fast tests do not return memory to the system only to request it again (glibc): a third of all page faults.
KEEP_MEMORY := MALLOC_TRIM_THRESHOLD_=1000000000 MALLOC_MMAP_THRESHOLD_=1000000000

test: $(READY) ## run the fast tests, in about two minutes on two cores
	@$(IN_MEMORY) $(KEEP_MEMORY) $(PYTEST) $(PARALLEL)

# The profile of tests/support/examples.py that says how many examples of a law are tried.
LAWS ?= thorough

test-slow: $(READY) ## run what is slow and rarely fails, and each law on ten times as many examples
	@$(IN_MEMORY) $(PYTEST) $(PARALLEL) -m "slow or (hypothesis and not faults and not cluster)" --hypothesis-profile $(LAWS)

test-all: ## run all of it, the long faults too: some forty minutes on two cores
	@$(MAKE) test
	@$(MAKE) test-slow
	@$(MAKE) test-faults
	@$(MAKE) test-cluster
	@$(MAKE) test-web

# Files for testing power loss are recorded with strace, a full disk is a small tmpfs (root on Linux): without
# them these tests say so and are skipped.
test-faults: $(READY) ## kill, starve, damage and crowd the index for some twenty minutes; print what was lost
	@$(IN_MEMORY) $(PYTEST) $(PARALLEL) -m faults tests/faults --hypothesis-profile $(LAWS)

# The node is fetched by Maven once, into the cache of the user; where Java or Maven is missing the tests say so.
test-cluster: $(READY) ## compare an index on OpenSearch with a folder, on a node and on three, and kill some
	@$(IN_MEMORY) $(PYTEST) -m cluster tests/cluster

# Chromium comes from Debian or whoever the system is of; where it is missing the tests say so and are skipped.
# Schemathesis has an environment of its own, since it changes how pytest runs.
test-web: $(READY) ## try the real server, and the page in a real Chromium, in three languages, by keyboard, at 320 pixels
	@command -v chromium chromium-browser google-chrome >/dev/null || \
		{ test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } || true
	@test -x $(API)/bin/schemathesis || { $(BIN)/python -m venv $(API) && \
		$(API)/bin/python -m pip install --quiet --disable-pip-version-check schemathesis==4.32.5; }
	@$(IN_MEMORY) $(PYTEST) $(PARALLEL) -m web tests/web

# All of them install the folder whoosh/: the usual one goes first, then the other one is put in its place.
test-whoosh: $(READY) ## run the tests that touch Whoosh with each other package of that import
	@set -e; for package in $(WHOOSHES); do \
		venv=.venv-whoosh-$${package##*=}; \
		echo "with $$package in $$venv:" >&2; \
		test -x $$venv/bin/python || $(BIN)/python -m venv $$venv; \
		pip="$$venv/bin/python -m pip --quiet --disable-pip-version-check"; \
		$$pip install --editable '.[dev]'; \
		$$pip uninstall --yes whoosh-reloaded; \
		$$pip install --force-reinstall --no-deps "$$package"; \
		$$venv/bin/python -m pytest -q -p no:cacheprovider $(WHOOSH_TESTS); \
	done

# In an environment of its own, since the peers are not needed for anything else. ONCE=1 stops after the questions that
# are asked once. SIZES="10000 100000 1000000" adds a million documents: a quarter of an hour and 8 GB of disk.
SIZES ?= 10000 100000
PEERS := tantivy==0.27.0 bm25s==0.3.16

bench: ## compare Dragoman with its peers, into docs/measurements/performance.md; with BEFORE=COMMIT: in pairs with a commit, printed
	@test -n "$(PYTHON)" || { echo "Dragoman needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3" >&2; exit 1; }
	@test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[fast]' $(if $(BEFORE),,$(PEERS))
	@$(BENCH)/bin/python -m $(if $(BEFORE),benchmarks.before $(BEFORE),benchmarks --write $(if $(ONCE),--once)) $(SIZES)

lint: $(READY) ## check style, types, the direction of imports, and what the docs show
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/mypy docs/compile_gazetteer.py docs/compile_thesaurus.py
	@$(BIN)/lint-imports
	@$(BIN)/python docs/command_reference.py --check
	@$(BIN)/python docs/tour.py --check

format: $(READY) ## put all code into its standard form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix --quiet .

docs: $(READY) ## update the command reference, the man page, and the output of the examples in the pages
	@$(BIN)/python docs/command_reference.py
	@$(BIN)/python docs/tour.py

gazetteer: $(READY) ## compile the tables of country and city names anew from their libraries
	@$(BIN)/python -m docs.compile_gazetteer

thesaurus: $(READY) ## compile the thesaurus anew from its Turtle files and the gazetteer
	@$(BIN)/python -m docs.compile_thesaurus

clean: ## remove what was built: environment, caches and the default index
	@rm -rf $(VENV) $(SAMPLE) .venv-whoosh-* $(BENCH) benchmarks/work build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find index_data -mindepth 1 ! -name README.md -delete
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
