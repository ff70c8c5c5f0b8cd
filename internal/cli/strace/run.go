package strace

import (
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

// callName is how the user calls plait-as-strace, to be told how to get help.
func callName() string {
	if filepath.Base(os.Args[0]) == "strace" {
		return os.Args[0]
	}
	return os.Args[0] + " --as strace"
}

// Run is the program with strace's habits.
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
	return o.run(crash, stderr)
}

// fail says what went wrong as strace does.
func fail(u *cli.UI, err error) int {
	if err == nil {
		return 0
	}
	if !errors.Is(err, errUntold) {
		u.Say("%s", cli.Reason(err))
	}
	if e, ok := errors.AsType[fatalError](err); ok && e.try {
		u.Print("Try '" + callName() + " -h' for more information.\n")
	}
	return cli.StatusUsage
}

// run traces.
func (o *options) run(crash *cli.Crash, stderr io.Writer) int {
	command, err := o.prepare()
	if err != nil {
		return fail(o.ui, err)
	}
	switch {
	case o.launcher != 0 && o.middle:
		return fail(o.ui, o.orphan())
	case o.launcher != 0:
		unix.CloseOnExec(readyFD)
		command.PID, command.Ready = o.launcher, ready
	case o.daemon > 0:
		return fail(o.ui, o.become(command))
	}
	if err := cli.Enough(); err != nil {
		return o.ui.Fail(err)
	}
	database, problems := proto.Open(proto.Options{})
	o.ui.SayAll(problems)
	kernel := ptrace.New()
	o.ui.Wakes(kernel.Wake)
	out, err := o.target(stderr)
	if err != nil {
		return fail(o.ui, err)
	}
	messages := newMessages(out.Sink, o)
	out.Sink = messages
	in := interruption{}
	config := o.config(cli.Debug(kernel, o.ui, o.debugMask()), out, database)
	config.Detaching = in.passOn
	t := tracer.New(config)
	crash.Tracing(t, o.ui)
	o.watch(t, &in)
	status := o.trace(t, command, messages, &in)
	o.ui.Over()
	closed := out.Close()
	o.ui.Print(o.tips.text())
	err = out.Settle(o.ui, closed)
	if _, lost := errors.AsType[*output.LostError](err); lost {
		return cli.StatusUsage
	}
	if err != nil && status == 0 {
		status = cli.StatusUsage
	}
	return crash.Exit(in.ended(t.Status()), status)
}

// config is what is asked of the tracer.
func (o *options) config(k tracer.Kernel, sink event.Sink, database *proto.Database) tracer.Config {
	c := tracer.Config{
		Kernel:         k,
		Sink:           sink,
		Prototypes:     database,
		Limits:         decode.Limits{String: cli.Limit(o.strings, true)},
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
		Injections:     o.tampering,
		CallLimit:      o.limit,
		Descriptors:    o.descriptors(),
		PIDs:           procinfo.PIDs{Comm: o.comm, Outside: o.pidns},
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

func (o *options) descriptors() procinfo.Descriptors {
	return procinfo.Descriptors{
		Paths:     o.decode&decodePath != 0,
		Sockets:   o.decode&decodeSocket != 0,
		Devices:   o.decode&decodeDevice != 0,
		Eventfds:  o.decode&decodeEventfd != 0,
		Pidfds:    o.decode&decodePidfd != 0,
		Signalfds: o.decode&decodeSignalfd != 0,
	}
}

// debugMask is what -d shows of what passes between the tracer and the kernel.
func (o *options) debugMask() uint64 {
	if o.debug {
		return cli.DebugAll
	}
	return 0
}

// prepare finds out what is to be run, but for its file.
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

// environment is env with changes as of -E: VAR=VALUE sets, VAR alone takes out.
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

// resolvePaths adds to each path of -P what it stands for, if that is another
// name.
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
