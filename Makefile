# Everything starts here. `make run` and `make test` need nothing but Rust and Node on a fresh Debian machine.

.PHONY: run test check bench setup models pages stories fuzz fmt

CARGO ?= cargo
NPM ?= npm --prefix client
BIN_DIR = $${CARGO_TARGET_DIR:-target}

## Set up, build, prepare the speech models, start the engine with a demo business, let a caller ring it.
run: setup pages
	$(CARGO) build --release --locked --bin agentlocator
	"$(BIN_DIR)/release/agentlocator" models prepare
	exec "$(BIN_DIR)/release/agentlocator" demo

## Set up, build and run every test.
test: setup client/node_modules benches/peers/node_modules
	$(NPM) run check
	$(CARGO) test --locked --workspace --no-run
	"$(BIN_DIR)/debug/agentlocator" models prepare
	$(CARGO) test --locked --workspace
	scripts/stories "$(BIN_DIR)/debug/agentlocator"

## What CI runs, and nothing else: format, lints, fences (tests/it/tidy.rs), all tests.
check: setup
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	$(MAKE) test

## Figures against the targets of facts: criterion, then load.
bench: setup benches/peers/node_modules
	$(CARGO) bench --locked --bench micro
	$(CARGO) bench --locked --bench load
	$(CARGO) bench --locked --bench sessions
	$(CARGO) bench --locked --bench customers

## The web application, as the engine serves it.
pages: client/dist/index.html

# Built again only when something of it changed: the engine holds the pages, and would be built again with them.
client/dist/index.html: client/node_modules $(shell find client -type f -not -path '*/node_modules/*' -not -path 'client/dist/*' -not -path 'client/e2e/*' -not -path 'client/test-results/*' -not -name schema.d.ts -not -name '*.tsbuildinfo')
	$(NPM) run build
	@touch client/dist/index.html

client/node_modules: client/package-lock.json
	$(NPM) ci --no-audit --no-fund
	@touch client/node_modules

# What we are held against: bare `ws` in a bench, a stock `socket.io-client` in a story.
benches/peers/node_modules: benches/peers/package-lock.json
	npm --prefix benches/peers ci --no-audit --no-fund
	@touch benches/peers/node_modules

## The stories in a real browser alone.
stories: setup pages
	$(CARGO) build --locked
	scripts/stories "$(BIN_DIR)/debug/agentlocator"

## Thousands of requests that the OpenAPI document allows, and as many that it does not.
fuzz: setup
	$(CARGO) build --release --locked --bin agentlocator
	scripts/fuzz "$(BIN_DIR)/release/agentlocator"

## Install what is missing, as far as the platform allows, saying what it does.
setup:
	@scripts/setup

models: setup
	$(CARGO) build --release --locked --bin agentlocator
	"$(BIN_DIR)/release/agentlocator" models prepare

fmt:
	$(CARGO) fmt --all
