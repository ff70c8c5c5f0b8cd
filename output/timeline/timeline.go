package timeline

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"time"

	"plait/event"
	"plait/output/calls"
	"plait/output/text"
)

// A Writer is what a format makes of a timeline. Times are nanoseconds since the first
// event. Errors are returned by Feed.Emit.
type Writer interface {
	Track(t *Track) error                                   // a track begins, or has another name
	Begin(t *Track, at int64, c *Call) error                // a call begins
	End(t *Track, at int64, c *Call, result Pairs) error    // the innermost call of a track ends
	Mark(t *Track, at int64, name string, with Pairs) error // a signal, an exit
	Flow(from, to *Track, at int64) error                   // a thread or process was made
	Counter(t *Track, at int64, name string, n int64) error // of t's process: a number of bytes
}

// A Track is a thread. Its ID is never used again, as its numbers may be.
type Track struct {
	ID, ProcessID int // from 1
	PID, TID      int
	Process, Name string // what to call the process and the thread
}

// A Call is an open call.
type Call struct {
	ID     uint64 // unique in a trace
	Name   string
	System bool
	Object string // "" if unknown
	Args   Pairs
	track  *Track
}

// Pairs are names and values, in order. Names are unique.
type Pairs []Pair

// A Pair is a name and its value, both printable.
type Pair struct{ Name, Value string }

// A Feed is an event.Sink that feeds a Writer.
type Feed struct {
	w         Writer
	look      text.Options
	start     time.Time
	tracks    map[int]*Track // by thread
	processes map[int]*process
	last      int64 // when the last event was
	count     int   // of tracks
	numbered  int   // of processes
	calls     calls.Open[*Call]
	names     *text.Namer
}

type process struct {
	id     int
	name   string
	brk    uint64 // the program break that was seen first
	blocks blocks
}

// New returns a Feed of w. look says how names and values look.
func New(w Writer, look text.Options) *Feed {
	look.Color, look.Style = false, text.Ltrace
	return &Feed{w: w, look: look, tracks: map[int]*Track{}, processes: map[int]*process{}, names: text.NewNamer(look)}
}

// Emit feeds an event. Errors are the Writer's.
func (f *Feed) Emit(e event.Event) error {
	h := e.Header()
	if f.start.IsZero() {
		f.start = h.Time
	}
	at := int64(h.Time.Sub(f.start))
	f.last = at
	switch e := e.(type) {
	case *event.Enter:
		return f.enter(e, at)
	case *event.Return:
		return f.leave(e, at)
	case *event.Spawn:
		return f.spawn(e, at)
	case *event.Exec:
		return f.exec(e, at)
	case *event.Signal:
		return f.mark(h, at, e.Name, Pairs{{"text", text.Escaped(e.Text, f.look)}, {"info", f.names.Value(e.Info, &event.Call{Kind: event.System})}})
	case *event.Stopped:
		return f.mark(h, at, "stopped by "+e.Name, nil)
	case *event.Exit:
		return f.exit(e, at)
	case *event.Detach:
		f.calls.Follow(e)
		return f.mark(h, at, "detached", nil)
	}
	return nil
}

// TrackOf returns the track of a thread, nil if it has none.
func (f *Feed) TrackOf(tid int) *Track { return f.tracks[tid] }

// Close ends the calls that are open still.
func (f *Feed) Close() error {
	open := slices.SortedFunc(f.calls.Threads(), func(a, b *calls.Thread[*Call]) int {
		return cmp.Compare(firstID(a), firstID(b))
	})
	for _, th := range open {
		for th.Len() > 0 {
			if err := f.endLast(th, f.last, Pairs{{"outcome", "open at the end of the trace"}}); err != nil {
				return err
			}
		}
	}
	return nil
}

func firstID(th *calls.Thread[*Call]) uint64 {
	if th.Len() == 0 {
		return 0
	}
	return (*th.At(0)).ID
}

func (f *Feed) enter(e *event.Enter, at int64) error {
	t, err := f.track(&e.Head)
	if err != nil {
		return err
	}
	c := &Call{ID: e.Call.ID, Name: f.names.Name(e.Call), System: e.Call.Kind == event.System, Object: f.names.Object(e.Call), Args: f.args(e.Call, nil), track: t}
	f.calls.Thread(e.TID).Push(e.Call.ID, c)
	return f.w.Begin(t, at, c)
}

// leave ends a call, and before it those inside it of which no end was heard.
func (f *Feed) leave(e *event.Return, at int64) error {
	th := f.calls.Ending(e)
	i := th.Find(e.Call)
	if i < 0 {
		return nil
	}
	for th.Len() > i+1 {
		if err := f.endLast(th, at, nil); err != nil {
			return err
		}
	}
	c := *th.At(i)
	if err := f.endLast(th, at, f.result(e, c.Args)); err != nil {
		return err
	}
	return f.countHeap(e, c.track, at)
}

// countHeap counts what a call has changed of the heap.
func (f *Feed) countHeap(e *event.Return, t *Track, at int64) error {
	if e.Heap != (event.Heap{}) {
		if b := &f.process(t.PID).blocks; b.change(e.Heap) {
			return f.w.Counter(t, at, "live bytes on the heap", int64(b.live))
		}
		return nil
	}
	return f.breakMoved(e, t, at)
}

// breakMoved counts how far brk(2) has moved the end of the heap.
func (f *Feed) breakMoved(e *event.Return, t *Track, at int64) error {
	end, ok := e.Result.(event.Pointer)
	if !ok || e.Call.Kind != event.System || e.Call.Name != "brk" {
		return nil
	}
	p := f.process(t.PID)
	if p.brk == 0 {
		p.brk = end.Addr
	}
	return f.w.Counter(t, at, "heap up to the program break", int64(end.Addr-p.brk))
}

