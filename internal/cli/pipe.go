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
	ended   chan struct{}
	broken  bool // it read no further
}

// OpenPipe starts a command, as popen(3) does.
func OpenPipe(command string) (io.WriteCloser, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p := &pipe{File: w, command: exec.Command("/bin/sh", "-c", command), ended: make(chan struct{})}
	p.command.Stdin, p.command.Stdout, p.command.Stderr = r, os.Stdout, os.Stderr
	// The kernel makes a process the child of the thread that starts it. This
	// goroutine's thread is the tracer, so that it must be another's, and one that
	// does not end: the child would be handed on to the first thread, the tracer.
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.command.Start()
		started <- err
		if err == nil {
			_ = p.command.Wait()
		}
		close(p.ended)
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

// Close ends the command's input and waits until it ends. How it ends is its own
// business, unless the trace was lost by that.
func (p *pipe) Close() error {
	err := p.File.Close()
	<-p.ended
	if state := p.command.ProcessState; state != nil && p.lost(state) {
		return &pipeError{state.String()}
	}
	return err
}

// What a shell exits with if a command can't be run or does not exist.
const (
	shellNoRun    = 126
	shellNotFound = 127
)

// lost tells whether a command that ended so was none, or broke off.
func (p *pipe) lost(state *os.ProcessState) bool {
	switch state.ExitCode() {
	case 0:
		return false
	case shellNoRun, shellNotFound, -1: // a signal
		return true
	}
	return p.broken
}

// A pipeError is a command that did not read the trace.
type pipeError struct{ end string }

func (e *pipeError) Error() string {
	return "the command ended with " + e.end + ": what it has not read of the trace is lost"
}
