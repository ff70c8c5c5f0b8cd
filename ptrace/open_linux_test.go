//go:build linux

package ptrace

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestOpen opens only regular files, and does not wait.
func TestOpen(t *testing.T) {
	dir := t.TempDir()
	pipe, file, link, loop := filepath.Join(dir, "pipe"), filepath.Join(dir, "file"), filepath.Join(dir, "link"), filepath.Join(dir, "loop")
	if err := errors.Join(unix.Mkfifo(pipe, 0o600), os.WriteFile(file, []byte("text"), 0o600),
		os.Symlink(pipe, link), os.Symlink(loop, loop)); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		path string
		want error
	}{
		{file, nil}, {pipe, errNotRegular}, {link, errNotRegular}, {dir, errNotRegular}, {loop, unix.ELOOP},
		{"/dev/null", errNotRegular}, {"/dev/tty", errNotRegular}, {"/dev/ptmx", errNotRegular},
		{"/proc/self/maps", errNotStored}, {"/proc/kmsg", errNotStored}, {"/sys/kernel/mm/transparent_hugepage/enabled", errNotStored},
		{filepath.Join(dir, "none"), fs.ErrNotExist}, {"", fs.ErrNotExist}, {"a\x00b", unix.EINVAL},
	} {
		begun := time.Now()
		f, _, err := Open(test.path)
		if took := time.Since(begun); took > time.Second {
			t.Errorf("%s: %v", test.path, took)
		}
		if test.want != nil && errors.Is(err, fs.ErrNotExist) && test.path != "" && test.path[0] == '/' {
			continue // no such thing on this system
		}
		if !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.path, err, test.want)
		}
		f.Close()
	}
}

// TestOpenAgain finds a file to be the same as before as long as nothing about it
// changes, and trusts it as long as no other user can change it.
func TestOpenAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	states := map[Identity]bool{}
	for i, change := range []func() error{
		func() error { return os.WriteFile(file, []byte("text"), 0o600) },
		func() error { return os.WriteFile(file, []byte("more text"), 0o600) },
		func() error { return os.Chtimes(file, time.Time{}, time.Unix(1, 0)) },
		func() error { return os.Chmod(file, 0o622) },
	} {
		if err := change(); err != nil {
			t.Fatal(err)
		}
		f, id, err := Open(file)
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		if g, again, err := Open(file); err != nil || again != id {
			t.Errorf("%d: %v, then %v, %v", i, id, again, err)
		} else {
			g.Close()
		}
		if states[id] || id.Trusted != (i < 3) {
			t.Errorf("%d: %v", i, id)
		}
		states[id] = true
	}
}
