package ltrace

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"plait/internal/cli"
	"plait/ptrace"
)

// TestSearch follows execvp(3)'s rules, and a shell's status if nothing is found.
func TestSearch(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	put := func(name string, mode os.FileMode) {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, mode); err != nil {
			t.Fatal(err)
		}
	}
	put("one/tool", 0o644)
	put("two/tool", 0o755)
	put("here", 0o755)
	put("one/data", 0o644)
	if err := os.Mkdir("two/dir", 0o777); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, path, want string
		err              error
		status           int
	}{
		{"tool", "one:two", "two/tool", nil, 0},
		{"tool", "two:one", "two/tool", nil, 0},
		{"tool", "nowhere:here:two", "two/tool", nil, 0},
		{"here", "one::two", "./here", nil, 0},
		{"./two/tool", "", "./two/tool", nil, 0},
		{"tool", "one", "", syscall.EACCES, cli.StatusNoRun},
		{"data", "one:two", "", syscall.EACCES, cli.StatusNoRun},
		{"dir", "two", "", syscall.EISDIR, cli.StatusNoRun},
		{"nosuch", "one:two", "", syscall.ENOENT, cli.StatusNotFound},
		{"nosuch", "", "", syscall.ENOENT, cli.StatusNotFound},
		{"./nosuch", "two", "./nosuch", syscall.ENOENT, cli.StatusNotFound},
		{"here/x", "", "here/x", syscall.ENOTDIR, cli.StatusNoRun},
		{"one/data", "", "one/data", syscall.EACCES, cli.StatusNoRun},
	}
	for _, test := range tests {
		got, err := search(test.name, test.path)
		if got != test.want || !errors.Is(err, test.err) {
			t.Errorf("search(%q, %q) = %q, %v, want %q, %v", test.name, test.path, got, err, test.want, test.err)
		}
		if run, ok := errors.AsType[runError](err); ok && run.status() != test.status {
			t.Errorf("search(%q, %q): status %d, want %d", test.name, test.path, run.status(), test.status)
		}
	}
}

// TestLaunchError distinguishes a missing file from a missing interpreter.
func TestLaunchError(t *testing.T) {
	script := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(script, []byte("#!/no/such/shell\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	err := launchError(ptrace.Command{Path: script}, syscall.ENOENT)
	if want := script + ": its interpreter: No such file or directory"; cli.Reason(err) != want {
		t.Errorf("%s, want %s", cli.Reason(err), want)
	}
	err = launchError(ptrace.Command{Path: "/no/file"}, syscall.ENOENT)
	if want := "/no/file: No such file or directory"; cli.Reason(err) != want {
		t.Errorf("%s, want %s", cli.Reason(err), want)
	}
}

func TestCredential(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	c, err := credentialOf("root")
	if err != nil || c.UID != 0 || c.GID != 0 || len(c.Groups) == 0 {
		t.Errorf("root: %+v, %v", c, err)
	}
	if _, err := credentialOf("no such user"); err == nil {
		t.Error("a user that does not exist has credentials")
	}
}
