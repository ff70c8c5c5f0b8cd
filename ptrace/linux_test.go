//go:build linux

package ptrace

import (
	"errors"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// run restarts everything until no tracee is left and returns what was seen.
func run(t *testing.T, l *Linux, op RestartOp) (kinds map[StopKind]int, last Stop) {
	t.Helper()
	kinds = map[StopKind]int{}
	for {
		s, err := l.Wait()
		if errors.Is(err, ErrNone) {
			return kinds, last
		}
		if err != nil {
			t.Fatal(err)
		}
		kinds[s.Kind]++
		last = s
		if s.Kind == Exited || s.Kind == Killed {
			continue
		}
		how := Restart{Op: op}
		if s.Kind == SignalDelivery {
			how.Signal = s.Signal
		}
		if s.Kind == Group {
			how.Op = Listen
		}
		if err := l.Restart(s.TID, how); err != nil && !errors.Is(err, ErrGone) {
			t.Fatal(err)
		}
	}
}

// newLinux returns a Linux. The thread is as before at the end of the test.
func newLinux(t *testing.T) *Linux {
	t.Helper()
	l := New()
	t.Cleanup(func() {
		setMask(l.mask)
		runtime.UnlockOSThread()
	})
	return l
}

func launch(t *testing.T, argv ...string) (*Linux, int) {
	t.Helper()
	l := newLinux(t)
	pid, err := l.Launch(Command{Path: argv[0], Argv: argv, Env: os.Environ()})
	if err != nil {
		t.Fatal(err)
	}
	return l, pid
}

func TestLaunchRunsToTheEnd(t *testing.T) {
	l, pid := launch(t, "/bin/sh", "-c", "exit 7")
	kinds, last := run(t, l, ToSyscall)
	if last.TID != pid || last.Kind != Exited || last.Status != 7 {
		t.Errorf("last stop %+v", last)
	}
	if kinds[Syscall] < 20 || kinds[SignalDelivery] != 0 {
		t.Errorf("stops %v: launching must leave no signal behind", kinds)
	}
}

func TestGroupStop(t *testing.T) {
	l, pid := launch(t, "/bin/sh", "-c", "kill -STOP $$; exit 3")
	go func() {
		time.Sleep(200 * time.Millisecond)
		syscall.Kill(pid, syscall.SIGCONT)
	}()
	kinds, last := run(t, l, Cont)
	if kinds[Group] != 1 || last.Status != 3 {
		t.Errorf("stops %v, last %+v", kinds, last)
	}
}

func TestLaunchErrors(t *testing.T) {
	l := New()
	defer runtime.UnlockOSThread()
	for path, want := range map[string]error{"/nonexistent": syscall.ENOENT, "/etc/passwd": syscall.EACCES} {
		if _, err := l.Launch(Command{Path: path, Argv: []string{path}}); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
}

func TestMemory(t *testing.T) {
	l, pid := launch(t, "/bin/true")
	aux, err := l.Auxv(pid)
	if err != nil || aux.Entry == 0 || aux.Base == 0 || aux.VDSO == 0 {
		t.Fatalf("auxv %+v: %v", aux, err)
	}
	var b, again [8]byte
	if _, err := l.Read(pid, aux.Entry, b[:]); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Write(pid, aux.Entry, []byte{0xcc}); err != nil {
		t.Fatalf("write read-only text: %v", err)
	}
	if n, err := l.ReadParts(pid, []Part{{aux.Entry, again[:]}, {16, make([]byte, 8)}}); n != 8 || err != nil {
		t.Errorf("read two pieces, the second unmapped: %d, %v", n, err)
	}
	if again[0] != 0xcc || again[1] != b[1] {
		t.Errorf("wrote cc over %x, read %x", b, again)
	}
	if _, err := l.Read(pid, 16, b[:]); err == nil {
		t.Error("read unmapped memory")
	}
	l.Write(pid, aux.Entry, b[:1])
	run(t, l, Cont)
}

func TestWake(t *testing.T) {
	l, _ := launch(t, "/bin/sleep", "0.5")
	woken := false
	go func() {
		time.Sleep(100 * time.Millisecond)
		l.Wake()
	}()
	for {
		s, err := l.Wait()
		if errors.Is(err, ErrNone) {
			break
		}
		if errors.Is(err, ErrWoken) {
			woken = true
			continue
		}
		l.Restart(s.TID, Restart{Signal: s.Signal})
	}
	if !woken {
		t.Error("Wake did not end the wait")
	}
}

// TestNewerReport: a report may be noted while its tracee can still be killed, or be
// replaced by another thread's execve. Then it gives way to the newer report. The
// tracer still hears of births and new images, but restarts nothing.
func TestNewerReport(t *testing.T) {
	l, pid := launch(t, "/bin/sh", "-c", "exit 3")
	next := func() Stop {
		t.Helper()
		s, err := l.Wait()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	again := func(s Stop, want error) {
		t.Helper()
		if err := l.Restart(s.TID, Restart{Op: ToSyscall}); !errors.Is(err, want) {
			t.Fatalf("restart: %v, want %v", err, want)
		}
	}
	again(next(), nil)
	for _, old := range []StopKind{SignalDelivery, Clone} {
		newer := next()
		again(newer, nil)
		l.pending = []Stop{{TID: pid, Kind: old}}
		for stopped := false; !stopped; time.Sleep(time.Millisecond) {
			info, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
			if err != nil {
				t.Fatal(err)
			}
			stopped = strings.Contains(string(info), ") t ")
		}
		s := next()
		if old == Clone {
			if s.Kind != Clone {
				t.Errorf("got %+v, want the birth first", s)
			}
			again(s, ErrGone)
			s = next()
		}
		if s.Kind != Syscall {
			t.Errorf("got %+v, want a stop at a system call", s)
		}
		again(s, nil)
	}
	if _, last := run(t, l, Cont); last.Status != 3 {
		t.Errorf("last stop %+v", last)
	}
}
