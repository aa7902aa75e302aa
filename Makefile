# Each goal does all its own set-up, and none when nothing changed. ARGS="..." is handed on:
#   make run ARGS="ask 'What is a myna?'"     make test ARGS="-k store"     make bench ARGS="decode --json"

.DEFAULT_GOAL := help
.PHONY: help setup run test unit lint bench translations screenshots clean

BIN := .venv/bin
MODELS := smollm2-135m-instruct whisper-tiny-en piper-en-us-joe silero-vad smart-turn-v3 openwakeword-hey-jarvis pp-ocr-v6 efficientnet-lite0 open-nsfw all-minilm-l6-v2 securevector-guardian profanity-en
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/myna
# The models of the end-to-end tests: outside the clone, shared by all clones, never the person's own.
export MYNA_TEST_HOME ?= $(CACHE)/test-home

help:
	@echo "make setup   all that the goals below need"
	@echo "make run     start Myna (ARGS=... for a command of it)"
	@echo "make test    the whole test suite, with the real model"
	@echo "make unit    the tests that need no model"
	@echo "make lint    formatting, lint, types, layers, size of the tree"
	@echo "make bench   measurements, each beside its peer"
	@echo "make translations   collect the texts of the pages, and compile their Chinese"
	@echo "make screenshots    pictures of every page, into docs/screenshots"
	@echo "make clean   remove what was made in this clone (caches outside it stay)"

setup:
	@deploy/setup/up run
	@deploy/setup/up dev

run:
	@deploy/setup/up run
	@exec $(BIN)/myna $(ARGS)

# Unit tests use all cores; end-to-end tests have the machine to themselves, as users do.
PYTEST = $(BIN)/python -m pytest $(if $(CI),-q --tb=short)
UNIT = $(PYTEST) -n auto --dist worksteal -m "not e2e and not long" --ignore=tests/e2e

test:
	@deploy/setup/up dev
	@$(BIN)/myna --quiet --home "$(MYNA_TEST_HOME)" models pull $(MODELS)
	@$(if $(ARGS),$(PYTEST) $(ARGS),$(UNIT) && $(PYTEST) -m "e2e or long")

unit:
	@deploy/setup/up dev
	@$(UNIT) $(ARGS)

lint:
	@deploy/setup/up dev
	@$(BIN)/ruff check --output-format concise .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/mypy deploy/setup deploy/checks deploy/ray
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python deploy/checks/tree.py

bench:
	@deploy/setup/up run
	@deploy/setup/up bench
	@MYNA_LLAMA_BIN="$(CURDIR)/.venv/llama-bin" $(BIN)/myna bench $(ARGS)

translations:
	@deploy/setup/up dev
	@$(BIN)/python deploy/checks/translations.py

screenshots:
	@deploy/setup/up dev
	@$(BIN)/myna --quiet --home "$(MYNA_TEST_HOME)" models pull $(MODELS)
	@$(BIN)/python deploy/checks/screenshots.py "$(MYNA_TEST_HOME)" docs/screenshots $(ARGS)
	@$(BIN)/python deploy/checks/kiosk_screenshots.py docs/screenshots

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
