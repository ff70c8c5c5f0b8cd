package jsonl

import (
	"time"

	"plait/event"
)

// begin begins a record of a kind.
func (j *Writer) begin(t string) *line {
	j.line = append(j.line[:0], '{')
	j.line.key("t")
	j.line.str(t)
	return &j.line
}

// meta is the first record.
func (j *Writer) meta() {
	l := j.begin("meta")
	l.key("schema")
	l.int(Schema)
	l.member("plait", j.o.Version)
	if len(j.o.Argv) > 0 {
		l.key("argv")
		l.open('[')
		for _, a := range j.o.Argv {
			l.text(a)
		}
		l.shut(']')
	}
	l.key("start")
	l.str(j.start.UTC().Format(time.RFC3339Nano))
	l.shut('}')
}

// head is what all other records begin with: their kind, when it was, and where.
func (j *Writer) head(t string, h *event.Head, at time.Time) {
	l := j.begin(t)
	l.key("ts")
	l.int(int64(at.Sub(j.start)))
	l.intMember("pid", int64(h.PID))
	l.intMember("tid", int64(h.TID))
}

var kinds = [...]string{event.Library: "library", event.Function: "function", event.System: "system"}

var outcomes = [...]string{
	event.Returned: "returned", event.Longjmp: "longjmp", event.Unwound: "unwound", event.NoReturn: "noreturn",
	event.Detached: "detached", event.Unavailable: "unavailable",
}

// call writes what is known of a call from its begin on.
func (j *Writer) call(c *event.Call, depth int) {
	l := &j.line
	l.key("id")
	l.unsigned(c.ID)
	if c.Parent != 0 {
		l.key("parent")
		l.unsigned(c.Parent)
	}
	if c.Origin != 0 {
		l.key("origin")
		l.unsigned(c.Origin)
	}
	l.key("depth")
	l.int(int64(depth))
	l.member("kind", kinds[c.Kind])
	l.key("name")
	l.text(c.Name)
	l.member("version", c.Version)
	l.member("object", c.Object)
	l.member("from", c.From)
	if c.Kind == event.System {
		l.key("nr")
		l.int(int64(c.Number))
	}
	l.member("abi", c.ABI)
	l.hexMember("caller", c.Caller)
	j.args(c)
}

// args writes the arguments, and where they were asked for the words behind them.
func (j *Writer) args(c *event.Call) {
	l := &j.line
	l.key("args")
	l.open('[')
	for _, a := range c.Args {
		l.open('{')
		l.member("name", a.Name)
		l.key("value")
		l.hexMember("ptr", l.target(a.Value, a.Addr))
		l.flag("guess", a.Guess)
		l.shut('}')
	}
	l.shut(']')
	if c.Raw && len(c.Words) > 0 {
		l.key("words")
		l.open('[')
		for _, w := range c.Words {
			l.hex(w)
		}
		l.shut(']')
	}
}

// guess writes how far a call is a guess, and where it was made.
func (j *Writer) guess(c *event.Call) {
	j.line.flag("guess", c.Guess)
	j.line.flag("more", c.MoreArgs)
	j.stack(c.Stack)
}

// entered is the record of a call that has begun.
func (j *Writer) entered(e *event.Enter) {
	j.head("begin", &e.Head, e.Time)
	j.call(e.Call, e.Depth)
	j.guess(e.Call)
	j.line.shut('}')
}

// returned is the record of a call that is over. Its time is that of its begin, and
// its thread has the number that it had then.
func (j *Writer) returned(e *event.Return) {
	l, c, h := &j.line, e.Call, e.Head
	if c.EnterTID != 0 {
		h.TID = c.EnterTID
	}
	dur := e.Elapsed + e.Work
	j.head("call", &h, h.Time.Add(-dur))
	l.key("dur")
	l.int(int64(dur))
	l.intMember("plait", int64(e.Work))
	j.call(c, e.Depth)
	l.key("ret")
	if e.Outcome == event.Returned {
		l.hexMember("ret_ptr", l.target(e.Result, 0))
	} else {
		l.raw("null")
	}
	j.errno(e)
	l.flag("failed", c.Failed)
	l.member("outcome", outcomes[e.Outcome])
	l.flag("ret_guess", c.ResultGuess)
	j.guess(c)
}

// errno is why a call failed: the name of the error, or its number if it has none.
func (j *Writer) errno(e *event.Return) {
	errno, ok := e.Result.(event.Errno)
	if !ok {
		errno = e.Errno
	}
	if errno.Name == "" {
		j.line.intMember("errno", int64(errno.Num))
	}
	j.line.member("errno", errno.Name)
}

// stack writes frames, innermost first.
func (j *Writer) stack(frames []event.Caller) {
	if len(frames) == 0 {
		return
	}
	l := &j.line
	l.key("stack")
	l.open('[')
	for i := range frames {
		f := &frames[i]
		l.open('{')
		l.key("addr")
		l.hex(f.Addr)
		l.member("object", f.Object)
		l.member("symbol", f.Symbol)
		if f.Symbol != "" {
			l.key("offset")
			l.unsigned(f.Offset)
		}
		l.member("file", f.Source)
		l.intMember("line", int64(f.Line))
		l.shut('}')
	}
	l.shut(']')
}

func (j *Writer) signal(t string, h *event.Head, name string, number int, info event.Value) {
	j.head(t, h, h.Time)
	j.line.member("signal", name)
	j.line.key("number")
	j.line.int(int64(number))
	if info != nil {
		j.line.inner("info", info, 0)
	}
}

var spawns = [...]string{
	event.Launched: "launched", event.Attached: "attached", event.Forked: "forked", event.Threaded: "threaded",
}

func (j *Writer) spawn(e *event.Spawn) {
	j.head("spawn", &e.Head, e.Time)
	j.line.member("how", spawns[e.Kind])
	j.line.key("child_pid")
	j.line.int(int64(e.ChildPID))
	j.line.key("child_tid")
	j.line.int(int64(e.ChildTID))
}

func (j *Writer) exit(e *event.Exit) {
	l := &j.line
	j.head("exit", &e.Head, e.Time)
	l.key("process")
	l.raw(map[bool]string{false: "false", true: "true"}[e.Process])
	switch {
	case e.NewTID != 0:
		l.key("into")
		l.int(int64(e.NewTID))
	case e.Signal != "":
		l.member("signal", e.Signal)
		l.flag("core", e.Core)
	default:
		l.key("status")
		l.int(int64(e.Status))
	}
}
