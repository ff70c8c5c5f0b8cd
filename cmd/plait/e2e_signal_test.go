package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSignals sends signals while a launched command waits: to the whole group, as a
// terminal does for Ctrl-C, or to plait alone.
func TestSignals(t *testing.T) {
	tests := []struct {
		name   string
		signal syscall.Signal
		group  bool
		status string // "" if the signal must have no effect
		traced string
	}{
		{"ctrl-c", syscall.SIGINT, true, "SIGINT", "--- SIGINT (Interrupt) ---\n"},
		{"ctrl-backslash", syscall.SIGQUIT, true, "SIGQUIT", "--- SIGQUIT (Quit) ---\n"},
		{"terminate plait", syscall.SIGTERM, false, "SIGTERM", "--- SIGTERM (Terminated) ---\n"},
		{"hang up plait", syscall.SIGHUP, false, "SIGHUP", "--- SIGHUP (Hangup) ---\n"},
		{"interrupt plait alone", syscall.SIGINT, false, "", ""},
	}
	build := newBuilder(t)
	program, err := build.compile("gcc", "status.c", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			trace := filepath.Join(t.TempDir(), "trace.txt")
			cmd := startWaiting(t, trace, program)
			signalTo(t, cmd, test.signal, test.group)
			if test.status == "" {
				time.Sleep(100 * time.Millisecond)
				test.status, test.traced = "SIGTERM", "--- SIGTERM (Terminated) ---\n"
				signalTo(t, cmd, syscall.SIGTERM, false)
			}
			if got := statusOf(cmd.Wait()); got != test.status {
				t.Errorf("plait ended with %s, not %s", got, test.status)
			}
			text, err := os.ReadFile(trace)
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(text), "--- SIG"); n != 1 || !strings.Contains(string(text), test.traced) {
				t.Errorf("the trace has %d signals, and is to have %q:\n%s", n, test.traced, text)
			}
		})
	}
}

// startWaiting runs "status wait" under plait, in a group of its own, until it says
// that it waits.
func startWaiting(t *testing.T, trace, program string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "plait", "-o", trace, program, "wait")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stderr = os.Stderr
	cmd.Dir = filepath.Dir(trace)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil || line != "waiting\n" {
		t.Fatalf("the program said %q, %v", line, err)
	}
	return cmd
}

func signalTo(t *testing.T, cmd *exec.Cmd, signal syscall.Signal, group bool) {
	t.Helper()
	pid := cmd.Process.Pid
	if group {
		pid = -pid
	}
	if err := syscall.Kill(pid, signal); err != nil {
		t.Fatal(err)
	}
}
