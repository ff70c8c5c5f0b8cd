package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"plait/internal/cli/clitest"
)

// ltraceConf is the file that ltrace 0.7.3 installs.
const ltraceConf = "/etc/ltrace.conf"

// needLtraceConf skips the test if that file is missing, and returns the names of the
// functions that have a prototype in it.
func needLtraceConf(t *testing.T) map[string]bool {
	t.Helper()
	clitest.Need(t, "ltrace")
	text, err := os.ReadFile(ltraceConf)
	if err != nil {
		t.Skip(err)
	}
	names := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^[a-z][^;#=(]*?(\w+)\(`).FindAllStringSubmatch(string(text), -1) {
		names[m[1]] = true
	}
	if len(names) < 300 {
		t.Fatalf("only %d prototypes in %s", len(names), ltraceConf)
	}
	return names
}

// TestLtraceConf parses all files that ltrace installs without an error.
func TestLtraceConf(t *testing.T) {
	needLtraceConf(t)
	for _, path := range []string{ltraceConf, "/usr/share/ltrace"} {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		var out strings.Builder
		if status := run([]string{"--check-config", path}, &out, &out); status != 0 || out.Len() > 0 {
			t.Errorf("%s: status %d\n%s", path, status, out.String())
		}
	}
}

// TestNoLessThanLtrace traces real programs with ltrace, with plait and ltrace's file,
// and with plait and its own prototypes. Where ltrace has a prototype, plait must show
// no fewer arguments, and each of them at least as well (see saysAsMuch).
func TestNoLessThanLtrace(t *testing.T) {
	names := needLtraceConf(t)
	plait := plaitOf(t)
	for _, line := range []string{
		"ls /usr/share/common-licenses", "cat /etc/passwd", "id -un", "date -u -d @0", "head -n 2 /etc/passwd", "wc /etc/passwd",
		"sort /etc/passwd", "uname -a", "expr 3 + 4", "seq 3", "printf %d 7", "tail -n 1 /etc/passwd", "stat /etc/passwd",
	} {
		t.Run(line, func(t *testing.T) {
			argv := strings.Fields(line)
			want := callsOf(t, names, argv, "ltrace")
			if len(want) < 5 {
				t.Fatalf("ltrace shows only %d calls", len(want))
			}
			compareCalls(t, "own prototypes", callsOf(t, names, argv, plait), want)
			compareCalls(t, "ltrace's prototypes", callsOf(t, names, argv, plait, "-F", ltraceConf), want)
		})
	}
}

// A shownCall is a line of a trace, split into its parts.
type shownCall struct {
	line, name string
	args       []string
}

// callsOf traces a command without randomized addresses.
func callsOf(t *testing.T, names map[string]bool, argv []string, tracer ...string) []shownCall {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "trace.txt")
	args := append([]string{"-R", "env", "-i", "HOME=/nonexistent", "PATH=" + os.Getenv("PATH")}, tracer...)
	runIn(t, dir, "setarch", append(append(args, "-o", path), argv...)...)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var calls []shownCall
	for line := range strings.Lines(string(text)) {
		if c, ok := takeApart(line); ok && names[c.name] {
			calls = append(calls, c)
		}
	}
	return calls
}

// takeApart splits a line of a call that returned. ltrace does not escape quotes within
// strings, so lines with an odd number of them are left out.
func takeApart(line string) (c shownCall, ok bool) {
	c.line = strings.TrimSpace(line)
	name, rest, found := strings.Cut(c.line, "(")
	end := strings.LastIndex(rest, ") ")
	if !found || end < 0 || !strings.Contains(rest[end:], "= ") || strings.Contains(name, " ") {
		return c, false
	}
	c.name = name
	c.args, ok = splitArgs(rest[:end])
	return c, ok
}

