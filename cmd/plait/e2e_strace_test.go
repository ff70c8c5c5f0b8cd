package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"plait/internal/cli/clitest"
)

// TestStraceSame runs the command lines in testdata/strace/*.txtar under the installed
// strace and under plait by that name. What was printed, what was traced, and how it
// ended must be the same. testdata/strace/README.md describes the files, and
// differences.txt has where plait follows a newer strace than the installed one.
func TestStraceSame(t *testing.T) {
	clitest.Need(t, "strace")
	files, err := filepath.Glob("../../testdata/strace/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no command lines: %v", err)
	}
	same := newSameRunner(t)
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var data []txtar.File
		for _, f := range archive.Files {
			if !strings.HasSuffix(f.Name, ".sh") {
				data = append(data, f)
			}
		}
		for _, f := range archive.Files {
			if name, ok := strings.CutSuffix(f.Name, ".sh"); ok {
				t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar")+"/"+name, func(t *testing.T) {
					c := parseSame(t, string(f.Data))
					if !c.alone {
						t.Parallel()
					}
					same.run(t, c, data)
				})
			}
		}
	}
}

// attempts is how often a command line is run until both traces are the same. If
// processes race, one run may differ from the next.
const attempts = 3

// A sameCase is one command line and what its comments say about it.
type sameCase struct {
	script      string
	needs       []string
	compile     [][]string // name, source, flags
	only        *regexp.Regexp
	drops       []*regexp.Regexp
	masks       []*regexp.Regexp
	differences []difference
	unordered   bool
	alone       bool // it measures time, and would fail beside others
}

// parseSame parses the comments of the form "# word argument" before the script.
func parseSame(t *testing.T, text string) sameCase {
	t.Helper()
	c := sameCase{script: text}
	for line := range strings.Lines(text) {
		directive, ok := strings.CutPrefix(strings.TrimSpace(line), "# ")
		if !ok {
			break
		}
		word, rest, _ := strings.Cut(directive, " ")
		switch word {
		case "need":
			c.needs = append(c.needs, strings.Fields(rest)...)
		case "cc":
			c.compile = append(c.compile, strings.Fields(rest))
		case "only":
			c.only = regexp.MustCompile(rest)
		case "drop":
			c.drops = append(c.drops, regexp.MustCompile(rest))
		case "mask":
			c.masks = append(c.masks, regexp.MustCompile("(?m)"+rest))
		case "differs":
			c.differences = append(c.differences, parseDifference(t, rest))
		case "unordered":
			c.unordered = true
		case "alone":
			c.alone = true
		default:
			t.Fatalf("no such directive: %s", line)
		}
	}
	return c
}

// A difference is a form of the installed strace's that differs from ours, and ours.
type difference struct {
	theirs *regexp.Regexp
	ours   string
}

// parseDifference parses "/REGEXP/REPLACEMENT/WHY", with any other byte in place of
// "/".
func parseDifference(t *testing.T, text string) difference {
	t.Helper()
	if text == "" {
		t.Fatal("an empty difference")
	}
	parts := strings.SplitN(text[1:], text[:1], 3)
	if len(parts) != 3 || strings.TrimSpace(parts[2]) == "" {
		t.Fatalf("a difference is /REGEXP/REPLACEMENT/WHY, not %q", text)
	}
	return difference{regexp.MustCompile("(?m)" + parts[0]), parts[1]}
}

// A sameRunner runs command lines under two tracers.
type sameRunner struct {
	build       *builder
	plait       string // by the name of strace
	differences []difference
}

func newSameRunner(t *testing.T) *sameRunner {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "strace")
	if err := os.Symlink(self, link); err != nil {
		t.Fatal(err)
	}
	r := &sameRunner{build: newBuilder(t), plait: link}
	text, err := os.ReadFile("../../testdata/strace/differences.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && line[0] != '#' {
			r.differences = append(r.differences, parseDifference(t, line))
		}
	}
	return r
}

func (r *sameRunner) run(t *testing.T, c sameCase, data []txtar.File) {
	for _, program := range c.needs {
		clitest.Need(t, program)
	}
	dir := filepath.Join(t.TempDir(), "w")
	complaint := ""
	for range attempts {
		want := c.normal(r.once(t, "/usr/bin/strace", dir, c, data), append(slices.Clone(c.differences), r.differences...))
		got := c.normal(r.once(t, r.plait, dir, c, data), nil)
		if complaint = differ(got, want); complaint == "" {
			return
		}
	}
	t.Error(complaint)
}

// once runs the command line in a new folder of the given name and returns its output,
// traces and status.
func (r *sameRunner) once(t *testing.T, tracer, dir string, c sameCase, data []txtar.File) ran {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, f := range data {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for _, words := range c.compile {
		bin, err := r.build.compile(compilerOf(words[1]), words[1], words[2:])
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Link(bin, filepath.Join(dir, words[0])); err != nil {
			t.Fatal(err)
		}
	}
	// With the same hash seed, python needs as much memory each time.
	prelude := fmt.Sprintf("STRACE=%s\nstrace() { $STRACE \"$@\"; }\nexport PYTHONHASHSEED=0\n", tracer)
	result := runIn(t, dir, "/bin/bash", "-c", prelude+c.script)
	result.stderr = strings.ReplaceAll(result.stderr+traces(t, dir), tracer, "strace")
	return result
}

// traces returns the files that a command line wrote its traces to, in the order of
// their numbers.
func traces(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "trace*"))
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(files, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	var b strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name, suffix, found := strings.Cut(filepath.Base(file), ".")
		if found && strings.Trim(suffix, "0123456789") == "" {
			suffix = "PID"
		}
		fmt.Fprintf(&b, "==> %s %s\n%s", name, suffix, text)
	}
	return b.String()
}

