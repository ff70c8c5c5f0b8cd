package ltrace

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"plait/debuginfo"
	"plait/filter"
	"plait/internal/cli"
	"plait/output"
	"plait/output/text"
	"plait/procinfo"
	"plait/proto"
	"plait/proto/decode"
	"plait/ptrace"
	"plait/tracer"
)

// trace does what the command line asks, and returns the exit status.
func trace(o *options, u *cli.UI, crash *cli.Crash, stdout, stderr io.Writer) int {
	choice, err := choiceOf(o)
	if err != nil {
		return u.Fail(err)
	}
	heard := o.listen(u)
	calls, signals, _ := o.sets() // read without error by check
	command, status := commandOf(o, u)
	if status != 0 {
		return status
	}
	database, problems := proto.Open(prototypesOf(o))
	u.SayAll(problems)
	if o.tracesHeapOnly() {
		choice.Known = heapFunctions(database)
	}
	if err := cli.CheckLimits(); err != nil {
		return u.Fail(err)
	}
	out, err := newOutputs(o, u, database, stdout, stderr)
	if err != nil {
		return u.Fail(err)
	}
	kernel, err := kernelOf(o, u)
	if err != nil {
		return u.Fail(err)
	}
	u.SetWake(kernel.Wake)
	terminal, err := o.openTerminal(&command)
	if err != nil {
		return u.Fail(err)
	}
	heard.terminal = terminal
	sink, end := o.progress(o.steady(out), u, stdout, stderr)
	mask, _ := o.debugMask() // read without error by check
	tally := cli.TallyOf(u, mask)
	t := tracer.New(tracer.Config{
		Kernel:       kernel,
		Sink:         sink,
		Prototypes:   database,
		Descriptions: descriptions(),
		Limits:       o.limits(),
		Descriptors:  descriptorsOf(o.recordedDescriptors()),
		PIDs:         procinfo.PIDs{Comm: o.names, Typed: o.labels || o.record != ""},
		Loads:        o.record != "" || o.writes(output.JSONL),
		Origins:      o.showsMap() || o.explains() || o.record != "" || o.folds(stderr) || o.startup == cli.WhenNever,
		Heap:         o.needsBlocks(),
		StackFrames:  o.where,
		StackSource:  o.where > 0 || o.needsCallers(),
		Callers:      o.needsCallers(),
		Library:      choice,
		Syscalls:     o.syscalls,
		Calls:        calls,
		Signals:      signals,
		Follow:       o.follow > 0,
		DetachOnExec: o.detachOn != "",
		CallLimit:    o.limit,
		Inline:       o.engine == engineInline,
		Caught:       tally.Note(),
	})
	crash.SetTracer(t, u)
	heard.tracer.Store(t)
	defer terminal.Restore()
	status = runTracer(t, o, heard, command)
	settled := u.Finish(t, func() int {
		tally.End()
		t.Save()
		end()
		u.TraceEnded()
		endTerminal(terminal, u)
		u.SayAll(database.Errors())
		if out.Settle(u, out.Close()) != nil {
			return cli.StatusUsage
		}
		return 0
	})
	return crash.Exit(t.Status(), cmp.Or(status, settled))
}

// descriptions is where prototypes made from debugging information are cached. A user
// without a home directory has no cache.
func descriptions() debuginfo.Store {
	dir, err := os.UserCacheDir()
	if err != nil {
		return debuginfo.Store{}
	}
	if _, err := os.Stat(os.Getenv("HOME")); err != nil && os.Getenv("XDG_CACHE_HOME") == "" {
		return debuginfo.Store{}
	}
	return debuginfo.Store{Dir: filepath.Join(dir, "plait"), OwnedByUser: isOwn}
}

// isOwn reports whether a file belongs to the user that plait runs as.
func isOwn(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && st.Uid == uint32(os.Geteuid())
}

// kernelOf returns the kernel that the tracer uses.
func kernelOf(o *options, u *cli.UI) (tracer.Kernel, error) {
	k := ptrace.New()
	if o.oneCPU {
		if err := k.OneCPU(); err != nil {
			return nil, fmt.Errorf("--one-cpu: %w", err)
		}
	}
	mask, _ := o.debugMask() // read without error by check
	return cli.Debug(k, u, mask), nil
}

