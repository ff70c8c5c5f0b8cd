# plait: library calls and system calls in one stream.
#
#	make          build ./plait
#	make demo     build it and trace the cookbook's program
#	make test     install what the tests need, and run all of them
#	make check    what must hold before a commit
#	make e2e      only the tests that trace real programs
#	make confirm  compare with the real ltrace and strace
#	make coverage the share of real programs' system calls that are decoded completely
#	make bench    time per call, compared with ltrace, strace, uftrace and bare ptrace stops
#	make pictures take the pictures of the documents, by plait and Chromium
#	make bench-page  the page of a million calls: its size, and what a browser needs to show it
#	make bench-long  ten million events: plait neither grows nor slows down
#	make bench-record  what recording costs, beside text to /dev/null
#	make harm     kill the tracer a thousand times while a program records its calls
#	make fuzz     every fuzz test for FUZZTIME; it fails if one tries too few inputs
#	make generate rebuild the tables that come from the system's headers
#	make prototypes           rebuild the prototypes of the system's libraries
#	make coverage-prototypes  how many imports have a prototype, compared with ltrace
#	make coverage-explain     how many calls --explain has a sentence for
#	make install  program, manual, completions and compiled lessons under PREFIX
#	make install-links  also let plait be called by the names in LINKS

export CGO_ENABLED = 0

GO       ?= go
PREFIX   ?= /usr/local
FUZZTIME ?= 30s
BENCH    ?=
OUT      ?= plait
LINKS    ?= strace ltrace

# plait's entry point, which sees the signals before Go's runtime changes them
# (ptrace/entry_linux.go). Without it plait works, but does not see them.
LINK = -ldflags '-E plait_start'

# Rooms that know no operating system and must compile on any.
PURE = ./docs/lessons ./arch ./elf ./plt ./breakpoints ./event ./proto/... ./syscalls ./background ./objfile ./objects ./filter ./inject ./dump ./procinfo ./linkmap ./callstack ./seccomp ./tracer ./output/... ./recording ./callend ./ring ./inline ./inproc ./explain

# Rooms with more than one goroutine: their tests run under the race detector.
RACE = ./background ./objfile ./tracer ./output/... ./recording

# Traced programs sleep and wait more than they work, so four run at once, whatever
# the number of processors. A missing tool is a failure.
TEST = PLAIT_REQUIRE=1 $(GO) test -parallel 4

.PHONY: build demo test check e2e confirm coverage bench bench-page pictures bench-long bench-record harm fuzz generate prototypes coverage-prototypes coverage-explain install install-links clean

build:
	$(GO) build -trimpath $(LINK) -o $(OUT) ./cmd/plait

demo: build
	@mkdir -p dist
	gcc -w -o dist/a.out testdata/tracees/cookbook.c
	./plait -S dist/a.out

test:
	./testdata/install.sh
	$(TEST) -timeout 40m ./...

e2e:
	$(GO) test -count=1 -run "TestScripts|TestBuilds" ./cmd/plait

confirm:
	PLAIT_REQUIRE=1 $(GO) test -count=1 -v -run TestConfirm ./cmd/plait

coverage:
	PLAIT_COVERAGE=1 $(GO) test -count=1 -v -run TestCoverage ./internal/cli/strace

check:
	test -z "$$(gofmt -l .)"
	$(GO) vet ./...
	GOOS=darwin GOARCH=arm64 $(GO) vet $(PURE)
	GOARCH=arm64 $(GO) build ./...
	$(GO) tool -modfile=tools/go.mod staticcheck ./...
	CGO_ENABLED=1 $(GO) test -vet=off -race -short $(RACE)
	$(TEST) -vet=off ./recording $$($(GO) list ./... | grep -vxF "$$($(GO) list $(RACE))")
	cd tools/protogen && $(GO) vet . && $(GO) test .
	cd tools/framerows && $(GO) vet .
	cd tools/webbundle && $(GO) vet .
	cd tools/pagetest && $(GO) vet .
	$(MAKE) generate
	git diff --exit-code

