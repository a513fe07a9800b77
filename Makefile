# `make demo` and `make test` work on a fresh Debian 12 with Swift; both share .build.
PREFIX ?= /usr/local
SECONDS ?= 60
COUNT ?= 10000
# Swift's crash reporter would slow each test of a crash.
export SWIFT_BACKTRACE ?= enable=no

.PHONY: help demo test install lint format fuzz test-sanitizers bench clean tools build

help:
	@echo 'make demo              build, then tell the whole story on a sample city'
	@echo 'make test              build and run all tests'
	@echo 'make install           install kanhe; PREFIX=$(PREFIX)'
	@echo 'make lint              style, and a build without warnings'
	@echo 'make format            put the Swift files into style'
	@echo 'make fuzz              fuzz each parser; SECONDS=$(SECONDS)'
	@echo 'make test-sanitizers   tests under the thread and the address sanitizer'
	@echo 'make bench             measure; COUNT=$(COUNT)'
	@echo 'make clean             remove everything that was built'

tools:
	@scripts/install-tools

build: tools
	swift build -c release --product kanhe

demo: build
	.build/release/kanhe demo

test: build
	@scripts/test

install: build
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install -m 755 .build/release/kanhe '$(DESTDIR)$(PREFIX)/bin/kanhe'

lint: tools
	@scripts/lint

format:
	swift format --in-place --recursive Package.swift Sources Tests Fuzz

fuzz: tools
	@scripts/fuzz $(SECONDS)

test-sanitizers: build
	@scripts/test-sanitizers

bench: build
	KANHE_BENCH=1 swift build -c release --product IssueBenchmark
	KANHE_BENCH=1 swift build -c release --product ShareBenchmark
	KANHE_BENCH=1 swift build -c release --product UseBenchmark
	.build/release/UseBenchmark $(COUNT)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	  .build/release/IssueBenchmark $(COUNT) Examples/shenzhen "$$folder/issue" && \
	  .build/release/ShareBenchmark $(COUNT) Examples/shenzhen "$$folder/share"
	@Benchmarks/run .build/release/kanhe $(COUNT)

clean:
	rm -rf .build .build-*
