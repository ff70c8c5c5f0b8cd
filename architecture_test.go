package plait_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

const architecture = "docs/ARCHITECTURE.md"

// Upper bounds of a room, without tests and generated files: a newcomer must be able to
// keep it in mind.
const (
	maxRoomLines = 6000
	maxRoomFiles = 40
)

// TestRooms fails on a room that has outgrown its readers.
func TestRooms(t *testing.T) {
	lines, files := map[string]int{}, map[string]int{}
	for _, path := range goFiles(t) {
		text := read(t, path)
		if strings.HasSuffix(path, "_test.go") || isGenerated(text) {
			continue
		}
		room := filepath.ToSlash(filepath.Dir(path))
		lines[room] += strings.Count(string(text), "\n")
		files[room]++
	}
	for room := range lines {
		if lines[room] > maxRoomLines || files[room] > maxRoomFiles {
			t.Errorf("%s has %d lines in %d files, more than %d in %d", room, lines[room], files[room], maxRoomLines, maxRoomFiles)
		}
	}
}

// TestFloors compares the picture in docs/ARCHITECTURE.md with the policy. The picture
// has all rooms, and their arrows go down.
func TestFloors(t *testing.T) {
	floors := parseFloors(t, section(t, "```floors\n", "```"))
	for room, to := range parsePolicy(t) {
		floor, ok := floors[room]
		if !ok {
			t.Errorf("%s is on no floor", room)
		}
		for _, below := range to {
			if floors[below] >= floor {
				t.Errorf("%s, on floor %d, imports %s, on floor %d", room, floor, below, floors[below])
			}
		}
		delete(floors, room)
	}
	for room := range floors {
		t.Errorf("%s is no room", room)
	}
}

// TestRoomsTable: the table of rooms has those of the policy.
func TestRoomsTable(t *testing.T) {
	table := section(t, "## Rooms\n", "\n## ")
	for room := range parsePolicy(t) {
		if !strings.Contains(table, "`"+room+"`") {
			t.Errorf("%s is not in the table of rooms", room)
		}
	}
}

// maxPage is how many lines a room's own text may have, so that "go doc" fits a page.
const maxPage = 60

// What the text of a room must say: what it owns, what it does not know, and how to add
// to it.
var roomMustSay = map[string]*regexp.Regexp{
	"what it owns":          regexp.MustCompile(`\bowns\b`),
	"what it does not know": regexp.MustCompile(`(?i)\b(not know|knows? (no|nothing|neither|it by|objects by))\b`),
	"how to add to it":      regexp.MustCompile(`(?m)^# (Adding|Using|Bounding)\b`),
}

// TestRoomsExplain demands these of each room, on a page.
func TestRoomsExplain(t *testing.T) {
	pages := map[string]string{}
	for _, path := range goFiles(t) {
		if text := read(t, path); !strings.HasSuffix(path, "_test.go") && !isGenerated(text) {
			_, tree := parse(t, path, parser.ParseComments|parser.PackageClauseOnly)
			pages[filepath.ToSlash(filepath.Dir(path))] += tree.Doc.Text()
		}
	}
	for room := range parsePolicy(t) {
		page := pages[room]
		for what, pattern := range roomMustSay {
			if !pattern.MatchString(page) && !pattern.MatchString(strings.ReplaceAll(page, "\n", " ")) {
				t.Errorf("%s: its package comment does not say %s", room, what)
			}
		}
		if n := strings.Count(page, "\n"); n > maxPage {
			t.Errorf("%s: its package comment has %d lines, more than %d", room, n, maxPage)
		}
	}
}

// withoutExample are the rooms that nobody calls from outside, and the helpers of tests.
var withoutExample = []string{"cmd/plait", "bench", "bench/coverage", "bound", "event/eventtest", "internal/cli/clitest"}

// TestRoomsHaveExamples: "go doc" teaches by code that runs.
func TestRoomsHaveExamples(t *testing.T) {
	has := map[string]bool{}
	for _, path := range goFiles(t) {
		if strings.HasSuffix(path, "_test.go") && bytes.Contains(read(t, path), []byte("\nfunc Example")) {
			has[filepath.ToSlash(filepath.Dir(path))] = true
		}
	}
	for room := range parsePolicy(t) {
		if !has[room] && !slices.Contains(withoutExample, room) {
			t.Errorf("%s: no example of what calls it", room)
		}
	}
}