// splitArgs splits a list at the commas outside of quotes and brackets.
func splitArgs(list string) (args []string, ok bool) {
	depth, start := 0, 0
	quoted := false
	for i := 0; i < len(list); i++ {
		switch b := list[i]; {
		case quoted && b == '\\', strings.HasPrefix(list[i:], "=>"):
			i++
		case b == '\'' && !quoted && i+2 < len(list):
			if j := strings.IndexByte(list[i+2:], '\''); j >= 0 {
				i += 2 + j
			}
		case b == '"':
			quoted = !quoted
		case quoted:
		case strings.IndexByte("([{<", b) >= 0:
			depth++
		case strings.IndexByte(")]}>", b) >= 0:
			depth--
		case b == ',' && depth == 0:
			args = append(args, strings.TrimSpace(list[start:i]))
			start = i + 1
		}
	}
	if rest := strings.TrimSpace(list[start:]); rest != "" {
		args = append(args, rest)
	}
	return args, !quoted && depth == 0
}

// compareCalls pairs the calls of each function in their order.
func compareCalls(t *testing.T, what string, got, want []shownCall) {
	t.Helper()
	ours := map[string][]shownCall{}
	for _, c := range got {
		ours[c.name] = append(ours[c.name], c)
	}
	compared := 0
	for _, w := range want {
		if len(ours[w.name]) == 0 {
			t.Errorf("%s: not shown: %s", what, w.line)
			continue
		}
		g := ours[w.name][0]
		ours[w.name] = ours[w.name][1:]
		if err := saysAsMuch(g, w); err != nil {
			t.Errorf("%s: %v:\n  plait: %s\n ltrace: %s", what, err, g.line, w.line)
		}
		compared++
	}
	if compared < len(want)*9/10 {
		t.Errorf("%s: only %d of %d calls were compared", what, compared, len(want))
	}
}

// saysAsMuch returns an error if plait's line lacks something that ltrace's has. It
// must have as many arguments. Where ltrace has a text it must have a text, and one
// must be the beginning of the other (strncmp's limit in bytes is its own). Where
// ltrace has a number and plait no name for it, the numbers must be equal. What ltrace
// shows as an address may be anything.
func saysAsMuch(got, want shownCall) error {
	if got.name == "open" && !strings.Contains(got.line, "O_CREAT") && !strings.Contains(got.line, "O_TMPFILE") {
		want.args = want.args[:2] // there is no mode: ltrace shows what was in the register
	}
	if len(got.args) < len(want.args) {
		return fmt.Errorf("%d arguments, not %d", len(got.args), len(want.args))
	}
	for i, w := range want.args {
		g := got.args[i]
		if strings.HasPrefix(g, "0x") {
			g, _, _ = strings.Cut(g, "<") // ltrace does not say the name of what is at the address
		}
		switch {
		case strings.HasPrefix(w, `"`):
			if !sameText(g, w) {
				return fmt.Errorf("argument %d is %s, not %s", i+1, g, w)
			}
		case isNumber(w) && isNumber(g):
			if a, b := numberOf(g), numberOf(w); a != b && (a < maxNumber || b < maxNumber) {
				return fmt.Errorf("argument %d is %s, not %s", i+1, g, w)
			}
		case g == "" || g == "?":
			return fmt.Errorf("argument %d is not shown", i+1)
		}
	}
	return nil
}

// maxNumber is where addresses begin.
const maxNumber = 1 << 16

func sameText(a, b string) bool {
	if !strings.HasPrefix(a, `"`) {
		return false
	}
	a, b = bareText(a), bareText(b)
	return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
}

func bareText(s string) string {
	s = strings.TrimSuffix(s, "...")
	s = strings.TrimSuffix(strings.TrimPrefix(s, `"`), `"`)
	return strings.ReplaceAll(octal.ReplaceAllString(s, ""), `\"`, `"`)
}

// octal matches an escape with the digits that follow: ltrace writes \0 even before a
// digit of the text itself.
var octal = regexp.MustCompile(`\\[0-9]+`)

func isNumber(s string) bool {
	_, err := strconv.ParseInt(s, 0, 64)
	return err == nil || s == "nil" || strings.HasPrefix(s, "0x")
}

func numberOf(s string) uint64 {
	if n, err := strconv.ParseInt(s, 0, 64); err == nil {
		return uint64(uint32(n)) | uint64(n)&^0xffffffff>>32<<32&0x7fffffff00000000
	}
	n, err := strconv.ParseUint(s, 0, 64)
	if err != nil {
		return 0 // nil
	}
	return n
}
