//go:build linux

package ptrace

import (
	"bytes"
	"errors"
	"testing"

	"golang.org/x/sys/unix"
)

// TestWithoutDescriptors reads and writes a tracee, and reads /proc about it, when no
// descriptor is left except the reserve. Memory is read even without that.
func TestWithoutDescriptors(t *testing.T) {
	l, pid := launch(t, "/bin/true")
	info, err := l.Syscall(pid)
	if err != nil {
		t.Fatal(err)
	}
	code := make([]byte, 40)
	if _, err := l.Read(pid, info.IP, code); err != nil {
		t.Fatal(err)
	}
	var fds []int
	defer func() {
		for _, fd := range fds {
			unix.Close(fd)
		}
		run(t, l, Cont)
	}()
	for {
		fd, err := unix.Open("/", unix.O_PATH|unix.O_CLOEXEC, 0)
		if err != nil {
			break
		}
		fds = append(fds, fd)
	}
	for range 3 {
		if maps, err := l.Maps(pid); err != nil || len(maps) == 0 {
			t.Errorf("%d mappings, %v", len(maps), err)
		}
		if tids, err := l.Threads(pid); err != nil || len(tids) != 1 {
			t.Errorf("threads %v, %v", tids, err)
		}
	}
	if len(l.reserve.fds) != reserved {
		t.Errorf("%d in reserve", len(l.reserve.fds))
	}
	fds = append(fds, l.reserve.fds...)
	l.reserve.fds = nil
	if _, err := l.Maps(pid); !errors.Is(err, unix.EMFILE) {
		t.Errorf("without reserve: %v", err)
	}
	for off := range uint64(9) {
		for n := range 20 {
			patch := bytes.Repeat([]byte{0xcc}, n)
			want := bytes.Clone(code)
			copy(want[off:], patch)
			if wrote, err := l.Write(pid, info.IP+off, patch); err != nil || wrote != n {
				t.Fatalf("write: %d, %v", wrote, err)
			}
			got := make([]byte, len(code))
			if _, err := l.peek(pid, info.IP, got); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%d at %d: % x, want % x, %v", n, off, got, want, err)
			}
			if _, err := l.Write(pid, info.IP+off, code[off:int(off)+n]); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n, err := l.Write(pid, 16, code); n != 0 || !errors.Is(err, unix.EIO) {
		t.Errorf("where nothing is: %d, %v", n, err)
	}
}
