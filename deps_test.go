package plait_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// policy says which of our rooms a room may import. A room that is missing here does
// not exist: a new folder with Go code must be entered first, and docs/ARCHITECTURE.md
// says why each arrow is there.
const policy = `
arch:
event:
event/eventtest: event
elf: arch
ptrace: arch
breakpoints: arch
inline: arch ring
inproc: arch inline ptrace ring
plt: arch elf
unwind: arch elf
infer: arch
debuginfo: arch
proto: arch event proto/decode proto/lens proto/syntax
proto/syntax:
proto/decode: arch event
proto/lens: arch event proto/decode proto/lens/netlink proto/lens/values
proto/lens/netlink: event proto/decode proto/lens/values
proto/lens/values: event proto/decode
syscalls: arch event proto proto/decode proto/lens
background:
objects: elf event filter infer objfile proto proto/decode ptrace unwind
objfile: background debuginfo elf infer plt proto proto/decode ptrace
filter: arch event syscalls
inject: event syscalls
dump: event filter
linkmap:
ring:
callstack: arch event proto/decode
callend: callstack event unwind
seccomp:
procinfo: event proto/decode ptrace syscalls
tracer: arch background breakpoints callend callstack debuginfo dump elf event filter inject inproc linkmap objects objfile plt procinfo proto proto/decode ptrace ring seccomp syscalls unwind infer
output: event output/callmap output/chrome output/folded output/heap output/html output/jsonl output/perfetto output/pprof output/speedscope output/summary output/table output/text
output/heap: event output/calls output/table
output/stacks: event output/calls output/text
output/folded: event output/stacks output/text
output/pprof: event output/stacks output/text
output/timeline: event output/calls output/text
output/chrome: output/text output/timeline
output/perfetto: output/text output/timeline
output/speedscope: output/text output/timeline
output/html: event output/calls output/heap output/text output/timeline
output/text: event output/calls output/table
output/summary: event output/calls output/table
output/jsonl: event output/calls
output/calls: event
output/narrow: event
recording: event
explain: event output/calls output/text proto proto/decode proto/syntax
output/callmap: event output/calls output/table
output/table:
output/terminal:
output/only: event output/calls
internal/cli: event output ptrace recording tracer output/narrow
internal/cli/usage:
internal/cli/pty:
docs/lessons:
internal/cli/ltrace: docs/lessons internal/cli internal/cli/pty internal/cli/usage arch debuginfo event explain filter objfile procinfo output output/callmap output/jsonl output/only output/summary output/table output/terminal output/text proto proto/decode ptrace syscalls tracer output/narrow recording
internal/cli/strace: internal/cli internal/cli/usage arch dump event filter inject procinfo output output/narrow output/only output/summary output/text proto proto/decode ptrace syscalls tracer recording
internal/cli/clitest:
cmd/plait: internal/cli internal/cli/ltrace internal/cli/strace
bench:
bench/coverage: elf proto
bench/explained: event explain proto recording
bound:
`

// doors lists the imports from outside that only some rooms may use.
var doors = map[string][]string{
	"syscall":               {"ptrace", "internal/cli", "internal/cli/pty", "internal/cli/ltrace", "internal/cli/strace", "bench", "bench/explained", "bound"},
	"golang.org/x/sys/unix": {"ptrace", "internal/cli", "internal/cli/pty", "internal/cli/ltrace", "internal/cli/strace"},
	"unsafe":                {"ptrace", "internal/cli"},
	"debug/elf":             {"elf"},
	"debug/dwarf":           {"debuginfo"}, // its names of tags and attributes; its reader is the tests' second opinion
}

// modules are the only foreign modules. docs/ARCHITECTURE.md says what each is for.
var modules = []string{
	"golang.org/x/sys/",
	"google.golang.org/protobuf/encoding/protowire",
	"golang.org/x/arch/",
	"github.com/ianlancetaylor/demangle",
	"github.com/klauspost/compress/zstd",
	"github.com/mdlayher/netlink",
	"github.com/spf13/pflag",
}

// Upper bounds, in lines, of what a reader must take in at once.
const (
	maxFileLines = 600
	maxFuncLines = 80
)

const module = "plait/"

