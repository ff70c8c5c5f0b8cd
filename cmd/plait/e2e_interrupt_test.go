package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// TestInterruptedWhilePlanting attaches to a program with 200,000 call sites. plait
// must have attached soon. Interrupted, it must exit soon, whatever it is doing, and
// leave the program unharmed.
func TestInterruptedWhilePlanting(t *testing.T) {
	build := newBuilder(t)
	program, err := build.compile("gcc", "manycalls.c", []string{"-O1", "-fno-builtin", "-fno-plt"})
	if err != nil {
		t.Fatal(err)
	}
	p := startReady(t, program)
	trace := filepath.Join(t.TempDir(), "trace.txt")
	for i := range 12 {
		signal := []syscall.Signal{syscall.SIGINT, syscall.SIGTERM}[i%2]
		leave(t, p.cmd.Process.Pid, trace, signal, func() { time.Sleep(time.Duration(i) * 25 * time.Millisecond) })
	}
	begun := time.Now()
	worked := leave(t, p.cmd.Process.Pid, trace, syscall.SIGINT, func() {
		for !bytes.Contains(contentOf(trace), []byte("usleep(1000)")) && time.Since(begun) < patience {
			time.Sleep(5 * time.Millisecond)
		}
	})
	if worked > 2*time.Second {
		t.Errorf("the first call was seen and plait was gone after %v of work", worked)
	}
	p.end(t)
}

// leave attaches plait to a process, waits, and makes plait detach. It returns the
// processor time that plait has taken.
func leave(t *testing.T, pid int, trace string, signal syscall.Signal, wait func()) time.Duration {
	t.Helper()
	os.Remove(trace)
	cmd := exec.CommandContext(t.Context(), "plait", "-e", "*", "-o", trace, "-p", strconv.Itoa(pid))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	wait()
	begun := time.Now()
	if err := cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	if took := time.Since(begun); took > time.Second {
		t.Errorf("plait was gone %v after %v", took, signal)
	} else {
		t.Logf("plait was gone %v after %v", took, signal)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// contentOf returns the content of a file, nothing if the file does not exist yet.
func contentOf(path string) []byte {
	text, _ := os.ReadFile(path)
	return text
}

// A steady program runs until SIGUSR1, and then says whether all was well.
type steady struct {
	cmd *exec.Cmd
	out *bufio.Reader
}

func startReady(t *testing.T, program string, args ...string) steady {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out := bufio.NewReader(stdout)
	if line, err := out.ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("the program said %q, %v", line, err)
	}
	return steady{cmd, out}
}

func (p steady) end(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	line, _ := p.out.ReadString('\n')
	if err := p.cmd.Wait(); err != nil || line != "ended well: yes\n" {
		t.Errorf("the program said %q and ended with %v", line, err)
	}
}

// TestInterruptedByForgedLinkMap does the same to a program whose link map has 16,000
// entries over the C library.
func TestInterruptedByForgedLinkMap(t *testing.T) {
	build := newBuilder(t)
	program, err := build.compile("gcc", "forgedmap.c", []string{"-O1", "-fno-builtin"})
	if err != nil {
		t.Fatal(err)
	}
	p := startReady(t, program, "many", "16000", "wait")
	trace := filepath.Join(t.TempDir(), "trace.txt")
	for i := range 6 {
		signal := []syscall.Signal{syscall.SIGINT, syscall.SIGTERM}[i%2]
		leave(t, p.cmd.Process.Pid, trace, signal, func() { time.Sleep(time.Duration(i) * 30 * time.Millisecond) })
	}
	p.end(t)
}
