// Package clitest has what the tests of the command lines share. It owns the check for the
// programs that they need, and the search for the command lines that documents show. It
// does not know what a command line means.
//
// # Adding to it
//
// A helper moves here when the tests of a second command line need it.
package clitest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Required reports whether a missing program fails a test: PLAIT_REQUIRE=1 says that
// all are installed.
func Required() bool { return os.Getenv("PLAIT_REQUIRE") == "1" }

// Need skips the test if a program is missing, or fails it if Required.
func Need(t testing.TB, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if Required() {
			t.Fatalf("PLAIT_REQUIRE is set, but %v", err)
		}
		t.Skipf("needs %s", program)
	}
}

// Documents returns the documents for users; root is the module's root.
func Documents(t testing.TB, root string) []string {
	t.Helper()
	docs, err := filepath.Glob(root + "/docs/*.md")
	if err != nil || len(docs) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	pages, _ := filepath.Glob(root + "/docs/lessons/*.md") // the pattern is right
	return slices.Concat(docs, pages, []string{root + "/README.md"})
}

// ShownUses returns the command lines that documents show without their output, split
// into words, without plait's own name.
func ShownUses(t testing.TB, root string) [][]string {
	t.Helper()
	var lines [][]string
	for _, path := range Documents(t, root) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range shownUse.FindAllStringSubmatch(string(text), -1) {
			use := exec.Command("bash", "-c", `printf '%s\n' `+m[1])
			use.Dir = t.TempDir() // what is piped into other commands may become a file
			words, err := use.Output()
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, strings.Split(strings.TrimSuffix(string(words), "\n"), "\n"))
		}
	}
	return lines
}

var shownUse = regexp.MustCompile(`(?m)^    plait (.*?)(?: +# .*)?$`)