// TestArrows fails on any import that the policy does not allow. It reads the files
// itself, because the test cache sees what this process opens. It would not see what
// "go list" opens, and would still say "ok (cached)".
func TestArrows(t *testing.T) {
	allowed := parsePolicy(t)
	for _, path := range goFiles(t) {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		room := filepath.ToSlash(filepath.Dir(path))
		if _, ok := allowed[room]; !ok {
			t.Errorf("%s: room %q is not in the policy", path, room)
			continue
		}
		for _, name := range imports(t, path) {
			if why := forbidden(allowed, room, name); why != "" {
				t.Errorf("%s: forbidden import %s -> %s: %s", path, room, name, why)
			}
		}
	}
}

// TestArrowsAcyclic checks the policy itself: arrows only go down.
func TestArrowsAcyclic(t *testing.T) {
	allowed := parsePolicy(t)
	var visit func(room string, path []string)
	visit = func(room string, path []string) {
		if slices.Contains(path, room) {
			t.Fatalf("the policy has a cycle: %s", strings.Join(append(path, room), " -> "))
		}
		to, ok := allowed[room]
		if !ok {
			t.Fatalf("%s points to %q, which is no room", path, room)
		}
		for _, next := range to {
			visit(next, append(slices.Clone(path), room))
		}
	}
	for room := range allowed {
		visit(room, nil)
	}
}

// TestForbidden shows that the rules above can fail.
func TestForbidden(t *testing.T) {
	allowed := parsePolicy(t)
	tests := []struct {
		room, name string
		forbidden  bool
	}{
		{"plt", "plait/elf", false},
		{"elf", "plait/plt", true},
		{"output/text", "plait/tracer", true},
		{"tracer", "plait/output/text", true},
		{"tracer", "golang.org/x/sys/unix", true},
		{"ptrace", "golang.org/x/sys/unix", false},
		{"proto", "unsafe", true},
		{"proto", "syscall", true},
		{"elf", "debug/elf", false},
		{"plt", "debug/elf", true},
		{"plt", "golang.org/x/arch/x86/x86asm", false},
		{"internal/cli/ltrace", "github.com/spf13/pflag", false},
		{"internal/cli/ltrace", "github.com/spf13/cobra", true},
		{"event", "time", false},
	}
	for _, test := range tests {
		why := forbidden(allowed, test.room, test.name)
		if (why != "") != test.forbidden {
			t.Errorf("%s -> %s: forbidden = %q, want %v", test.room, test.name, why, test.forbidden)
		}
	}
}

// TestSizes keeps files and functions small enough to be read in one go. Generated
// files are data and may be long.
func TestSizes(t *testing.T) {
	for _, path := range goFiles(t) {
		text := read(t, path)
		if isGenerated(text) {
			continue
		}
		for _, complaint := range oversized(t, path, text) {
			t.Error(complaint)
		}
	}
}

// TestOversized shows that the size rules can fail.
func TestOversized(t *testing.T) {
	long := func(lines int) []byte {
		return []byte("package p\nfunc f() {\n" + strings.Repeat("\t_ = 0\n", lines-2) + "}\n")
	}
	table := func(lines int, each string) []byte {
		return []byte("package p\nfunc f() {\n\tx := []any{\n" + strings.Repeat(each, lines) + "\t}\n}\n")
	}
	tests := []struct {
		name       string
		text       []byte
		complaints int
	}{
		{"a function just small enough", long(maxFuncLines), 0},
		{"a function one line too long", long(maxFuncLines + 1), 1},
		{"a file too long as well", long(maxFileLines), 2},
		{"a table is no code", table(maxFuncLines, "\t\t0,\n"), 0},
		{"functions in a table are", table(maxFuncLines/2, "\t\tfunc() {\n\n\n\t\t},\n"), 1},
	}
	for _, test := range tests {
		if got := oversized(t, "p.go", test.text); len(got) != test.complaints {
			t.Errorf("%s: got %q, want %d complaints", test.name, got, test.complaints)
		}
	}
}

