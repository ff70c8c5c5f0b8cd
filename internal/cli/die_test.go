package cli

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
)

// TestDie runs this test again as a process that dies.
func TestDie(t *testing.T) {
	const variable = "PLAIT_TEST_DIE"
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		os.Exit(dieOf(n))
	}
	for s, killed := range map[syscall.Signal]bool{
		syscall.SIGSEGV: true, syscall.SIGTERM: true, syscall.SIGKILL: true, syscall.SIGPIPE: true,
		syscall.SIGABRT: true, syscall.SIGINT: true, syscall.SIGTRAP: true, 40: true, syscall.SIGURG: false,
	} {
		c := exec.Command(os.Args[0], "-test.run=^TestDie$")
		c.Env = append(os.Environ(), variable+"="+strconv.Itoa(int(s)))
		exit, ok := errors.AsType[*exec.ExitError](c.Run())
		if !ok {
			t.Errorf("%v: no error", s)
			continue
		}
		switch status := exit.Sys().(syscall.WaitStatus); {
		case killed && (!status.Signaled() || status.Signal() != s || status.CoreDump()):
			t.Errorf("%v: ended with %#x", s, status)
		case !killed && status.ExitStatus() != StatusSignalled+int(s):
			t.Errorf("%v, which does not kill: ended with %#x", s, status)
		}
	}
}