// parseFloors returns the floor of each room in the picture.
func parseFloors(t *testing.T, picture string) map[string]int {
	t.Helper()
	floors, floor := map[string]int{}, -1
	for line := range strings.Lines(picture) {
		for i, word := range strings.Fields(line) {
			if n, err := strconv.Atoi(word); i == 0 && err == nil {
				floor = n
				continue
			}
			if _, twice := floors[word]; twice {
				t.Errorf("%s is on two floors", word)
			}
			floors[word] = floor
		}
	}
	return floors
}

// section returns the text in docs/ARCHITECTURE.md between two marks.
func section(t *testing.T, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(string(read(t, architecture)), from)
	if !ok {
		t.Fatalf("%s has no %q", architecture, from)
	}
	text, _, _ := strings.Cut(rest, to)
	return text
}

// A banned word must not be part of a name, since another word is used for its meaning:
// in all rooms, or in some.
type banned struct {
	word, instead string
	rooms         []string
}

// TestGlossary fails on a name that contains a word which the glossary of
// docs/ARCHITECTURE.md bans.
func TestGlossary(t *testing.T) {
	words := parseGlossary(section(t, "## Words\n", "\n## "))
	if len(words) < 20 {
		t.Fatalf("the glossary keeps out %d words", len(words))
	}
	for _, path := range goFiles(t) {
		room := filepath.ToSlash(filepath.Dir(path))
		for name := range declared(t, path) {
			if b := offends(words, room, name); b != nil {
				t.Errorf("%s: %s: the word is %s, not %s", path, name, b.instead, b.word)
			}
		}
	}
}

// TestOffends shows that the rule can fail.
func TestOffends(t *testing.T) {
	words := parseGlossary("| word | meaning | not |\n|---|---|---|\n| area | memory | `lot`, `patch` (plt, elf) |\n| tracee | a thread | – |\n")
	for _, test := range []struct {
		room, name string
		want       bool
	}{
		{"tracer", "lot", true},
		{"tracer", "lotNear", true},
		{"tracer", "mapLot", true},
		{"tracer", "slot", false},
		{"tracer", "plotted", false},
		{"tracer", "patch", false},
		{"plt", "patchHere", true},
		{"elf", "HTTPPatch", true},
		{"elf", "area", false},
	} {
		if got := offends(words, test.room, test.name) != nil; got != test.want {
			t.Errorf("%s in %s offends: %v", test.name, test.room, got)
		}
	}
}

func offends(words []banned, room, name string) *banned {
	for _, part := range parts(name) {
		for i, b := range words {
			if b.word == part && (len(b.rooms) == 0 || slices.Contains(b.rooms, room)) {
				return &words[i]
			}
		}
	}
	return nil
}

var bannedWord = regexp.MustCompile("`([a-z]+)`(?: \\(([^)]*)\\))?")

// parseGlossary parses the table of words: the word, its meaning, and the words that
// are banned in its favour, perhaps in some rooms only.
func parseGlossary(table string) (words []banned) {
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 {
			continue
		}
		for _, m := range bannedWord.FindAllStringSubmatch(cells[3], -1) {
			words = append(words, banned{m[1], strings.TrimSpace(cells[1]), strings.FieldsFunc(m[2], isSeparator)})
		}
	}
	return words
}

func isSeparator(r rune) bool { return r == ',' || r == ' ' }

// parts splits a name at its capitals: "HTTPPatch" is http and patch.
func parts(name string) (parts []string) {
	runes, start := []rune(name), 0
	for i := 1; i < len(runes); i++ {
		begins := unicode.IsUpper(runes[i]) && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		if begins || runes[i] == '_' {
			parts, start = append(parts, strings.ToLower(strings.Trim(string(runes[start:i]), "_"))), i
		}
	}
	return append(parts, strings.ToLower(strings.Trim(string(runes[start:]), "_")))
}

// declared returns the names that a file declares, except those of variables in
// functions: types, functions, methods, fields, parameters, constants, variables.
func declared(t *testing.T, path string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	add := func(ids ...*ast.Ident) {
		for _, id := range ids {
			names[id.Name] = true
		}
	}
	_, file := parse(t, path, 0)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			add(n.Name)
		case *ast.TypeSpec:
			add(n.Name)
		case *ast.Field:
			add(n.Names...)
		case *ast.ValueSpec:
			add(n.Names...)
		}
		return true
	})
	maps.DeleteFunc(names, func(name string, _ bool) bool { return name == "_" })
	return names
}
