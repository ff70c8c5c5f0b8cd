package strace

import (
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"plait/internal/cli"
	"plait/ptrace"
)

// With -D the command is to be this very process, the child of whoever called
// us, and another process traces it that is no child of the command's:
//
//	caller -> launcher ..................... execve -> the command
//	            '-> middle (ends at once)       ^
//	                  '-> tracer (an orphan) ---'  seizes, then says so
//
// All three are plait. Go cannot fork: they are told apart by daemonOption.

// daemonOption tells a process that it is the middle one (PID) or the tracer
// (PID,trace) for the launcher PID.
const daemonOption = "plait-launcher"

const daemonTraces = ",trace"

// readyFD is where the tracer says that it has seized the launcher: one byte.
const readyFD = 3

// The launcher ends in an execve(2) of its first thread, the one that is seized.
// Only at this point is the main goroutine sure to be on that.
func init() { runtime.LockOSThread() }

// launchedBy reads daemonOption.
func (o *options) launchedBy(g given) error {
	if o.launcher != 0 {
		return g.invalid()
	}
	o.args = o.args[1:] // it comes first
	pid, traces := strings.CutSuffix(g.arg, daemonTraces)
	o.middle = !traces
	g.arg = pid
	return g.number(&o.launcher, math.MaxInt32)
}

// become makes this process the command, traced by another. It returns only if
// that fails.
func (o *options) become(command ptrace.Command) error {
	if _, err := search(o.command[0], os.Getenv("PATH")); err != nil {
		return err
	}
	// The tracer will not be an ancestor, as Yama may want (prctl(2)).
	_ = unix.Prctl(unix.PR_SET_PTRACER, ^uintptr(0), 0, 0, 0)
	if err := o.startDaemon(); err != nil {
		return err
	}
	if err := assume(command.User); err != nil {
		return err
	}
	return die("exec: %s", cli.Reason(syscall.Exec(ptrace.OwnFile(), command.Argv, command.Env)))
}

// startDaemon starts the tracer and returns when it has seized this process.
func (o *options) startDaemon() error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	err = o.self(w, strconv.Itoa(os.Getpid())).Run()
	_ = w.Close()
	if err != nil {
		return fmt.Errorf("start the tracer: %w", err)
	}
	var b [1]byte
	if n, _ := r.Read(b[:]); n == 0 {
		return errUntold
	}
	return r.Close()
}

// errUntold is a failure that another process has told of.
var errUntold = errors.New("the tracer did not begin")

// self is this program with the same options once more, for the launcher that is
// named.
func (o *options) self(ready *os.File, launcher string) *exec.Cmd {
	c := exec.Command(ptrace.OwnFile())
	c.Args = slices.Concat([]string{os.Args[0], "--as=strace", "--" + daemonOption + "=" + launcher}, o.args)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	c.ExtraFiles = []*os.File{ready} // readyFD
	return c
}

// orphan starts the tracer. This process ends at once, so that nobody will wait
// for that.
func (o *options) orphan() error {
	c := o.self(os.NewFile(readyFD, "ready"), strconv.Itoa(o.launcher)+daemonTraces)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: o.daemon == 2, Setsid: o.daemon == maxDaemon}
	return c.Start()
}

// ready says that the launcher is seized.
func ready() {
	f := os.NewFile(readyFD, "ready")
	_, _ = f.Write([]byte{1})
	_ = f.Close()
}

// assume makes this process u's.
func assume(u *ptrace.User) error {
	if u == nil {
		return nil
	}
	groups := make([]int, len(u.Groups))
	for i, g := range u.Groups {
		groups[i] = int(g)
	}
	return errors.Join(syscall.Setgroups(groups), syscall.Setgid(int(u.GID)), syscall.Setuid(int(u.UID)))
}
