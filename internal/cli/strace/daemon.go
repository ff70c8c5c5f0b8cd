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

// With -D the command runs in this very process, as a child of plait's parent. Another
// process traces it, which must not be a child of the command:
//
//	caller -> launcher ..................... execve -> the command
//	            '-> intermediate (exits)        ^
//	                  '-> tracer ---------------'  seizes, then writes to readyFD
//
// All three run plait. Since Go cannot fork, daemonOption tells each what it is.

// daemonOption makes a process the intermediate one (PID) or the tracer (PID,trace)
// of the launcher PID.
const daemonOption = "plait-launcher"

const daemonTraces = ",trace"

// readyFD is the descriptor to which the tracer writes one byte once it has seized
// the launcher.
const readyFD = 3

// The launcher must call execve(2) in its first thread, the one that is seized. Only
// here is the main goroutine sure to run on that thread.
func init() { runtime.LockOSThread() }

// launchedBy parses daemonOption.
func (o *options) launchedBy(g given) error {
	if o.launcher != 0 {
		return g.invalid()
	}
	o.args = o.args[1:] // reexec puts it first
	pid, traces := strings.CutSuffix(g.arg, daemonTraces)
	o.intermediate = !traces
	g.arg = pid
	return g.number(&o.launcher, math.MaxInt32)
}

// execTraced turns this process into the command, traced by another. It returns only
// if that fails.
func (o *options) execTraced(command ptrace.Command) error {
	if _, err := search(o.command[0], os.Getenv("PATH")); err != nil {
		return err
	}
	// The tracer will not be an ancestor, as Yama may want (prctl(2)).
	_ = unix.Prctl(unix.PR_SET_PTRACER, ^uintptr(0), 0, 0, 0)
	if err := o.startDaemon(); err != nil {
		return err
	}
	if err := setUser(command.User); err != nil {
		return err
	}
	return die("exec: %s", cli.Reason(syscall.Exec(ptrace.OwnFile(), command.Argv, command.Env)))
}

// startDaemon starts the tracer and returns once the tracer has seized this process.
func (o *options) startDaemon() error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	err = o.reexec(w, strconv.Itoa(os.Getpid())).Run()
	_ = w.Close()
	if err != nil {
		return fmt.Errorf("start the tracer: %w", err)
	}
	var b [1]byte
	if n, _ := r.Read(b[:]); n == 0 {
		return errReported
	}
	return r.Close()
}

// errReported is the error of a tracer that has reported its reason itself.
var errReported = errors.New("the tracer did not begin")

// reexec returns this program with the same options and daemonOption for the given
// launcher.
func (o *options) reexec(ready *os.File, launcher string) *exec.Cmd {
	c := exec.Command(ptrace.OwnFile())
	c.Args = slices.Concat([]string{os.Args[0], "--as=strace", "--" + daemonOption + "=" + launcher}, o.args)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	c.ExtraFiles = []*os.File{ready} // readyFD
	return c
}

// startTracer starts the tracer. This process, its parent, exits at once, so that no
// process here has to wait for the tracer.
func (o *options) startTracer() error {
	c := o.reexec(os.NewFile(readyFD, "ready"), strconv.Itoa(o.launcher)+daemonTraces)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: o.daemon == 2, Setsid: o.daemon == maxDaemon}
	return c.Start()
}

// ready says that the launcher has been seized.
func ready() {
	f := os.NewFile(readyFD, "ready")
	_, _ = f.Write([]byte{1})
	_ = f.Close()
}

// setUser makes this process run as u.
func setUser(u *ptrace.User) error {
	if u == nil {
		return nil
	}
	groups := make([]int, len(u.Groups))
	for i, g := range u.Groups {
		groups[i] = int(g)
	}
	return errors.Join(syscall.Setgroups(groups), syscall.Setgid(int(u.GID)), syscall.Setuid(int(u.UID)))
}