// choiceOf parses the filters.
func choiceOf(o *options) (filter.Choice, error) {
	c := filter.Choice{NoDefault: o.noMain}
	for _, kind := range []struct {
		option string
		texts  []string
		parse  func(string) (*filter.Filter, error)
		into   *[]*filter.Filter
	}{
		{"-e", o.calls, filter.Parse, &c.Calls},
		{"-l", o.libraries, filter.ParseLibrary, &c.Exports},
		{"-x", o.functions, filter.Parse, &c.Functions},
	} {
		for _, expression := range kind.texts {
			f, err := kind.parse(expression)
			if err != nil {
				return c, cli.UsageError{What: kind.option, Why: err.Error()}
			}
			f.Spell(text.Spellings)
			*kind.into = append(*kind.into, f)
		}
	}
	return c, nil
}

// commandOf finds the command, if there is one to run.
func commandOf(o *options, u *cli.UI) (ptrace.Command, int) {
	if len(o.command) == 0 {
		return ptrace.Command{}, 0
	}
	c, err := newCommand(o.command, o.user)
	return c, reportRunError(u, err)
}

// reportRunError says why a command does not run, and returns the exit status for
// that.
func reportRunError(u *cli.UI, err error) int {
	status := u.Fail(err)
	if run, ok := errors.AsType[runError](err); ok {
		return run.status()
	}
	return status
}

// limits returns how much is decoded.
func (o *options) limits() decode.Limits {
	l := decode.Limits{String: cli.Limit(o.strings, o.stringsSet), Items: cli.Limit(o.items, o.itemsSet), Verbose: o.verbose}
	if (o.record != "" || o.explains()) && !o.stringsSet {
		l.String = recordedStrings
	}
	return l
}

// descriptorsOf returns what -y asks for, given once or twice.
func descriptorsOf(n count) procinfo.Descriptors {
	return procinfo.Descriptors{
		Paths: n > 0, Sockets: n > 1, Devices: n > 1, Eventfds: n > 1, Pidfds: n > 1, Signalfds: n > 1,
	}
}

// needsCallers reports whether the functions that make library calls are needed.
func (o *options) needsCallers() bool {
	return o.byCaller() || o.showsHeap() || o.writes(output.HTML) || o.record != ""
}

// prototypesOf returns where the user's prototypes may be.
func prototypesOf(o *options) proto.Options {
	var p proto.Options
	for _, list := range o.config {
		p.Files = append(p.Files, filepath.SplitList(list)...)
	}
	p.User, p.System = proto.Paths(os.Getenv)
	return p
}

// runTracer launches, attaches and waits for the end. The status is 0 if the tracing
// went well.
func runTracer(t *tracer.Tracer, o *options, heard *listener, command ptrace.Command) int {
	u := heard.ui
	attached, failed := attach(t, o, u)
	if failed > 0 && len(attached) == 0 {
		return cli.StatusUsage // the command would run without the processes it was to be traced with
	}
	if len(o.command) > 0 {
		if err := t.Launch(command); err != nil {
			return reportRunError(u, launchError(command, err))
		}
		heard.listenFor(t, len(o.pids) > 0)
	}
	heard.terminal.Start()
	o.watchTable(u)
	for _, pid := range attached { // not before signals are watched: whoever reads this may send one
		u.Say("%s", attachedText(pid))
	}
	if err := t.Run(); err != nil {
		return u.Fail(err)
	}
	if t.Limited() {
		u.Say("--limit %d: that many calls were shown; what still runs goes on without plait", o.limit)
	}
	if failed > 0 && len(o.command) > 0 {
		return cli.StatusUsage
	}
	return 0
}

// attach attaches to the processes of -p. It returns those that it could attach to
// and how many it could not, after it has said why.
func attach(t *tracer.Tracer, o *options, u *cli.UI) (attached []int, failed int) {
	pids, _ := o.processes() // read without error by check
	for _, pid := range pids {
		if err := t.Attach(pid); err != nil {
			failed++
			u.Fail(refusal(pid, err))
			continue
		}
		attached = append(attached, pid)
	}
	return attached, failed
}
