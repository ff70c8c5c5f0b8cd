package jsonl

import (
	"strconv"
	"time"

	"plait/event"
)

// startRecord begins a record of kind t.
func (w *Writer) startRecord(t string) *line {
	w.line = append(w.line[:0], '{')
	w.line.key("t")
	w.line.str(t)
	w.line.member("host", w.o.Host)
	return &w.line
}

// meta writes the first record.
func (w *Writer) meta() {
	l := w.startRecord("meta")
	l.key("schema")
	l.int(schema)
	l.member("plait", w.o.Version)
	if len(w.o.Argv) > 0 {
		l.key("argv")
		l.open('[')
		for _, a := range w.o.Argv {
			l.text(a)
		}
		l.close(']')
	}
	l.key("start")
	l.str(w.start.UTC().Format(time.RFC3339Nano))
	l.close('}')
}

// head begins a record other than the first: its kind, the time, and the thread.
func (w *Writer) head(t string, h *event.Head, at time.Time) {
	l := w.startRecord(t)
	l.key("ts")
	l.int(int64(at.Sub(w.start)))
	l.intMember("pid", int64(h.PID))
	l.intMember("tid", int64(h.TID))
}

var kinds = [...]string{event.Library: "library", event.Function: "function", event.System: "system"}

var outcomes = [...]string{
	event.Returned: "returned", event.Longjmp: "longjmp", event.Unwound: "unwound", event.NoReturn: "noreturn",
	event.Detached: "detached", event.Unavailable: "unavailable",
}

// call writes what is known about a call when it begins.
func (w *Writer) call(c *event.Call, depth int) {
	l := &w.line
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
	w.args(c)
}

// args writes the arguments and the words that they were passed in.
func (w *Writer) args(c *event.Call) {
	l := &w.line
	l.key("args")
	l.open('[')
	for _, a := range c.Args {
		l.open('{')
		l.member("name", a.Name)
		l.key("value")
		l.hexMember("ptr", l.pointee(a.Value, a.Addr))
		l.flag("guess", a.Guess)
		l.close('}')
	}
	l.close(']')
	if len(c.Words) > 0 {
		l.key("raw")
		l.open('[')
		for _, w := range c.Words {
			l.hex(w)
		}
		l.close(']')
	}
}

// guess writes what is a guess about a call, and where it was made.
func (w *Writer) guess(c *event.Call) {
	w.line.flag("guess", c.Guess)
	w.line.flag("more", c.MoreArgs)
	w.stack(c.Stack)
}

// enterRecord writes the record of a call that has begun.
func (w *Writer) enterRecord(e *event.Enter) {
	w.head("enter", &e.Head, e.Time)
	w.call(e.Call, e.Depth)
	w.guess(e.Call)
	w.line.close('}')
}

// callRecord writes the record of a call that is over. Its time and its thread's number
// are those of its begin.
func (w *Writer) callRecord(e *event.Return) {
	l, c, h := &w.line, e.Call, e.Head
	if c.EnterTID != 0 {
		h.TID = c.EnterTID
	}
	dur := e.Elapsed + e.Work
	w.head("call", &h, h.Time.Add(-dur))
	l.key("dur")
	l.int(int64(dur))
	l.intMember("work", int64(e.Work))
	w.call(c, e.Depth)
	l.key("ret")
	if e.Outcome == event.Returned {
		l.hexMember("ret_ptr", l.pointee(e.Result, 0))
	} else {
		l.raw("null")
	}
	if e.HasWord {
		l.key("rv")
		l.int(e.Word)
	}
	w.errno(e)
	l.flag("failed", c.Failed)
	l.member("outcome", outcomes[e.Outcome])
	l.flag("ret_guess", c.ResultGuess)
	l.member("explanation", e.Explanation.Text)
	l.member("manual", e.Explanation.Manual)
	w.guess(c)
}

// errno writes why a call failed: the name of the error, or its number if it has none.
func (w *Writer) errno(e *event.Return) {
	errno, ok := e.Result.(event.Errno)
	if !ok {
		errno = e.Errno
	}
	if errno.Name == "" && errno.Num != 0 {
		errno.Name = strconv.Itoa(errno.Num)
	}
	w.line.member("errno", errno.Name)
}

// stack writes frames, innermost first.
func (w *Writer) stack(frames []event.Caller) {
	if len(frames) == 0 {
		return
	}
	l := &w.line
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
		l.close('}')
	}
	l.close(']')
}

func (w *Writer) signal(t string, h *event.Head, name string, number int, info event.Value) {
	w.head(t, h, h.Time)
	w.line.member("signal", name)
	w.line.key("number")
	w.line.int(int64(number))
	if info != nil {
		w.line.valueMember("info", info, 0)
	}
}

var spawns = [...]string{
	event.Launched: "launched", event.Attached: "attached", event.Forked: "forked", event.Threaded: "threaded",
}

func (w *Writer) spawn(e *event.Spawn) {
	w.head("spawn", &e.Head, e.Time)
	w.line.member("how", spawns[e.Kind])
	w.line.key("child_pid")
	w.line.int(int64(e.ChildPID))
	w.line.key("child_tid")
	w.line.int(int64(e.ChildTID))
	w.line.member("path", e.Path)
}

func (w *Writer) exit(e *event.Exit) {
	l := &w.line
	w.head("exit", &e.Head, e.Time)
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

// module is the record of an ELF file that was loaded.
func (w *Writer) module(e *event.Load) {
	w.head("module", &e.Head, e.Time)
	w.line.key("path")
	w.line.text(e.Path)
	w.line.member("soname", e.Soname)
	w.line.member("build_id", e.BuildID)
	w.line.hexMember("base", e.Base)
	w.line.hexMember("lo", e.Lo)
	w.line.hexMember("hi", e.Hi)
	w.line.flag("main", e.Main)
}
