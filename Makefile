# Darkroom's verbs. `make run` is the one to begin with; `make help` lists them all.

ERA ?= today
PYTHON := .venv/bin/python
VENV := .venv/.complete
MINISTACK := .local/ministack/.complete
NODE := node_modules/.complete
WEIGHTS := .build/weights/u2netp.onnx

# Compiled code is kept: without it every start, and every subprocess of the tests, compiles all of it again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup announce run up down status test test-fast test-all check bench load lock docs gallery deploy destroy clean

ifeq ($(OS),Windows_NT)
$(error Windows itself is not supported. Use WSL2, where this should work but has not been tried)
endif

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## the whole system on this machine, in the foreground until Ctrl-C; ERA=titan shows the old days
	@$(PYTHON) -m local run --era $(ERA)

up: setup ## the same in the background
	@$(PYTHON) -m local up --era $(ERA)

down: $(VENV) ## end it
	@$(PYTHON) -m local down

status: $(VENV) ## say whether it is up, and where
	@$(PYTHON) -m local status

test: setup ## every test, the end-to-end ones on a local cloud of their own included
	@$(PYTHON) -m pytest -n 2 --dist loadfile tests/unit tests/functional tests/contract tests/infra
	@$(PYTHON) -m pytest tests/e2e

test-fast: setup ## the tests that need neither a template nor the local cloud, but for the one that breaks every call
	@$(PYTHON) -m pytest -n 2 --dist worksteal tests/unit tests/functional tests/contract --ignore tests/functional/test_faults.py

test-all: check test ## all that a change has to pass

check: setup ## style, types, links and generated files
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy
	@$(PYTHON) docs/generate.py --check
	@$(PYTHON) client/reference.py --check
	@$(PYTHON) docs/gallery.py --check
	@$(PYTHON) docs/links.py

bench: setup ## what it costs: start-up, warm path and memory, as ratios to a plain baseline
	@$(PYTHON) -m benchmarks

load: setup ## 700 jobs at once on a local cloud of its own: nothing lost, nothing double, and who waits how long
	@$(PYTHON) -m benchmarks.load

docs: $(VENV) ## write what in docs/ follows from the code
	@$(PYTHON) docs/generate.py
	@$(PYTHON) client/reference.py

lock: $(VENV) ## resolve pyproject.toml's packages into requirements.txt, with hashes
	@local/setup.sh lock

gallery: setup ## draw docs/gallery.md anew: pictures of every task, by the local emulator
	@$(PYTHON) docs/gallery.py

deploy: setup ## into the AWS account of your credentials, after a preflight; asks before it spends anything
	@$(PYTHON) -m infra.deploy

destroy: setup ## take the stack away again; says what stays
	@$(PYTHON) -m infra.deploy destroy

clean: down ## remove everything that was made here, the environments too
	@rm -rf .venv .local .build node_modules cdk.out

setup: announce $(VENV) $(MINISTACK) $(NODE) $(WEIGHTS)

announce:
	@local/setup.sh announce

$(VENV): requirements.txt client/pyproject.toml
	@local/setup.sh python
	@touch $@

$(MINISTACK): local/ministack-requirements.txt
	@local/setup.sh ministack
	@touch $@

$(NODE): package-lock.json
	@local/setup.sh node
	@touch $@

$(WEIGHTS): infra/weights.py
	@local/setup.sh weights
	@touch $@
