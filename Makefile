# Everything starts here. `make run` and `make test` need nothing but Rust on a fresh Debian machine.

.PHONY: run test check bench setup models fmt

CARGO ?= cargo
BIN_DIR = $${CARGO_TARGET_DIR:-target}

## Set up, build, prepare the speech models, start the engine with a demo business, let a caller ring it.
run: setup
	$(CARGO) build --release --locked --bin agentlocator
	"$(BIN_DIR)/release/agentlocator" models prepare
	exec "$(BIN_DIR)/release/agentlocator" demo

## Set up, build and run every test.
test: setup
	$(CARGO) test --locked --workspace --no-run
	"$(BIN_DIR)/debug/agentlocator" models prepare
	$(CARGO) test --locked --workspace

## What CI runs, and nothing else: format, lints, fences (tests/it/tidy.rs), all tests.
check: setup
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	$(MAKE) test

## Figures against the targets of facts: criterion, then load.
bench: setup
	$(CARGO) bench --locked --bench micro
	$(CARGO) bench --locked --bench load

## Install what is missing, as far as the platform allows, saying what it does.
setup:
	@scripts/setup

models: setup
	$(CARGO) build --release --locked --bin agentlocator
	"$(BIN_DIR)/release/agentlocator" models prepare

fmt:
	$(CARGO) fmt --all
