# The first target lists them all. `make PYTHON=python3.12 run` chooses another Python for the virtual environment.

PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
DATA_DIR ?= $(or $(PHSAR_DATA_DIR),var)
RUN := .venv/bin/python
unexport PYTHONDONTWRITEBYTECODE # images for containers often set it; here it would cost a tenth of every start

.DEFAULT_GOAL := help
.PHONY: help run reset test test-whole test-faults test-nightly test-planted smoke bench screenshots lighthouse check format requirements installed installed-dev python

##@ Use it
help:  ## this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile
	@echo

run: installed  ## set everything up and run the market until Ctrl-C; ARGS="--port 9000 --no-demo"
	@exec $(RUN) -m app.cli.run --data-dir "$(DATA_DIR)" $(ARGS)

reset: installed  ## delete the market's data and start afresh; asks first, unless YES=1
	@$(RUN) -m app.cli.reset --data-dir "$(DATA_DIR)" $(if $(YES),--yes)

##@ Test it
test: installed-dev  ## every feature: unit, PostgreSQL, EVM node, contracts, browser; ARGS="tests/orders"
	@$(RUN) -m pytest -n auto --dist loadscope --no-loadscope-reorder $(ARGS)

test-whole: installed-dev  ## whole markets: stopped, killed, backed up, restored; every page; nobody left without their money
	@$(RUN) -m pytest -n auto --dist loadscope tests/whole_market $(ARGS)

test-faults: installed-dev  ## kill every process at every step, let all around fail, tie out; ARGS="--orders 500 --seed 7"
	@$(RUN) -m tests.faults $(ARGS)

test-nightly: installed-dev  ## 2,000 examples of every property of the books, in memory and in the database; ARGS="tests/money"
	@PHSAR_HYPOTHESIS=nightly $(RUN) -m pytest -n auto --dist load $(or $(ARGS),tests/ledger)

test-planted: installed-dev  ## a month of orders with hidden faults: the match finds each of them, and no other; ARGS="--orders 20000 --seed 7"
	@$(RUN) -m tests.planted $(ARGS)

smoke: installed-dev  ## buy, ship, settle and tie out in a real browser, on an instance of its own
	@$(RUN) -m tests.smoke $(ARGS)

bench: installed-dev  ## measure against peers and limits; writes build/bench.json
	@$(RUN) -m benchmarks $(ARGS)

screenshots: installed-dev  ## pictures of the main pages into build/screenshots/
	@$(RUN) -m tests.screenshots $(ARGS)

lighthouse: installed-dev  ## the main pages on a phone, judged by Lighthouse; below 95 it fails; writes build/lighthouse.json
	@$(RUN) -m tests.lighthouse $(ARGS)

##@ Change it
check: installed-dev  ## format, lint, types, import rules, templates, migrations, contracts rebuilt equal, generated pages, known weaknesses
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/djlint --lint app/web
	$(RUN) contracts_abi/build.py check
	$(RUN) -m pytest -q tests/db/test_migrations.py
	$(RUN) -m app.cli settings docs | diff - docs/operators/settings.md
	$(RUN) -m app.cli docs states | diff - docs/developers/states.md
	$(RUN) -m app.cli docs reports | diff - docs/accountants/reports.md
	$(RUN) -m app.cli texts check km
	$(RUN) scripts/audit.py

format: installed-dev  ## mend what a machine can mend
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

requirements:  ## pin what requirements/*.in ask for, with hashes (needs uv)
	@command -v uv >/dev/null || { echo "✗ This needs uv: pip install uv"; exit 1; }
	@$(call pin,base,requirements.txt)
	@$(call pin,dev,requirements-dev.txt)
	@$(call pin,node,requirements-node.txt)

pin = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links requirements/$(1).in -o $(2)

installed: python
	@$(PYTHON) scripts/bootstrap.py run

installed-dev: python
	@$(PYTHON) scripts/bootstrap.py dev

python:
	@test -n "$(PYTHON)" || { echo "✗ Phsar needs Python 3.11 or newer, and none was found as python3. Install one, or name it: make PYTHON=/path/to/python3 run"; exit 1; }
