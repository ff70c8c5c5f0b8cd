package ltrace

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestInspect: what stops somebody else on the way to a file is named, not the file.
func TestInspect(t *testing.T) {
	dir, err := os.MkdirTemp("/tmp", "inspect") // everybody may enter what is around it
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	closed := filepath.Join(dir, "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(closed, "file")
	if err := os.WriteFile(file, nil, 0o640); err != nil {
		t.Fatal(err)
	}
	stranger := person{uid: "64999", groups: []string{"64999"}}
	if got := stranger.inspect(file); !strings.HasPrefix(got, closed+" is drwx------, of user ") {
		t.Errorf("closed folder: %s", got)
	}
	if got := (person{uid: "0"}).inspect(file); !strings.HasPrefix(got, file+" is -rw-r-----, of user ") {
		t.Errorf("file: %s", got)
	}
	if got := stranger.inspect(filepath.Join(dir, "none")); !strings.HasPrefix(got, dir+" is ") {
		t.Errorf("no such file: %s", got)
	}
}
