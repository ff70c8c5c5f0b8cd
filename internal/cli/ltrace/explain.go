package ltrace

import (
	"io"

	"plait/event"
	"plait/explain"
	"plait/internal/cli"
	"plait/output"
	"plait/output/text"
	"plait/proto"
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
	return explain.New(s, explain.Options{Database: database, Kernel: o.hasAllSyscalls(), Look: look})
}

// digested returns a sink that says at the end what may have caused trouble.
func (o *options) digested(s event.Sink, look text.Options) event.Sink {
	digest := explain.DigestOptions{Look: look}
	if o.origin == nil {
		digest.Inspect = personOf(o.user).inspect
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
