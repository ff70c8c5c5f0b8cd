// Package clitest is what the tests of the command lines share: programs that they need,
// and the command lines that documents show.
package clitest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Required reports whether what a test needs must be there.
func Required() bool { return os.Getenv("PLAIT_REQUIRE") == "1" }

// Need skips the test if a program is missing, or fails it where all of them
// are promised.
func Need(t testing.TB, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if Required() {
			t.Fatalf("PLAIT_REQUIRE is set, but %v", err)
		}
		t.Skipf("needs %s", program)
	}
}

// Documents are what users read; root is the folder of the module.
func Documents(t testing.TB, root string) []string {
	t.Helper()
	docs, err := filepath.Glob(root + "/docs/*.md")
	if err != nil || len(docs) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	return append(docs, root+"/README.md")
}

// ShownUses are the command lines that documents show without their output, each in
// its words but for plait's own name.
func ShownUses(t testing.TB, root string) [][]string {
	t.Helper()
	var lines [][]string
	for _, path := range Documents(t, root) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range shownUse.FindAllStringSubmatch(string(text), -1) {
			words, err := exec.Command("bash", "-c", `printf '%s\n' `+m[1]).Output()
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, strings.Split(strings.TrimSuffix(string(words), "\n"), "\n"))
		}
	}
	return lines
}

var shownUse = regexp.MustCompile(`(?m)^    plait (.*?)(?: +# .*)?$`)