// TestDocs demands a package comment in doc.go of every room.
func TestDocs(t *testing.T) {
	documented := map[string]bool{}
	for _, path := range goFiles(t) {
		room := filepath.ToSlash(filepath.Dir(path))
		_, file := parse(t, path, parser.PackageClauseOnly|parser.ParseComments)
		documented[room] = documented[room] || file.Doc != nil
	}
	for room, ok := range documented {
		if !ok && room != "." {
			t.Errorf("%s has no package comment", room)
		}
	}
}

func parsePolicy(t *testing.T) map[string][]string {
	t.Helper()
	rooms := map[string][]string{}
	for line := range strings.Lines(policy) {
		room, to, ok := strings.Cut(strings.TrimSpace(line), ":")
		if ok {
			rooms[room] = strings.Fields(to)
		}
	}
	return rooms
}

// forbidden returns why room may not import the package name, or "".
func forbidden(allowed map[string][]string, room, name string) string {
	if to, ours := strings.CutPrefix(name, module); ours {
		if slices.Contains(allowed[room], to) {
			return ""
		}
		return "no such arrow in the policy"
	}
	if rooms, kept := doors[name]; kept && !slices.Contains(rooms, room) {
		return "only for " + strings.Join(rooms, " and ")
	}
	if first, _, _ := strings.Cut(name, "/"); !strings.Contains(first, ".") {
		return "" // standard library
	}
	for _, m := range modules {
		if strings.HasPrefix(name, m) {
			return ""
		}
	}
	return "not one of the agreed modules"
}

// goFiles returns the Go files of the module in the folders that the go command would
// look into.
func goFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != "." && (isModule(path) || name == "testdata" || name[0] == '.' || name[0] == '_') {
			return fs.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(name, ".go") && !isIgnored(read(t, path)) {
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// isModule reports whether the folder is a module of its own: a generator that is too
// big to be a file beside the data that it writes.
func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

// isIgnored reports whether the file is a generator: a program of its own beside the
// data that it writes, and not the room's code.
func isIgnored(text []byte) bool {
	return bytes.HasPrefix(text, []byte("//go:build ignore")) || bytes.Contains(text, []byte("\n//go:build ignore"))
}

func isGenerated(text []byte) bool {
	return bytes.HasPrefix(text, []byte("// Code generated ")) || bytes.Contains(text, []byte("\n// Code generated "))
}

// parse parses a file of ours.
func parse(t *testing.T, path string, mode parser.Mode) (*token.FileSet, *ast.File) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, nil, mode|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return fset, file
}

func imports(t *testing.T, path string) []string {
	t.Helper()
	_, file := parse(t, path, parser.ImportsOnly)
	var names []string
	for _, spec := range file.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

// oversized returns a complaint for the file, if it is too long, and for each function
// that is.
func oversized(t *testing.T, path string, text []byte) []string {
	t.Helper()
	var complaints []string
	if n := bytes.Count(text, []byte("\n")); n > maxFileLines {
		complaints = append(complaints, fmt.Sprintf("%s: %d lines, at most %d", path, n, maxFileLines))
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if n := linesOf(fset, f) + 1 - dataLines(fset, f); n > maxFuncLines {
			complaints = append(complaints, fmt.Sprintf("%s: %s has %d lines, at most %d", fset.Position(f.Pos()), f.Name.Name, n, maxFuncLines))
		}
	}
	return complaints
}

// linesOf returns the number of lines of a node, without its first.
func linesOf(fset *token.FileSet, n ast.Node) int {
	return fset.Position(n.End()).Line - fset.Position(n.Pos()).Line
}

// dataLines returns the number of lines of a function that are tables, because these
// are not read as code is. Functions within a table are code.
func dataLines(fset *token.FileSet, f *ast.FuncDecl) int {
	lines := 0
	ast.Inspect(f, func(n ast.Node) bool {
		table, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		lines += linesOf(fset, table)
		for _, e := range table.Elts {
			lines -= codeLines(fset, e)
		}
		return false
	})
	return lines
}

// codeLines returns the number of lines of an expression that are bodies of functions.
func codeLines(fset *token.FileSet, e ast.Expr) int {
	lines := 0
	ast.Inspect(e, func(n ast.Node) bool {
		if body, ok := n.(*ast.FuncLit); ok {
			lines += linesOf(fset, body)
			return false
		}
		return true
	})
	return lines
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
