package ltrace

import (
	"io"
	"slices"
	"strings"

	"plait/arch"
	"plait/event"
	"plait/explain"
	"plait/filter"
	"plait/internal/cli"
	"plait/output"
	"plait/output/text"
	"plait/proto"
	"plait/ptrace"
	"plait/syscalls"
)

// explainedTarget is newTarget for a live trace, explained if that is asked for.
func explainedTarget(o *options, u *cli.UI, database *proto.Database, stdout, stderr io.Writer) (*cli.Target, error) {
	t, err := newTarget(o, u, stdout, stderr)
	if err == nil {
		t.Sink = o.explained(t.Sink, database)
	}
	return t, err
}

// explained returns a sink that explains calls, if that is asked for, and says at the end
// what went wrong. It must get all events that there are, so that it knows what has happened.
func (o *options) explained(s event.Sink, database *proto.Database) event.Sink {
	look := text.Options{UTF8: cli.When(o.utf8, isUTF8(locale())), Demangle: !o.noDemangle}
	if o.explain || o.detailed() && !o.isLtrace() {
		s = o.digested(s, look)
	}
	if !o.explains() {
		return s
	}
	x := explain.Options{Database: database, Kernel: o.hasAllSyscalls(), Writes: o.hasWrites(), Traced: o.tracesFunction, Look: look}
	if o.origin == nil {
		x.Kind = kindOf
	}
	if o.labels {
		x.Label = o.labelsOf(look).Value
	}
	return explain.New(s, x)
}

// digested returns a sink that says at the end what may have caused trouble.
func (o *options) digested(s event.Sink, look text.Options) event.Sink {
	digest := explain.DigestOptions{Look: look, NoTimes: o.labels}
	if o.origin == nil {
		digest.Inspect = inspector()
	}
	return explain.NewDigest(s, digest)
}

// explains reports whether calls are explained: the user asks for it, or there is a page to
// read it on.
func (o *options) explains() bool { return o.explain || o.writes(output.HTML) }

// hasAllSyscalls reports whether all system calls are traced, or were recorded.
func (o *options) hasAllSyscalls() bool {
	if o.origin != nil {
		return o.origin.Options.Syscalls && len(o.origin.Options.Calls) == 0
	}
	return o.syscalls && len(o.traces) == 0
}

// hasWrites reports whether the system calls are traced, or were recorded, by which stdio
// writes.
func (o *options) hasWrites() bool {
	if o.hasAllSyscalls() {
		return true
	}
	sets, traced := o.traces, o.syscalls
	if o.origin != nil {
		sets, traced = o.origin.Options.Calls, o.origin.Options.Syscalls
	}
	if !traced || len(sets) == 0 {
		return false
	}
	table := syscalls.For(arch.Native, 0)
	set, err := syscalls.ParseSet(sets[len(sets)-1], table) // the last one counts
	write, _ := table.Number("write")
	return err == nil && set.Has(write)
}

// tracesFunction reports whether the calls of a function of the C library are traced that
// the program itself makes, or were recorded.
func (o *options) tracesFunction(name string) bool {
	if o.tracesProgram() {
		return true
	}
	filters := o.filters()
	if o.origin != nil {
		filters = o.origin.Options.Filters
	}
	if slices.Contains(filters, "-L") {
		return false
	}
	libc := filter.Object{Soname: "libc.so.6", Path: "libc.so.6"}
	for i := 0; i+1 < len(filters); i += 2 { // pairs of option and argument
		f, err := filter.Parse(filters[i+1])
		if filters[i] == "-e" && err == nil && f.Match(libc, name) {
			return true
		}
	}
	return false
}

// kindOf says what a descriptor of a process stands for, "" if that is not known.
func kindOf(pid, fd int) string {
	f, err := ptrace.New().File(pid, fd, ptrace.Wants{Device: true})
	switch {
	case err != nil:
		return ""
	case strings.HasPrefix(f.Target, "pipe:"):
		return "a pipe"
	case strings.HasPrefix(f.Target, "socket:"):
		return "a socket"
	case f.Device == nil && strings.HasPrefix(f.Target, "/"):
		return "no terminal"
	case f.Device != nil && !f.Device.Block && isTerminal(f.Device.Major):
		return "a terminal"
	}
	return ""
}

// isTerminal reports whether character devices of a major number are terminals, by the
// kernel's list of devices (Documentation/admin-guide/devices.txt): pseudo-terminals, and
// consoles and serial lines.
func isTerminal(major uint32) bool { return major >= 136 && major <= 143 || major == 4 }
