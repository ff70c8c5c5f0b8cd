package cli

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// A pipe is a command that reads the trace.
type pipe struct {
	*os.File
	command *exec.Cmd
	exited  chan struct{}
	broken  bool // it stopped reading early
}

// OpenPipe starts a shell command that reads the trace, as popen(3) does. Its Close
// waits until the command exits; the error is a pipeError if that lost the trace.
func OpenPipe(command string) (io.WriteCloser, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p := &pipe{File: w, command: exec.Command("/bin/sh", "-c", command), exited: make(chan struct{})}
	p.command.Stdin, p.command.Stdout, p.command.Stderr = r, os.Stdout, os.Stderr
	// A process is the child of the thread that starts it. This goroutine's thread is
	// the tracer, whose waits would see the child. So another thread starts it, and
	// that thread must live as long: when it exits, the kernel reparents the child to
	// the first thread, the tracer.
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.command.Start()
		started <- err
		if err == nil {
			_ = p.command.Wait()
		}
		close(p.exited)
	}()
	if err = <-started; err != nil {
		_ = w.Close()
	}
	_ = r.Close()
	return p, err
}

// Write passes on a part of the trace.
func (p *pipe) Write(b []byte) (int, error) {
	n, err := p.File.Write(b)
	p.broken = p.broken || errors.Is(err, syscall.EPIPE)
	return n, err
}

// Close ends the command's input and waits until the command exits. Its exit status
// does not matter unless it lost the trace.
func (p *pipe) Close() error {
	err := p.File.Close()
	<-p.exited
	if state := p.command.ProcessState; state != nil && p.traceLost(state) {
		return &pipeError{state.String()}
	}
	return err
}

// Exit statuses of a shell for a command that can't be run or does not exist.
const (
	shellNoRun    = 126
	shellNotFound = 127
)

// traceLost reports whether the command could not be run or stopped reading early.
func (p *pipe) traceLost(state *os.ProcessState) bool {
	switch state.ExitCode() {
	case 0:
		return false
	case shellNoRun, shellNotFound, -1: // a signal
		return true
	}
	return p.broken
}

// A pipeError is the end of a command that did not read the whole trace.
type pipeError struct{ end string }

func (e *pipeError) Error() string {
	return "the command ended with " + e.end + ": what it has not read of the trace is lost"
}