// normal converts a run's output to the form in which two runs are compared.
func (c sameCase) normal(r ran, differences []difference) []string {
	text := strings.Join(perThread(strings.Split(r.stderr, "\n")), "\n")
	for _, d := range differences {
		text = d.theirs.ReplaceAllString(text, d.ours)
	}
	for _, re := range c.masks {
		text = re.ReplaceAllStringFunc(text, func(match string) string { return masked(re, match) })
	}
	lines := strings.Split(maskRun(text), "\n")
	lines = slices.DeleteFunc(lines, func(line string) bool {
		return c.only != nil && !c.only.MatchString(line) ||
			slices.ContainsFunc(c.drops, func(re *regexp.Regexp) bool { return re.MatchString(line) })
	})
	if c.unordered {
		slices.Sort(lines)
	}
	return append(lines, "stdout: "+maskRun(r.stdout), "status: "+r.status)
}

// maxDiffer is how many lines of a difference are shown: the first ones mostly explain
// the others.
const maxDiffer = 24

// differ shows the lines that only one of two runs has, "" if there are none.
func differ(got, want []string) string {
	common := longestCommon(got, want)
	var b strings.Builder
	shown := 0
	show := func(who, line string) {
		if shown++; shown <= maxDiffer {
			fmt.Fprintf(&b, "%s %s\n", who, line)
		}
	}
	for _, line := range append(common, "") {
		for len(want) > 0 && want[0] != line {
			show("strace:", want[0])
			want = want[1:]
		}
		for len(got) > 0 && got[0] != line {
			show("plait: ", got[0])
			got = got[1:]
		}
		want, got = want[min(1, len(want)):], got[min(1, len(got)):]
	}
	if shown > maxDiffer {
		fmt.Fprintf(&b, "and %d more\n", shown-maxDiffer)
	}
	return b.String()
}

// longestCommon returns the longest list of lines that both have in the same order.
func longestCommon(a, b []string) []string {
	start := 0
	for start < min(len(a), len(b)) && a[start] == b[start] {
		start++
	}
	common := slices.Clone(a[:start])
	a, b = a[start:], b[start:]
	length := make([][]int, len(a)+1)
	for i := range length {
		length[i] = make([]int, len(b)+1)
	}
	for i, x := range slices.Backward(a) {
		for j, y := range slices.Backward(b) {
			length[i][j] = max(length[i+1][j], length[i][j+1])
			if x == y {
				length[i][j] = length[i+1][j+1] + 1
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			common = append(common, a[i])
			i, j = i+1, j+1
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	return common
}

func TestDiffer(t *testing.T) {
	tests := []struct {
		got, want []string
		text      string
	}{
		{[]string{"a", "b"}, []string{"a", "b"}, ""},
		{[]string{"a", "x", "c"}, []string{"a", "b", "c"}, "strace: b\nplait:  x\n"},
		{[]string{"a", "c"}, []string{"a", "b", "c"}, "strace: b\n"},
		{[]string{"a", "b", "c", "d"}, []string{"a", "c"}, "plait:  b\nplait:  d\n"},
		{nil, []string{"a"}, "strace: a\n"},
	}
	for _, test := range tests {
		if got := differ(test.got, test.want); got != test.text {
			t.Errorf("%q and %q: got %q, want %q", test.got, test.want, got, test.text)
		}
	}
}

// TestStraceMessages compares plait's messages and exit status with strace's.
// testdata/strace/messages.txt has one command line per line.
func TestStraceMessages(t *testing.T) {
	clitest.Need(t, "strace")
	text, err := os.ReadFile("../../testdata/strace/messages.txt")
	if err != nil {
		t.Fatal(err)
	}
	same := newSameRunner(t)
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		said := func(tracer string, differences []difference) string {
			r := runIn(t, t.TempDir(), "/bin/bash", "-c", tracer+" "+line)
			said := strings.ReplaceAll(messages(r.stderr, tracer), tracer, "strace")
			for _, d := range differences {
				said = d.theirs.ReplaceAllString(said, d.ours)
			}
			return said + "status " + r.status
		}
		if got, want := said(same.plait, nil), said("/usr/bin/strace", same.differences); got != want {
			t.Errorf("strace %s\ngot:  %s\nwant: %s", line, got, want)
		}
	}
}

// messages returns the lines that strace itself writes.
func messages(stderr, tracer string) string {
	var b strings.Builder
	for line := range strings.Lines(stderr) {
		if strings.HasPrefix(line, tracer+": ") || strings.HasPrefix(line, "Try '") {
			b.WriteString(line)
		}
	}
	return b.String()
}
