package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var testName = regexp.MustCompile("`(\\w+\\.txtar|Test\\w+)`")

// TestHardCases checks docs/HARD-CASES.md: it has each case once, each case has tests
// that exist, and the table has each script that was written for a case.
func TestHardCases(t *testing.T) {
	text, err := os.ReadFile("../../docs/HARD-CASES.md")
	if err != nil {
		t.Fatal(err)
	}
	exists := testsThatExist(t)
	rows, named := map[string]int{}, map[string]bool{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.ReplaceAll(line, `\|`, ""), "|")
		if len(cells) != 6 {
			continue
		}
		row := strings.TrimSpace(cells[1])
		rows[row]++
		tests := testName.FindAllStringSubmatch(cells[3], -1)
		if row != "#" && !strings.HasPrefix(row, "--") && len(tests) == 0 && !strings.HasPrefix(cells[3], " none: ") {
			t.Errorf("case %s has no test", row)
		}
		for _, m := range tests {
			named[m[1]] = true
			if !exists[m[1]] {
				t.Errorf("case %s: there is no %s", row, m[1])
			}
		}
	}
	for i := 1; i <= 48; i++ {
		if n := rows[fmt.Sprint(i)]; n != 1 {
			t.Errorf("case %d is there %d times", i, n)
		}
	}
	for name := range exists {
		if strings.HasPrefix(name, "hard_") && !named[name] {
			t.Errorf("%s is not in the table", name)
		}
	}
}

var testFunc = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// testsThatExist returns the scripts and the test functions of this repository.
func testsThatExist(t *testing.T) map[string]bool {
	found := map[string]bool{}
	scripts, err := filepath.Glob("../../testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range scripts {
		found[filepath.Base(path)] = true
	}
	err = filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range testFunc.FindAllStringSubmatch(string(source), -1) {
			found[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