bench: build
	$(GO) run ./bench -plait ./plait $(BENCH)
	$(MAKE) bench-page

pictures: build
	@mkdir -p /tmp/demo docs/pictures
	gcc -g -w -o /tmp/demo/a.out testdata/tracees/cookbook.c
	cd /tmp/demo && PATH=$(CURDIR):$$PATH plait -o page.html ./a.out >out
	cd tools/pagetest && PLAIT_REQUIRE=1 PLAIT_README_PAGE=/tmp/demo/page.html PLAIT_PICTURES=$(CURDIR)/docs/pictures $(GO) test -count=1 -run TestReadmePictures .
	cd docs/pictures && for name in timeline list map step; do mv TestReadmePictures-$$name.png page-$$name.png; done
	cd tools/pagetest && PLAIT_REQUIRE=1 PLAIT_LESSON_PICTURES=$(CURDIR)/docs/lessons/pictures $(GO) test -count=1 -run 'TestLessons$$' .

bench-page:
	cd tools/pagetest && PLAIT_REQUIRE=1 $(GO) test -run '^$$' -bench . -benchtime 1x .

bench-long: build
	$(GO) run ./bench -plait ./plait -long $(BENCH)

bench-record: build
	$(GO) run ./bench -plait ./plait -record $(BENCH)

harm:
	PLAIT_KILLS=1000 $(GO) test -timeout 1h -count 1 -run TestKilled ./inproc

fuzz:
	./testdata/fuzz.sh $(FUZZTIME)

generate:
	$(GO) generate ./...

prototypes:
	cd tools/protogen && $(GO) run .
	cd tools/protogen && $(GO) run . -cxx '/usr/lib/*/debug/libstdc++.so.6.*[0-9]'

coverage-prototypes:
	$(GO) run ./bench/coverage -markdown

coverage-explain: build
	$(GO) run ./bench/explained -plait ./plait -basket testdata/basket.txt

install: build
	install -D -m 755 plait $(DESTDIR)$(PREFIX)/bin/plait
	mkdir -p dist
	./plait --man > dist/plait.1
	./plait --completion bash > dist/plait.bash
	./plait --completion zsh > dist/_plait
	./plait --completion fish > dist/plait.fish
	install -D -m 644 dist/plait.1 $(DESTDIR)$(PREFIX)/share/man/man1/plait.1
	install -D -m 644 dist/plait.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/plait
	install -D -m 644 dist/_plait $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_plait
	install -D -m 644 dist/plait.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/plait.fish
	install -d $(DESTDIR)$(PREFIX)/share/doc/plait
	install -m 644 README.md LICENSE docs/*.md docs/*.proto docs/*.json $(DESTDIR)$(PREFIX)/share/doc/plait
	install -d $(DESTDIR)$(PREFIX)/share/doc/plait/pictures
	install -m 644 docs/pictures/*.png $(DESTDIR)$(PREFIX)/share/doc/plait/pictures
	install -d $(DESTDIR)$(PREFIX)/share/doc/plait/lessons $(DESTDIR)$(PREFIX)/lib/plait/lessons
	install -m 644 docs/lessons/*.md $(DESTDIR)$(PREFIX)/share/doc/plait/lessons
	install -d $(DESTDIR)$(PREFIX)/share/doc/plait/lessons/pictures
	install -m 644 docs/lessons/pictures/*.png $(DESTDIR)$(PREFIX)/share/doc/plait/lessons/pictures
	rm -rf dist/lessons
	if ./plait --build-lessons dist/lessons; then install dist/lessons/* $(DESTDIR)$(PREFIX)/lib/plait/lessons; fi

# Not by default: in many PATHs they would come before the real ones.
install-links: install
	for name in $(LINKS); do ln -sf plait $(DESTDIR)$(PREFIX)/bin/$$name; done

clean:
	rm -rf plait dist
