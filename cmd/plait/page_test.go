package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"plait/internal/cli/clitest"
)

// TestPage opens pages in a browser, as tools/pagetest does, which is a module of its own.
func TestPage(t *testing.T) {
	const dir = "../../tools/pagetest"
	clitest.Need(t, "chromium-headless-shell")
	// The cache of test results sees what this process opens, not what "go test" does.
	files, err := filepath.Glob(dir + "/*")
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %q, %v", dir, files, err)
	}
	for _, file := range files {
		if _, err := os.ReadFile(file); err != nil {
			t.Error(err)
		}
	}
	tests := filepath.Join(t.TempDir(), "pagetest")
	build := exec.Command("go", "test", "-c", "-o", tests, ".")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		if clitest.Required() {
			t.Fatalf("%s: %v\n%s", dir, err, out)
		}
		t.Skipf("%s: %v", dir, err)
	}
	run := exec.Command(tests)
	run.Dir = dir
	if out, err := run.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
