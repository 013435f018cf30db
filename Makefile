# The usual things to do, one word each. "make" alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run demo test lint bench chaos soak fuzz check pictures build sbom docker

# How long "make chaos" goes on, and the seed of an earlier run to repeat; 0 picks one.
CHAOS ?= 10m
SEED ?= 0

# How long "make soak" goes on.
SOAK ?= 6m

help: ## list what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## run the bot with the environment and .env
	go run . serve

demo: ## try it: a made-up Webex, no account, no network
	go run . demo

test: ## run all tests
	go test ./...

lint: ## vet, lint and check the formatting
	.ci/run vet lint format

bench: ## benchmarks of the parts, then of the whole bot against the simulator
	go test -run '^$$' -bench . -benchtime 1s $$(go list ./... | grep -v /apptest/)
	go test -run '^$$' -bench . -benchtime 3s -timeout 30m ./internal/apptest/...
	go test -run '^$$' -bench Backlog -benchtime 100000x -timeout 60m ./internal/apptest/reliability

chaos: ## ask for ten minutes while everything goes wrong: lost 0, twice 0 (CHAOS=2m SEED=7)
	go test -run '^TestChaos$$' -count 1 -timeout 0 -v ./internal/apptest/reliability -chaos $(CHAOS) -chaos.seed $(SEED)

soak: ## ask in 200 spaces for six minutes while every tenth call fails: lost 0, twice 0, nothing grows (SOAK=2m)
	go test -run '^TestSoak$$' -count 1 -timeout 0 -v ./internal/apptest/reliability -soak $(SOAK) -chaos.seed $(SEED)

fuzz: ## half a minute of every fuzz target
	FUZZTIME=30s .ci/run fuzz

check: ## everything that must hold before a change is taken
	.ci/run

pictures: ## take the documentation's pictures from the page of the made-up Webex, in Chromium
	go test -run '^TestPictures$$' -count 1 ./internal/simulator/page -pictures ../../../docs/pictures

build: ## build the static program
	CGO_ENABLED=0 go build -tags nomsgpack -trimpath -ldflags '-s -w' -o trackbot .

sbom: build ## list what the program is made of: trackbot.cdx.json, and how it was built: trackbot.build.txt
	go version -m trackbot > trackbot.build.txt
	GOFLAGS= go run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0 bin -json -output trackbot.cdx.json trackbot

docker: ## build the container image trackbot
	docker build -t trackbot .
