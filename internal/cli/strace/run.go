package strace

import (
	"cmp"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"plait/dump"
	"plait/event"
	"plait/filter"
	"plait/internal/cli"
	"plait/output"
	"plait/procinfo"
	"plait/proto"
	"plait/proto/decode"
	"plait/ptrace"
	"plait/tracer"
)

// callName returns how the user calls this program, for the hint at -h.
func callName() string {
	if filepath.Base(os.Args[0]) == "strace" {
		return os.Args[0]
	}
	return os.Args[0] + " --as strace"
}

// Run runs plait with strace's command line. It returns the exit status.
func Run(args []string, crash *cli.Crash, stdout, stderr io.Writer) int {
	u := cli.NewUI(stderr, os.Args[0])
	o, err := parse(args, u)
	if err == nil && o.version > 0 {
		_, err = io.WriteString(stdout, versionText(o.version))
		return fail(u, err)
	}
	if errors.Is(err, errHelp) {
		_, err = io.WriteString(stdout, helpText())
		return fail(u, err)
	}
	if err == nil {
		err = o.check()
	}
	if err != nil {
		return fail(u, err)
	}
	if o.replay != "" {
		return o.play(stdout)
	}
	return o.run(crash, stderr)
}

// fail reports an error as strace does, and returns the exit status.
func fail(u *cli.UI, err error) int {
	if err == nil {
		return 0
	}
	if !errors.Is(err, errReported) {
		u.Say("%s", cli.Reason(err))
	}
	if e, ok := errors.AsType[fatalError](err); ok && e.suggestHelp {
		u.Print("Try '" + callName() + " -h' for more information.\n")
	}
	return cli.StatusUsage
}

// run traces, and returns the exit status.
func (o *options) run(crash *cli.Crash, stderr io.Writer) int {
	command, err := o.prepare()
	if err != nil {
		return fail(o.ui, err)
	}
	switch {
	case o.launcher != 0 && o.intermediate:
		return fail(o.ui, o.startTracer())
	case o.launcher != 0:
		unix.CloseOnExec(readyFD)
		command.PID, command.Ready = o.launcher, ready
	case o.daemon > 0:
		return fail(o.ui, o.execTraced(command))
	}
	if err := cli.CheckLimits(); err != nil {
		return o.ui.Fail(err)
	}
	in := &interruption{}
	heard := o.watch(in)
	database, problems := proto.Open(proto.Options{})
	o.ui.SayAll(problems)
	kernel := ptrace.New()
	o.ui.SetWake(kernel.Wake)
	out, err := o.outputs(stderr)
	if err != nil {
		return fail(o.ui, err)
	}
	messages := newMessages(out.Sink, o)
	out.Sink = messages
	config := o.config(cli.Debug(kernel, o.ui, o.debugMask()), o.steady(out), database)
	config.Detaching = in.forward
	t := tracer.New(config)
	crash.SetTracer(t, o.ui)
	in.tracer.Store(t)
	heard()
	status := o.trace(t, command, messages, in)
	lost := false
	settled := o.ui.Finish(t, func() int {
		t.Save()
		o.ui.TraceEnded()
		closed := out.Close()
		o.ui.Print(o.tips.text())
		err := out.Settle(o.ui, closed)
		_, lost = errors.AsType[*output.LostError](err)
		return statusOf(err)
	})
	if lost {
		return settled
	}
	return crash.Exit(in.status(t.Status()), cmp.Or(status, settled))
}

// statusOf returns the exit status for an error of the trace's end, 0 if there is none.
func statusOf(err error) int {
	if err != nil {
		return cli.StatusUsage
	}
	return 0
}

// config returns the configuration of the tracer.
func (o *options) config(k tracer.Kernel, sink event.Sink, database *proto.Database) tracer.Config {
	c := tracer.Config{
		Kernel:         k,
		Sink:           sink,
		Prototypes:     database,
		Limits:         decode.Limits{String: cli.Limit(o.recordedStrings(), true)},
		Library:        filter.Choice{NoDefault: true},
		Syscalls:       true,
		Lone:           o.follow == 0,
		DetachLaunched: true,
		Calls:          o.calls,
		Signals:        o.signals,
		Follow:         o.follow > 0,
		DetachOnExec:   o.detachOnExec,
		ShowExec:       true,
		Abbrev:         o.abbrev,
		Verbose:        o.verbose,
		Raw:            o.raw,
		Dumps:          dump.Wanted{Read: o.read, Write: o.write},
		Files:          filter.Files{Paths: o.paths, FDs: o.fds},
		Injections:     o.injections,
		CallLimit:      o.limit,
		Descriptors:    descriptorsOf(o.recordedDecoding()),
		PIDs:           procinfo.PIDs{Comm: o.comm, PIDNS: o.pidns, Typed: o.record != ""},
		CPU:            o.counting() && !o.wall,
		Endings:        true,
		Comm:           o.comm,
		Modes:          o.quiet&quietPersonality == 0,
		Namespaces:     o.namespaces,
	}
	if o.hide != 0 {
		c.Counts = func(r *event.Return) bool { return r.Status()&o.hide == 0 }
	}
	if o.stack {
		c.StackFrames, c.StackSource = o.frames, o.stackSource
	}
	return c
}

func descriptorsOf(d decoding) procinfo.Descriptors {
	return procinfo.Descriptors{
		Paths:     d&decodePath != 0,
		Sockets:   d&decodeSocket != 0,
		Devices:   d&decodeDevice != 0,
		Eventfds:  d&decodeEventfd != 0,
		Pidfds:    d&decodePidfd != 0,
		Signalfds: d&decodeSignalfd != 0,
	}
}

// debugMask returns what -d shows, as a mask for cli.Debug.
func (o *options) debugMask() uint64 {
	if o.debug {
		return cli.DebugAll
	}
	return 0
}

// prepare returns the command without the path of its program.
func (o *options) prepare() (ptrace.Command, error) {
	o.resolvePaths()
	c := ptrace.Command{Argv: o.command, Env: environment(os.Environ(), o.env)}
	if o.argv0Set {
		c.Argv = append([]string{o.argv0}, o.command[1:]...)
	}
	if !o.userSet {
		return c, nil
	}
	user, err := o.credential()
	c.User = user
	return c, err
}

// environment applies the changes of -E to env: VAR=VALUE sets, VAR alone removes.
func environment(env, changes []string) []string {
	for _, change := range changes {
		name, _, set := strings.Cut(change, "=")
		var kept []string
		for _, v := range env {
			if !strings.HasPrefix(v, name+"=") {
				kept = append(kept, v)
			} else if set {
				kept, set = append(kept, change), false // in its place
			}
		}
		if set {
			kept = append(kept, change)
		}
		env = kept
	}
	return env
}

// resolvePaths adds to each path of -P the path that it resolves to, if that differs.
func (o *options) resolvePaths() {
	for _, path := range o.paths {
		full, err := filepath.EvalSymlinks(path)
		if err == nil {
			full, err = filepath.Abs(full)
		}
		if err != nil || path == "" || full == path {
			continue
		}
		if !o.quietPaths {
			o.ui.Say(`Requested path "%s" resolved into "%s"`, path, full)
		}
		o.paths = append(o.paths, full)
	}
}
