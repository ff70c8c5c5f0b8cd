package strace

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"

	"plait/internal/cli"
	"plait/ptrace"
	"plait/tracer"
)

// trace launches, attaches and waits for the end. The status is 0 if the tracing went
// well.
func (o *options) trace(t *tracer.Tracer, command ptrace.Command, m *messages, in *interruption) int {
	if len(o.command) > 0 {
		if err := o.launch(t, command); err != nil {
			return fail(o.ui, err)
		}
		if command.PID != 0 {
			m.sayAttached(command.PID)
		}
		in.command = t.Launched()
	}
	attached := o.attachAll(t, m)
	if len(o.command) == 0 && attached == 0 {
		return cli.StatusUsage
	}
	if err := t.Run(); err != nil {
		if _, ok := errors.AsType[*tracer.Fault](err); ok {
			return o.ui.Fail(err)
		}
		return fail(o.ui, err)
	}
	return 0
}

func (o *options) launch(t *tracer.Tracer, command ptrace.Command) error {
	var err error
	if command.Path, err = search(o.command[0], os.Getenv("PATH")); err != nil {
		return err
	}
	err = t.Launch(command)
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return die("exec: %s", cli.Reason(errno))
	}
	return err
}

// attachAll attaches to the processes of -p, and returns how many it could attach to.
func (o *options) attachAll(t *tracer.Tracer, m *messages) int {
	attached := 0
	for _, pid := range o.pids {
		if err := t.Attach(pid); err != nil {
			o.reportAttachError(pid, err)
			continue
		}
		attached++
		m.sayAttached(pid)
	}
	return attached
}

// reportAttachError says why a process was not attached to and, where that can be
// found out, which of the kernel's rules forbids it.
func (o *options) reportAttachError(pid int, err error) {
	err = cli.ErrnoOf(err)
	o.ui.Say("attach: ptrace(PTRACE_SEIZE, %d): %s", pid, cli.Reason(err))
	if !errors.Is(err, syscall.EPERM) {
		return
	}
	status := statusFile(pid)
	scope, _ := os.ReadFile("/proc/sys/kernel/yama/ptrace_scope")
	switch tracer := status["TracerPid"]; {
	case tracer != "" && tracer != "0":
		o.ui.Say("attach: Process %d is already being traced by pid %s", pid, tracer)
	case os.Geteuid() != 0 && !owned(status):
		o.ui.Say("attach: process %d may be owned by a different user", pid)
	case len(scope) > 0 && scope[0] != '0':
		o.ui.Say("attach: sysctl kernel.yama.ptrace_scope = %s may be restricting this attach", strings.TrimSpace(string(scope)))
	}
}

// statusFile reads /proc/PID/status: the first word of each field.
func statusFile(pid int) map[string]string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	fields := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if name, rest, ok := strings.Cut(line, ":"); ok {
			if words := strings.Fields(rest); len(words) > 0 {
				fields[name] = words[0]
			}
		}
	}
	return fields
}

func owned(status map[string]string) bool { return status["Uid"] == fmt.Sprint(os.Getuid()) }

func ownPID() int { return os.Getpid() }

// An interruption is the signal that ended the tracing, and the command that is to
// get it, too.
type interruption struct {
	tracer  atomic.Pointer[tracer.Tracer] // nil: nothing is traced yet, and a signal ends plait
	signal  atomic.Int32                  // 0: none so far
	command int
}

// forward sends the signal to the command after its stop for detaching was requested,
// so that the command's call is shown as unfinished, not as ended by the signal.
func (in *interruption) forward() {
	s := syscall.Signal(in.signal.Load())
	if s == 0 || in.command == 0 {
		return
	}
	_ = unix.Kill(in.command, unix.SIGCONT)
	_ = unix.Kill(in.command, s)
}

// watch handles the signals that end the tracing, by the rules of -I. The command
// gets the signal, too, everything is detached, and in the end this process dies by
// it. No signal is missed once heard has returned.
func (o *options) watch(in *interruption) (heard func()) {
	return cli.Watch(o.takenSignals(), func(s syscall.Signal) { o.handleSignal(in, s) })
}

// takenSignals are the signals that would end this process. As strace does, it
// handles them even if they were ignored when it started.
func (o *options) takenSignals() []os.Signal {
	all := []os.Signal{syscall.SIGPIPE, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP}
	if o.interruptLevel() == interruptNeverTSTP {
		all = append(all, syscall.SIGTSTP)
	}
	return all
}

// interruptLevel is the argument of -I, or its default.
func (o *options) interruptLevel() int {
	switch {
	case o.interruptible != 0:
		return o.interruptible
	case o.launcher != 0:
		return interruptNeverTSTP
	case o.outputSet && len(o.command) > 0:
		return interruptNever
	}
	return interruptWaiting
}

func (o *options) handleSignal(in *interruption, s syscall.Signal) {
	if s == syscall.SIGPIPE || s == syscall.SIGTSTP || o.interruptLevel() >= interruptNever && !o.ui.Waiting() {
		return
	}
	t := in.tracer.Load()
	if t == nil {
		cli.Die(s)
		return
	}
	o.ui.RequestExit(false)
	if in.signal.CompareAndSwap(0, int32(s)) {
		t.Interrupt()
		o.ui.Hurry()
	}
}

// status returns how the command ended or, if a signal ended the tracing, that
// signal, by which this process dies.
func (in *interruption) status(command tracer.Status) tracer.Status {
	if s := int(in.signal.Load()); s != 0 {
		return tracer.Status{Signal: s}
	}
	return command
}
