package syscalls

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"plait/arch"
)

// TestWrappers demands a system call for each function of libc whose prototype is said
// to be that of a system call.
func TestWrappers(t *testing.T) {
	wrapper := regexp.MustCompile(`(?m)^.* (\w+)\(system\)`)
	table := For(arch.AMD64, arch.AMD64.Audit)
	paths, _ := filepath.Glob("../proto/data/*/*.conf")
	made, _ := filepath.Glob("../proto/data/generated/*/*.conf")
	paths = append(paths, made...)
	found := 0
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range wrapper.FindAllStringSubmatch(string(text), -1) {
			found++
			nr, ok := table.Number(strings.TrimPrefix(strings.TrimLeft(m[1], "_"), "libc_"))
			if !ok || table.Prototype(nr) == nil {
				t.Errorf("%s: %s is no system call with a prototype", path, m[1])
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d in %v", found, paths)
	}
}
