package main

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"plait/output/text"
	"plait/ptrace"
)

// TestSearch has execvp(3)'s rules, and a shell's status where it finds nothing.
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
		{"tool", "one", "", syscall.EACCES, statusNoRun},
		{"data", "one:two", "", syscall.EACCES, statusNoRun},
		{"dir", "two", "", syscall.EISDIR, statusNoRun},
		{"nosuch", "one:two", "", syscall.ENOENT, statusNotFound},
		{"nosuch", "", "", syscall.ENOENT, statusNotFound},
		{"./nosuch", "two", "./nosuch", syscall.ENOENT, statusNotFound},
		{"here/x", "", "here/x", syscall.ENOTDIR, statusNoRun},
		{"one/data", "", "one/data", syscall.EACCES, statusNoRun},
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

// TestLaunchError tells a missing file from a missing interpreter.
func TestLaunchError(t *testing.T) {
	script := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(script, []byte("#!/no/such/shell\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	err := launchError(ptrace.Command{Path: script}, syscall.ENOENT)
	if want := script + ": its interpreter: No such file or directory"; reason(err) != want {
		t.Errorf("%s, want %s", reason(err), want)
	}
	err = launchError(ptrace.Command{Path: "/no/file"}, syscall.ENOENT)
	if want := "/no/file: No such file or directory"; reason(err) != want {
		t.Errorf("%s, want %s", reason(err), want)
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

// TestMessages: what is said is one line, and harmless.
func TestMessages(t *testing.T) {
	var out strings.Builder
	u := &ui{&out, "plait"}
	if status := u.fail(usageError{what: "-z", why: "\x1b[2J\n", hint: "try -h"}); status != statusUsage {
		t.Errorf("status %d", status)
	}
	if want := "plait: -z: ?[2J?\nplait: hint: try -h\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
	if status := u.fail(nil); status != 0 {
		t.Errorf("no error: status %d", status)
	}
}

func TestLook(t *testing.T) {
	t.Setenv("COLUMNS", "100")
	for line, want := range map[string]text.Options{
		"ls":                       {Align: 62, Threads: text.Bracketed},
		"-a 3 -o x ls":             {Align: 3, Threads: text.Unnamed},
		"-a 3 -f -o x ls":          {Align: 3, Threads: text.Numbered},
		"-a 3 -o x -p 1":           {Align: 3, Threads: text.Numbered},
		"-a 3 -e f ls":             {Align: 3, Threads: text.Bracketed, From: true},
		"-a 3 -l f ls":             {Align: 3, Threads: text.Bracketed, From: true},
		"-a 3 -x f ls":             {Align: 3, Threads: text.Bracketed},
		"-a 3 -tt -CTib -n2 ls":    {Align: 3, Threads: text.Bracketed, Clock: text.Micros, Demangle: true, Elapsed: true, IP: true, NoSignals: true, Indent: 2},
		"-a 3 -C --no-demangle ls": {Align: 3, Threads: text.Bracketed},
		"-a 3 --versions ls":       {Align: 3, Threads: text.Bracketed, Versions: true},
		"-a 3 --as ltrace ls":      {Align: 3, Threads: text.Bracketed, NoErrno: true},
		"-a 3 -r ls":               {Align: 3, Threads: text.Bracketed, Clock: text.Relative},
		"-a 3 -t ls":               {Align: 3, Threads: text.Bracketed, Clock: text.Seconds},
		"-a 3 -ttt ls":             {Align: 3, Threads: text.Bracketed, Clock: text.UnixEpoch},
		"-a 3 --color=always ls":   {Align: 3, Threads: text.Bracketed, Color: true},
		"-a 3 --utf8=always ls":    {Align: 3, Threads: text.Bracketed, UTF8: true},
	} {
		t.Setenv("LC_ALL", "C")
		o, err := parseOptions(strings.Fields(line))
		if err != nil {
			t.Fatal(err)
		}
		var w strings.Builder
		if got := lookOf(o, &w, &w, &w); !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", line, got, want)
		}
	}
}

func TestLocale(t *testing.T) {
	for name, want := range map[string]bool{
		"C": false, "": false, "C.UTF-8": true, "de_DE.utf8@euro": true, "de_DE.ISO-8859-1": false,
	} {
		if got := isUTF8(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
