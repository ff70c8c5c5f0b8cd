package plait_test

import (
	"fmt"
	"go/scanner"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// machineRooms know the processor: its name, its registers, its code.
var machineRooms = []string{"arch", "plt", "infer", "inline"}

// machineFiles also name it, each for a reason. docs/PORTING.md lists all of them.
var machineFiles = map[string]string{
	"bench/coverage/report.go": "the dynamic loader of the programs that are counted",
	"syscalls/table.go":        "which tables there are, by convention",
	"syscalls/set.go":          "the conventions that @64, @32 and @x32 stand for",
	"syscalls/prototype.go":    "which types the structs of a convention have",
}

// What names a processor: each word in names, any word in strings, and the numbers of
// instructions, which nothing else has as its name.
var (
	machineWord = regexp.MustCompile(`(?i)^(r[abcd]x|r[sd]i|r[sbi]p|e[abcd]x|e[sd]i|e[sbi]p|r([89]|1[0-5])[bdw]?|[xyz]mm\d*|x87|st[01]|[er]flags|[fg]sbase|amd64|i386|x86|aarch64|arm64)$`)
	machineName = regexp.MustCompile(`^(EM|R_X86_64|R_386|R_AARCH64|AUDIT_ARCH)_\w`)
	partOfName  = regexp.MustCompile(`[A-Z][a-z]+\d*|[A-Z]+\d*|[a-z]+\d*`)
	wordOfText  = regexp.MustCompile(`\w+`)
	opcodes     = []uint64{0x90, 0xc3, 0xcc, 0xe8, 0xe9, 0xeb, 0x050f, 0x80cd}
)

// TestMachine keeps all that knows the processor at the places where another
// processor's code would stand beside it. Comments may name it.
func TestMachine(t *testing.T) {
	named := map[string]bool{}
	for _, path := range goFiles(t) {
		room := filepath.ToSlash(filepath.Dir(path))
		if strings.HasSuffix(path, "_test.go") || slices.Contains(machineRooms, room) {
			continue
		}
		for _, complaint := range machineOf(path, read(t, path)) {
			named[path] = true
			if machineFiles[path] == "" {
				t.Error(complaint)
			}
		}
	}
	for path := range machineFiles {
		if !named[path] {
			t.Errorf("%s names no processor any more: it needs no exception", path)
		}
	}
}

// TestMachineOf shows that the rule above can fail.
func TestMachineOf(t *testing.T) {
	for _, c := range []struct {
		code       string
		complaints int
	}{
		{"var pc, sp, r1 int // rax", 0},
		{"var rax int", 1},
		{"const regOrigRAX = 15", 1},
		{"var r8, R15 int", 2},
		{"func x87Results() {}", 1},
		{"var a = arch.AMD64", 1},
		{"var a = arch.Native", 0},
		{`var s = "R15"`, 1},
		{`var s = "the driver's"`, 0},
		{`var s = "offsetof(struct user, regs.rsp)"`, 1},
		{"const m = elf.EM_386", 1},
		{"const m = elf.R_X86_64_64", 1},
		{"var breakpoint = []byte{0xcc}", 1},
		{"const opcode = 204", 0},
		{"const jump = 0xE9", 1},
		{"const op = 0x0f", 0},
	} {
		if got := machineOf("p.go", []byte("package p\n"+c.code+"\n")); len(got) != c.complaints {
			t.Errorf("%s: %q, want %d complaints", c.code, got, c.complaints)
		}
	}
}

// machineOf returns a complaint for each token of Go code that names a processor.
func machineOf(path string, text []byte) (complaints []string) {
	set := token.NewFileSet()
	file := set.AddFile(path, -1, len(text))
	var s scanner.Scanner
	s.Init(file, text, nil, 0)
	for pos, tok, lit := s.Scan(); tok != token.EOF; pos, tok, lit = s.Scan() {
		if namesMachine(tok, lit) {
			complaints = append(complaints, fmt.Sprintf("%s: %s is for %s", set.Position(pos), lit, strings.Join(machineRooms, ", ")))
		}
	}
	return complaints
}

func namesMachine(tok token.Token, lit string) bool {
	switch tok {
	case token.IDENT:
		return machineName.MatchString(lit) || slices.ContainsFunc(partOfName.FindAllString(lit, -1), machineWord.MatchString)
	case token.STRING:
		words := wordOfText.FindAllString(lit, -1)
		return slices.ContainsFunc(words, machineWord.MatchString) || slices.ContainsFunc(words, machineName.MatchString)
	case token.INT:
		n, err := strconv.ParseUint(lit, 0, 64)
		return err == nil && strings.HasPrefix(strings.ToLower(lit), "0x") && slices.Contains(opcodes, n)
	}
	return false
}
