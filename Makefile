# Every target does its own set-up; what is done once is not done again.
# Results, tools and environments live in build/ and target/, and nowhere else.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.NOTPARALLEL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

export CARGO_TARGET_DIR := $(CURDIR)/target
export DRAGOMAN_BIN := $(CURDIR)/build/bin/dragoman
export DRAGOMAN_WASM := $(CURDIR)/build/dragoman.wasm
# The configuration that `make run` starts; empty means the demo's.
CONFIG ?=

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##### Build

.PHONY: setup
setup:
	@scripts/prerequisites

.PHONY: wasm
wasm: setup ## Build the plugin: build/dragoman.wasm
	@scripts/build-wasm

.PHONY: cli
cli: setup ## Build the command line tool: build/bin/dragoman
	@echo "==> Building build/bin/dragoman" >&2
	@cargo build --profile tool --package dragoman-cli
	@mkdir -p build/bin
	@cmp -s $(CARGO_TARGET_DIR)/tool/dragoman $(DRAGOMAN_BIN) || install $(CARGO_TARGET_DIR)/tool/dragoman $(DRAGOMAN_BIN)

.PHONY: run
run: wasm cli ## Start the demo (CONFIG=file.yaml: your own configuration)
	@DRAGOMAN_ENVOY=$$(scripts/envoy newest) exec $(DRAGOMAN_BIN) run $(CONFIG)

##### Test

.PHONY: test
test: lint test-native test-wasm32 e2e ## Run every test

.PHONY: lint
lint: setup ## Check the formatting, and clippy with warnings denied
	@echo "==> Checking the formatting" >&2
	@cargo fmt --all --check
	@echo "==> Running clippy" >&2
	@cargo clippy --workspace --all-targets -- -D warnings
	@cargo clippy --package dragoman --all-targets --features plugin -- -D warnings

.PHONY: test-native
test-native: setup ## Run the native tests
	@echo "==> Testing natively" >&2
	@if cargo nextest --version >/dev/null 2>&1; then \
		cargo nextest run --workspace --no-fail-fast && cargo test --workspace --doc; \
	else \
		cargo test --workspace --no-fail-fast; \
	fi

.PHONY: test-wasm32
test-wasm32: setup ## Run the plugin's tests on wasm32, in Node
	@scripts/test-wasm32

.PHONY: e2e
e2e: wasm cli ## Test the plugin in real Envoys, with real clients (ARGS: for pytest)
	@scripts/build-wasm --features fault-injection --profile fault -o build/dragoman-fault.wasm
	@scripts/e2e-venv
	@for version in oldest between newest; do scripts/envoy $$version >/dev/null; done
	@echo "==> Testing end to end" >&2
	@DRAGOMAN_FAULT_WASM=$(CURDIR)/build/dragoman-fault.wasm \
	DRAGOMAN_ENVOY=$$(scripts/envoy newest) \
	DRAGOMAN_ENVOY_OLDEST=$$(scripts/envoy oldest) \
	DRAGOMAN_ENVOY_BETWEEN=$$(scripts/envoy between) \
		build/venv/bin/pytest e2e $(ARGS)

.PHONY: conformance
conformance: setup ## Translate recorded provider traffic, where there is some
	@echo "==> Checking against recorded provider traffic" >&2
	@cargo test --package dragoman --test conformance -- --nocapture

.PHONY: differential
differential: cli ## Compare translations with LiteLLM's (ARGS: names of cases)
	@echo "==> Comparing with LiteLLM" >&2
	@scripts/differential $(ARGS)

.PHONY: bench
bench: wasm cli ## Measure Dragoman beside a bare Envoy
	@scripts/apt-install wrk
	@scripts/e2e-venv
	@echo "==> Measuring" >&2
	@DRAGOMAN_ENVOY=$$(scripts/envoy newest) build/venv/bin/python bench/bench.py $(ARGS)

##### Tidy

.PHONY: clean
clean: ## Remove everything that was built or installed here
	rm -rf build target e2e/node/node_modules