func (f *Feed) endLast(th *calls.Thread[*Call], at int64, result Pairs) error {
	n := th.Len() - 1
	c := *th.At(n)
	th.Delete(n, n+1)
	return f.w.End(c.track, at, c, result)
}

// spawn gives a forked process the calls that it inherits. The system call that made it is
// its creator's alone.
func (f *Feed) spawn(e *event.Spawn, at int64) error {
	f.calls.Follow(e)
	from := f.tracks[e.TID]
	switch e.Kind {
	case event.Launched, event.Attached:
		f.process(e.ChildPID).name = program(e.Path)
	case event.Forked:
		parent := f.process(e.PID)
		child := f.newProcess(parent.name)
		child.blocks = parent.blocks.clone()
		f.processes[e.ChildPID] = child
	}
	to, err := f.track(&event.Head{PID: e.ChildPID, TID: e.ChildTID, Comm: e.Comm})
	if err != nil || from == nil || from == to {
		return err
	}
	if err := f.w.Flow(from, to, at); err != nil {
		return err
	}
	th := f.calls.Thread(e.ChildTID)
	if n := th.Len(); n > 0 && (*th.At(n - 1)).System {
		th.Delete(n-1, n)
	}
	for i := range th.Len() {
		c := **th.At(i)
		c.track = to
		*th.At(i) = &c
		if err := f.w.Begin(to, at, &c); err != nil {
			return err
		}
	}
	return nil
}

// exec renames a process, and the thread that goes on as its first.
func (f *Feed) exec(e *event.Exec, at int64) error {
	f.calls.Follow(e)
	p := f.process(e.PID)
	p.name, p.brk, p.blocks = program(e.Path), 0, blocks{}
	t, err := f.track(&e.Head)
	if err != nil {
		return err
	}
	t.Process = f.processName(e.PID)
	if err := f.w.Track(t); err != nil {
		return err
	}
	return f.w.Mark(t, at, "exec", Pairs{{"path", text.Escaped(e.Path, f.look)}})
}

// program returns what to call a process that runs a program.
func program(file string) string {
	if file == "" {
		return ""
	}
	return path.Base(file)
}

func (f *Feed) exit(e *event.Exit, at int64) error {
	f.calls.Follow(e)
	if e.NewTID != 0 {
		delete(f.tracks, e.TID)
		return nil
	}
	name := "exited with status " + strconv.Itoa(e.Status)
	if e.Signal != "" {
		name = "killed by " + e.Signal
	}
	if !e.Process {
		name = "thread exited"
	}
	err := f.mark(&e.Head, at, name, nil)
	delete(f.tracks, e.TID)
	if e.Process {
		delete(f.processes, e.PID)
	}
	return err
}

func (f *Feed) mark(h *event.Head, at int64, name string, with Pairs) error {
	t, err := f.track(h)
	if err != nil {
		return err
	}
	return f.w.Mark(t, at, text.Escaped(name, f.look), with)
}

// track returns the track of the thread of an event.
func (f *Feed) track(h *event.Head) (*Track, error) {
	if t := f.tracks[h.TID]; t != nil {
		return t, nil
	}
	f.count++
	p := f.process(h.PID)
	t := &Track{ID: f.count, ProcessID: p.id, PID: h.PID, TID: h.TID, Process: f.processName(h.PID)}
	t.Name = text.Escaped(h.Comm, f.look)
	if t.Name == "" {
		t.Name = "thread " + strconv.Itoa(h.TID)
	}
	f.tracks[h.TID] = t
	return t, f.w.Track(t)
}

func (f *Feed) process(pid int) *process {
	p := f.processes[pid]
	if p == nil {
		p = f.newProcess("")
		f.processes[pid] = p
	}
	return p
}

func (f *Feed) newProcess(name string) *process {
	f.numbered++
	return &process{id: f.numbered, name: name}
}

func (f *Feed) processName(pid int) string {
	if name := f.process(pid).name; name != "" {
		return text.Escaped(name, f.look)
	}
	return "process " + strconv.Itoa(pid)
}

// args returns the arguments that are known and not in before.
func (f *Feed) args(c *event.Call, before Pairs) Pairs {
	var pairs Pairs
	for i, a := range c.Args {
		if _, pending := a.Value.(event.Pending); pending {
			continue
		}
		name := text.Escaped(a.Name, f.look)
		if name == "" || pairs.Has(name) {
			name = "arg" + strconv.Itoa(i)
		}
		if p := (Pair{name, f.names.Value(a.Value, c)}); !before.contains(p) {
			pairs = append(pairs, p)
		}
	}
	return pairs
}

var outcomes = [...]string{
	event.Longjmp: "left by longjmp", event.Unwound: "unwound", event.NoReturn: "never returned",
	event.Detached: "plait detached", event.Unavailable: "result unavailable",
}

// result returns what is known of a call at its end and was not at its begin.
func (f *Feed) result(e *event.Return, before Pairs) Pairs {
	pairs := f.args(e.Call, before)
	if e.Outcome != event.Returned {
		return append(pairs, Pair{"outcome", outcomes[e.Outcome]})
	}
	pairs = append(pairs, Pair{"result", f.names.Value(e.Result, e.Call)})
	if e.Errno.Num != 0 {
		pairs = append(pairs, Pair{"errno", f.names.Value(e.Errno, e.Call)})
	}
	return pairs
}

// Has reports whether there is a pair of a name.
func (p Pairs) Has(name string) bool {
	for i := range p {
		if p[i].Name == name {
			return true
		}
	}
	return false
}

func (p Pairs) contains(pair Pair) bool {
	for i := range p {
		if p[i] == pair {
			return true
		}
	}
	return false
}
