# Kaimen. `make run` serves the sample district; `make test` runs every test.
# Both set up what they need; `make help` lists the rest.

SHELL := /bin/bash
.DEFAULT_GOAL := help

export KAIMEN_LISTEN ?= 127.0.0.1:8080
export KAIMEN_SHARED_DATA ?= $(abspath ../shared/data)

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GO_FILES := $(shell find cmd coverage data geo web -name '*.go' -not -path '*/node_modules/*' 2>/dev/null)
PAGE_FILES := $(shell find web/ui -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/tests/browser/out/*' 2>/dev/null)

.PHONY: help build run test test-go test-page test-browser guide check lint fuzz bench image clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

build: bin/kaimen ## Build the page and bin/kaimen

bin/kaimen: $(GO_FILES) go.mod go.sum web/ui/dist/index.html
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o $@ ./cmd/kaimen

web/ui/node_modules/.package-lock.json: web/ui/package-lock.json
	@command -v npm >/dev/null || { echo 'kaimen: Node 20 or newer with npm is needed to build the page: https://nodejs.org' >&2; exit 1; }
	cd web/ui && npm ci --no-audit --no-fund

web/ui/dist/index.html: web/ui/node_modules/.package-lock.json $(PAGE_FILES)
	cd web/ui && npm run build

run: bin/kaimen ## Serve the sample district on KAIMEN_LISTEN (127.0.0.1:8080)
	bin/kaimen serve --sample --store .cache/sample.gpkg

test: ## Run every test: Go, stores, page, browser
	@.ci/setup
	@.ci/test

test-go: ## Run the Go tests alone
	go vet ./...
	go test -shuffle=on ./...

test-page: web/ui/node_modules/.package-lock.json ## Run the page's unit tests alone
	cd web/ui && npm run typecheck && npm run test

test-browser: bin/kaimen ## Run the page in Chromium
	cd web/ui && npm run test:browser

guide: bin/kaimen ## Take the pictures of docs/guide.md anew
	mkdir -p docs/guide
	cd web/ui && npx vitest run --config vitest.browser.config.ts -t 'the guide' tests/browser/guide.test.ts
	cp web/ui/tests/browser/out/guide/*.jpg docs/guide/

check: lint test ## Run the linters and every test

lint: ## Run gofumpt, staticcheck and golangci-lint
	@.ci/lint

fuzz: ## Run every fuzz target for FUZZ_TIME (20s) each
	@.ci/fuzz

bench: ## Measure; prints a table and writes bench.json
	@go run ./cmd/bench -o bench.json

image: ## Build the container image, or run its steps where there is no engine
	@.ci/image

clean: ## Remove what was built
	rm -rf bin .cache bench.json web/ui/dist/assets web/ui/dist/index.html
