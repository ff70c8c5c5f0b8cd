package jsonl

import (
	"bytes"
	"encoding/json"
	"io"
	"time"

	"plait/event"
)

// Options are what the first record says.
type Options struct {
	Version string   // of plait
	Argv    []string // of plait
}

// A Writer is an event.Sink that writes records. It is not safe for concurrent use.
type Writer struct {
	w     io.Writer
	o     Options
	b     bytes.Buffer
	json  *json.Encoder
	start time.Time
	open  map[int][]begun // the calls that are open, by thread
}

// A begun call has not ended.
type begun struct {
	id     uint64
	parent uint64 // the call that it was made in
	system bool
}

// New returns a Writer to w, which is written to once for each record.
func New(w io.Writer, o Options) *Writer {
	j := &Writer{w: w, o: o, open: map[int][]begun{}}
	j.json = json.NewEncoder(&j.b)
	j.json.SetEscapeHTML(false)
	return j
}

// Emit writes the record of an event, if it has one. Errors are the writer's.
func (j *Writer) Emit(e event.Event) error {
	h := e.Header()
	if j.start.IsZero() {
		j.start = h.Time
		err := j.write(meta{T: "meta", Schema: Schema, Plait: j.o.Version, Argv: j.argv(), Start: h.Time.UTC().Format(time.RFC3339Nano)})
		if err != nil {
			return err
		}
	}
	switch e := e.(type) {
	case *event.Enter:
		j.open[e.TID] = append(j.open[e.TID], begun{e.Call.ID, j.innermost(e.TID), e.Call.Kind == event.System})
	case *event.Return:
		return j.write(j.call(e))
	case *event.Signal:
		return j.write(signal{j.head("signal", h), e.Name, e.Number, j.info(e.Info), stack(e.Stack)})
	case *event.Stopped:
		return j.write(signal{j.head("stopped", h), e.Name, e.Number, nil, nil})
	case *event.Spawn:
		j.inherit(e)
		return j.write(spawn{j.head("spawn", h), spawns[e.Kind], e.ChildPID, e.ChildTID})
	case *event.Exec:
		return j.write(exec{j.head("exec", h), valid(e.Path), e.FormerTID})
	case *event.Exit:
		delete(j.open, e.TID)
		return j.write(ended(j.head("exit", h), e))
	case *event.Detach:
		delete(j.open, e.TID)
		return j.write(j.head("detach", h))
	case *event.Notice:
		return j.write(notice{j.head("notice", h), valid(e.Text)})
	}
	return nil
}

// Close writes the last record.
func (j *Writer) Close() error {
	if j.start.IsZero() {
		return nil
	}
	return j.write(struct {
		T string `json:"t"`
	}{"end"})
}

var spawns = [...]string{
	event.Launched: "launched", event.Attached: "attached", event.Forked: "forked", event.Threaded: "threaded",
}

var kinds = [...]string{event.Library: "library", event.Function: "function", event.System: "system"}

var outcomes = [...]string{
	event.Returned: "returned", event.Longjmp: "longjmp", event.Unwound: "unwound", event.NoReturn: "noreturn",
	event.Detached: "detached", event.Unavailable: "unavailable",
}

func (j *Writer) argv() []string {
	var argv []string
	for _, a := range j.o.Argv {
		argv = append(argv, valid(a))
	}
	return argv
}

func (j *Writer) head(t string, h *event.Head) head {
	return head{T: t, TS: int64(h.Time.Sub(j.start)), PID: h.PID, TID: h.TID}
}

func (j *Writer) info(v event.Value) any {
	if v == nil {
		return nil
	}
	return value(v, 0)
}

// call is the record of a call. Its time is that of its begin.
func (j *Writer) call(e *event.Return) call {
	c := e.Call
	r := call{
		head: j.head("call", &e.Head), ID: c.ID, Parent: j.pop(e.TID, c.ID), Depth: e.Depth, Dur: int64(e.Elapsed + e.Work), Plait: int64(e.Work),
		Kind: kinds[c.Kind], Name: valid(c.Name), Version: valid(c.Version), Object: valid(c.Object), From: valid(c.From), ABI: c.ABI,
		Args: make([]arg, 0, len(c.Args)), Failed: c.Failed, Outcome: outcomes[e.Outcome], Guess: c.Guess, More: c.More,
	}
	r.TS -= r.Dur
	if c.Kind == event.System {
		r.NR = &c.Number
	}
	if c.Caller != 0 {
		r.Caller = hex(c.Caller)
	}
	for _, a := range c.Args {
		v, ptr := target(a.Value, a.Addr)
		r.Args = append(r.Args, arg{a.Name, v, ptr})
	}
	if c.Raw {
		for _, w := range c.Words {
			r.Words = append(r.Words, hex(w))
		}
	}
	if e.Outcome == event.Returned {
		r.Ret, r.RetPtr = target(e.Result, 0)
	}
	if errno, ok := e.Result.(event.Errno); ok {
		r.Errno = errno.Name
	} else if e.Errno.Num != 0 {
		r.Errno = e.Errno.Name
	}
	r.Stack = stack(c.Stack)
	return r
}

// inherit gives a forked process the calls of its creator, which return in it too;
// the system call that made it does not.
func (j *Writer) inherit(e *event.Spawn) {
	if e.Kind != event.Forked {
		return
	}
	for _, b := range j.open[e.TID] {
		if !b.system {
			j.open[e.ChildTID] = append(j.open[e.ChildTID], b)
		}
	}
}

// innermost is the call that a thread is in, 0 if it is in none.
func (j *Writer) innermost(tid int) uint64 {
	open := j.open[tid]
	if len(open) == 0 {
		return 0
	}
	return open[len(open)-1].id
}

// pop takes a call off the stack of its thread and returns the call that it was made
// in, which may be over: an execve(2) that returns has ended all.
func (j *Writer) pop(tid int, id uint64) (parent uint64) {
	open := j.open[tid]
	for i := len(open) - 1; i >= 0; i-- {
		if open[i].id == id {
			parent = open[i].parent
			j.open[tid] = append(open[:i], open[i+1:]...)
			return parent
		}
	}
	return 0
}

func stack(callers []event.Caller) (frames []frame) {
	for _, c := range callers {
		frames = append(frames, frame{hex(c.Addr), valid(c.Object), valid(c.Symbol), c.Offset, valid(c.Source), c.Line})
	}
	return frames
}

func ended(h head, e *event.Exit) exit {
	r := exit{head: h, Process: e.Process, Signal: e.Signal, Core: e.Core}
	if e.Signal == "" {
		r.Status = &e.Status
	}
	return r
}

// write writes one record. What could not be written is dropped: it must not come
// out later, out of order.
func (j *Writer) write(record any) error {
	j.b.Reset()
	if err := j.json.Encode(record); err != nil {
		return err
	}
	_, err := j.w.Write(j.b.Bytes())
	return err
}
