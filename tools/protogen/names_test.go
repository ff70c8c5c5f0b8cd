package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// ours are names that libc's headers need not have: constants of the prototype language
// itself, and of newer kernels.
var ours = regexp.MustCompile(`^(O_CREAT_OR_TMPFILE|PTRACE_.*)$`)

// TestNames demands that libc's headers have each named number in the files about libc.
// For the files that libc shares with the kernel, the values must agree, too.
func TestNames(t *testing.T) {
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("needs gcc")
	}
	units, err := readConfig("libraries.txt")
	if err != nil {
		t.Fatal(err)
	}
	headers := units[0].source(nil)
	if units[0].name != "glibc" {
		t.Fatal("the first unit is ", units[0].name)
	}
	known := identifiers(t, headers)
	entry := regexp.MustCompile(`\b(_?[A-Z][A-Z0-9_]{2,})\s*=?\s*(-?(?:0x[0-9a-f]+|\d+)\b)?[^;,(){}]*[;,)]`)
	var c strings.Builder
	c.WriteString(headers)
	names := 0
	for _, folder := range []string{"libc", "abi"} {
		paths, _ := filepath.Glob("../../proto/data/" + folder + "/*.conf")
		for _, path := range paths {
			for name, number := range entriesOf(t, path, entry) {
				switch {
				case known[name] && number != "":
					names++
					fmt.Fprintf(&c, "_Static_assert((unsigned)(%s) == (unsigned)(%s), \"%s is not %s\");\n", name, number, name, number)
				case !known[name] && folder == "libc" && !ours.MatchString(name):
					t.Errorf("%s: %s is in no header", path, name)
				}
			}
		}
	}
	if names < 1500 {
		t.Errorf("only %d names compared", names)
	}
	// Names of which only a part is a number of its own, and names for 32-bit programs.
	other := regexp.MustCompile(`"(PER_\w+|O_LARGEFILE|F_(GET|SET)LKW?64) is not`)
	for line := range strings.Lines(compile(c.String())) {
		if _, what, failed := strings.Cut(line, "static assertion failed: "); failed && !other.MatchString(what) {
			t.Error(strings.TrimSpace(what))
		}
	}
}

// entriesOf returns the names of the sets in a file, with their numbers where these are
// written.
func entriesOf(t *testing.T, path string, entry *regexp.Regexp) map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for item := range strings.SplitSeq(joined(string(text)), "\n") {
		if strings.HasPrefix(item, "#") {
			continue
		}
		for _, m := range entry.FindAllStringSubmatch(item, -1) {
			found[m[1]] = m[2]
		}
	}
	return found
}

// identifiers returns the macros and other names in a source.
func identifiers(t *testing.T, source string) map[string]bool {
	t.Helper()
	known := map[string]bool{}
	for _, mode := range []string{"-dM", "-P"} {
		cmd := exec.Command("gcc", "-D_GNU_SOURCE", "-w", "-E", mode, "-x", "c", "-")
		cmd.Stdin = strings.NewReader(source)
		out, err := cmd.Output()
		if err != nil && len(out) == 0 {
			t.Fatal(err)
		}
		for _, name := range regexp.MustCompile(`\w+`).FindAllString(string(out), -1) {
			known[name] = true
		}
	}
	return known
}

// compile returns what the compiler prints about a source.
func compile(source string) string {
	cmd := exec.Command("gcc", "-D_GNU_SOURCE", "-w", "-fmax-errors=0", "-fsyntax-only", "-x", "c", "-")
	cmd.Stdin = strings.NewReader(source)
	out, _ := cmd.CombinedOutput()
	return string(out)
}
