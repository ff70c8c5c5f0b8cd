package ltrace

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plait/explain"
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
	to := func(p person, about explain.Question, path string) string {
		return (&walk{person: p, about: about}).to("/", path)
	}
	if got := to(stranger, explain.WhyDenied, file); !strings.HasPrefix(got, closed+" is drwx------, of user ") {
		t.Errorf("closed folder: %s", got)
	}
	if got := to(person{uid: "0"}, explain.WhyDenied, file); !strings.HasPrefix(got, file+" is -rw-r-----, of user ") {
		t.Errorf("file: %s", got)
	}
	if got := to(stranger, explain.WhyDenied, filepath.Join(dir, "none")); !strings.HasPrefix(got, dir+" is ") {
		t.Errorf("no such file: %s", got)
	}
	for name, target := range map[string]string{"link": "closed/file", "dangling": "/nowhere/target", "loop": "loop"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		about      explain.Question
		path, want string
	}{
		{explain.WhyDenied, "link", closed + " is drwx------"},
		{explain.WhyEntry, "none", dir + " is drwxr-xr-x"},
		{explain.WhyEntry, "../" + filepath.Base(dir) + "/none", dir + " is drwxr-xr-x"},
		{explain.WhyMissing, "dangling", dir + "/dangling is a link to /nowhere/target, which is not there"},
		{explain.WhyMissing, "loop", dir + "/loop is a link that leads nowhere"},
		{explain.WhyMissing, "loop/x", dir + "/loop is a link that leads nowhere"},
		{explain.WhyMissing, "none", ""},
		{explain.WhyMissing, "none/x", dir + "/none is not there"},
	} {
		if got := to(stranger, test.about, dir+"/"+test.path); !strings.HasPrefix(got, test.want) || test.want == "" && got != "" {
			t.Errorf("%s: %q, want %q", test.path, got, test.want)
		}
	}
	if got := to(person{}, explain.WhyMissing, file+"/x"); got != file+" is no folder" {
		t.Errorf("a file as a folder: %s", got)
	}
}
