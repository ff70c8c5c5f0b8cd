//go:build linux

package ptrace

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// stops passes each stop of a tracee to see, before the tracee is restarted to its next
// system call. It returns the last one, the tracee's end.
func stops(t *testing.T, l *Linux, see func(Stop, SyscallInfo)) (last Stop) {
	t.Helper()
	for {
		s, err := l.Wait()
		if errors.Is(err, ErrNone) {
			return last
		}
		if err != nil {
			t.Fatal(err)
		}
		last = s
		if s.Kind == Exited || s.Kind == Killed {
			continue
		}
		var info SyscallInfo
		if s.Kind == Syscall {
			if info, err = l.Syscall(s.TID); err != nil {
				t.Fatal(err)
			}
		}
		see(s, info)
		if err := l.Restart(s.TID, Restart{Op: ToSyscall}); err != nil && !errors.Is(err, ErrGone) {
			t.Fatal(err)
		}
	}
}

// launchPreExec launches a command that stops before its execve(2).
func launchPreExec(t *testing.T, l *Linux, argv ...string) int {
	t.Helper()
	t.Cleanup(runtime.UnlockOSThread)
	pid, err := l.Launch(Command{Path: argv[0], Argv: argv, Env: []string{"A=1", "B=2"}, PreExec: true})
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// text returns the string at addr of a tracee.
func text(t *testing.T, l *Linux, tid int, addr uint64) string {
	t.Helper()
	var b []byte
	for c := make([]byte, 1); ; addr++ {
		if _, err := l.Read(tid, addr, c); err != nil {
			t.Fatal(err)
		}
		if c[0] == 0 {
			return string(b)
		}
		b = append(b, c[0])
	}
}

func TestPreExec(t *testing.T) {
	l := New()
	pid := launchPreExec(t, l, "/bin/sh", "-c", `test "$A$B$*" = 12`)
	var first SyscallInfo
	var path, second, env, comm string
	executed := false
	last := stops(t, l, func(s Stop, info SyscallInfo) {
		executed = executed || s.Kind == Exec
		if first.Op != NoSyscall || info.Op != Entry {
			return
		}
		first = info
		comm = l.Comm(pid)
		path = text(t, l, pid, info.Args[0])
		arg, _ := l.readWord(pid, info.Args[1]+8)
		second = text(t, l, pid, arg)
		variable, _ := l.readWord(pid, info.Args[2]+8)
		env = text(t, l, pid, variable)
	})
	if first.Nr != syscall.SYS_EXECVE || path != "/bin/sh" || second != "-c" || env != "B=2" {
		t.Errorf("first call %+v of %q, argument %q, variable %q", first, path, second, env)
	}
	if ours := l.Comm(os.Getpid()); comm != ours {
		t.Errorf("it was called %q, not %q", comm, ours)
	}
	if !executed || last.Status != 0 {
		t.Errorf("executed: %t, last %+v", executed, last)
	}
}

// TestPreExecFails: an execve(2) that the kernel refuses is seen as a call, too, and
// then the process does nothing but end.
func TestPreExecFails(t *testing.T) {
	name := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(name, []byte("#!/nonexistent\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	l := New()
	launchPreExec(t, l, name)
	var calls []uint64
	var result int64
	last := stops(t, l, func(s Stop, info SyscallInfo) {
		switch info.Op {
		case Entry:
			calls = append(calls, info.Nr)
		case Exit:
			result = info.Result
		}
	})
	if len(calls) != 2 || calls[0] != syscall.SYS_EXECVE || result != -int64(syscall.ENOENT) || last.Kind != Exited || last.Status != 1 {
		t.Errorf("calls %d, result %d, last %+v", calls, result, last)
	}
}

// TestTamper changes a program's call into another, sets its result, and sees the
// thread begin to end.
func TestTamper(t *testing.T) {
	const sysChdir, sysGetpid = 80, 39
	l := New()
	l.TraceExit()
	t.Cleanup(runtime.UnlockOSThread)
	pid, err := l.Launch(Command{Path: "/bin/sh", Argv: []string{"sh", "-c", "cd /nonexistent && cd / && exit 5"}})
	if err != nil {
		t.Fatal(err)
	}
	var in uint64
	var results []int64
	exiting := 0
	last := stops(t, l, func(s Stop, info SyscallInfo) {
		switch {
		case s.Kind == Exiting:
			exiting++
		case info.Op == Entry:
			in = info.Nr
			if in == sysChdir && len(results) == 0 {
				err = l.SetCall(pid, sysGetpid)
			}
		case info.Op == Exit && in == sysChdir:
			if len(results) == 0 && info.Result != int64(pid) {
				t.Errorf("getpid instead of chdir returned %d, not %d", info.Result, pid)
			}
			err = errors.Join(err, l.SetResult(pid, 0))
			results = append(results, info.Result)
		}
	})
	if err != nil || len(results) != 2 || last.Status != 5 || exiting != 1 {
		t.Errorf("%v; results %d; %d began to end, last %+v", err, results, exiting, last)
	}
}

func TestMeasureCPU(t *testing.T) {
	l := New()
	l.MeasureCPU()
	t.Cleanup(runtime.UnlockOSThread)
	argv := []string{"dd", "if=/dev/zero", "of=/dev/null", "bs=8M", "count=100", "status=none"}
	if _, err := l.Launch(Command{Path: "/bin/dd", Argv: argv}); err != nil {
		t.Fatal(err)
	}
	var before time.Duration
	last := stops(t, l, func(s Stop, _ SyscallInfo) {
		if s.CPU < before {
			t.Errorf("CPU time went back from %v to %v", before, s.CPU)
		}
		before = s.CPU
	})
	if last.CPU <= 0 {
		t.Error("no CPU time for 800 MB read")
	}
}

func TestInside(t *testing.T) {
	const sysNanosleep = 230 // clock_nanosleep, which nanosleep(3) makes
	l := New()
	t.Cleanup(runtime.UnlockOSThread)
	pid, err := l.Launch(Command{Path: "/bin/sleep", Argv: []string{"sleep", "0.2"}})
	if err != nil {
		t.Fatal(err)
	}
	seen := false
	stops(t, l, func(s Stop, info SyscallInfo) {
		nr, ok := l.BlockedSyscall(pid)
		seen = seen || ok && nr == sysNanosleep && info.Op == Entry
	})
	if !seen {
		t.Error("a sleeping thread was not seen to sleep")
	}
	if _, ok := l.BlockedSyscall(pid); ok {
		t.Error("a thread that is gone is in a call")
	}
}
