package narrow

import (
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"

	"plait/event"
)

// Labels make two traces of one program the same text: addresses are named by what lies
// there, processes and threads are numbered in the order in which they appear, and there
// are no times. What lies where is what a Survey has reported. All sinks of New, and Value,
// number alike.
type Labels struct {
	name   func(symbol string) string
	pid    int               // whose event it is
	spaces map[int]*space    // by process
	pids   map[int]int       // numbers of processes and threads, as they are shown
	inodes map[string]string // of pipes and the like, as they are shown
	room   int               // how much more the spaces may remember
}

// NewLabels returns Labels that show a symbol as name says.
func NewLabels(name func(symbol string) string) *Labels {
	return &Labels{name: name, spaces: map[int]*space{}, pids: map[int]int{}, inodes: map[string]string{}, room: maxKept}
}

// New returns a sink that passes on to s events with labels.
func (l *Labels) New(s event.Sink) event.Sink {
	out := &labels{Labels: l}
	out.to = sink{Sink: s, change: out}
	return out
}

// Value returns a value of a call of a process with labels. What has led to the call, a sink
// of New must have got.
func (l *Labels) Value(pid int, c *event.Call, v event.Value) event.Value {
	l.pid = pid
	v, _ = l.value(c, v)
	return v
}

// labels is the sink.
type labels struct {
	*Labels
	to sink
}

func (l *labels) Close() error { return l.to.Close() }

// Emit passes on a copy of an event.
func (l *labels) Emit(e event.Event) error {
	h := e.Header()
	l.pid = h.PID
	l.follow(e)
	switch e := e.(type) {
	case *event.Enter:
		c := *e
		c.Call = l.call(c.Call)
		return l.emit(&c)
	case *event.Return:
		c := *e
		c.Call = l.call(c.Call)
		c.Elapsed, c.Work, c.CPU, c.Word, c.HasWord = 0, 0, 0, 0, false
		return l.emit(&c)
	case *event.Signal:
		c := *e
		return l.emit(&c)
	case *event.Stopped:
		c := *e
		return l.emit(&c)
	case *event.Spawn:
		c := *e
		c.ChildPID, c.ChildTID = l.number(e.ChildPID), l.number(e.ChildTID)
		return l.emit(&c)
	case *event.Exec:
		c := *e
		c.FormerTID = l.number(e.FormerTID)
		return l.emit(&c)
	case *event.Region:
		l.space().add(e)
		return nil
	case *event.Load:
		c := *e
		c.Base, c.Lo, c.Hi = 0, 0, 0
		return l.emit(&c)
	case *event.Exit:
		c := *e
		c.NewTID = l.number(e.NewTID)
		return l.emit(&c)
	case *event.Detach:
		c := *e
		return l.emit(&c)
	case *event.Notice:
		c := *e
		return l.emit(&c)
	}
	return l.to.Emit(e)
}

// emit passes on an event that is the sink's own.
func (l *labels) emit(e event.Event) error {
	h := e.Header()
	h.PID, h.TID = l.number(h.PID), l.number(h.TID)
	h.Time, h.IP = time.Unix(0, 0).UTC(), 0
	return l.to.Emit(e)
}

// call returns a copy of a call without the addresses and words beside its arguments.
func (l *labels) call(c *event.Call) *event.Call {
	own := *c
	own.Caller, own.Addr, own.Words, own.EnterTID = 0, 0, nil, l.number(c.EnterTID)
	own.Args = slices.Clone(c.Args)
	for i := range own.Args {
		own.Args[i].Addr = 0
	}
	return &own
}

// number is the number that a process or thread is shown with. Zero and less is none.
func (l *Labels) number(id int) int {
	if id <= 0 {
		return id
	}
	n, ok := l.pids[id]
	if !ok {
		n = len(l.pids) + 1
		l.pids[id] = n
	}
	return n
}

// follow lets address spaces go with their processes.
func (l *Labels) follow(e event.Event) {
	switch e := e.(type) {
	case *event.Spawn:
		if s := l.spaces[e.PID]; e.Kind == event.Forked && s != nil {
			l.spaces[e.ChildPID].forget()
			l.spaces[e.ChildPID] = s.clone()
		}
	case *event.Exec:
		l.end(e.PID)
	case *event.Exit:
		if e.Process {
			l.end(e.PID)
		}
	}
}

// end forgets the space of a process.
func (l *Labels) end(pid int) {
	l.spaces[pid].forget()
	delete(l.spaces, pid)
}

func (l *labels) rest(e event.Event) event.Event { return e }

// stack gives frames the addresses that their files count.
func (l *labels) stack(frames []event.Caller) ([]event.Caller, bool) {
	own := slices.Clone(frames)
	for i := range own {
		own[i].Addr = own[i].File
	}
	return own, len(own) > 0
}

func (l *Labels) value(c *event.Call, v event.Value) (event.Value, bool) {
	if text := moody(c, v); text != "" {
		return event.Verbatim{Text: text}, true
	}
	switch v := v.(type) {
	case event.Pointer:
		if text := l.pointer(v); text != "" {
			return event.Verbatim{Text: text}, true
		}
		return v, false
	case event.Unreadable:
		return l.value(c, event.Pointer{Addr: v.Addr})
	case event.Int:
		if text, ok := l.space().label(v.Bits, false); isWord(v) && ok {
			return event.Verbatim{Text: text}, true
		}
		return v, false
	case event.Pointee:
		inner, _ := l.value(c, v.Value)
		if v.Shown {
			at, _ := l.value(c, event.Pointer{Addr: v.Addr})
			return event.Note{Value: at, Extra: inner}, true
		}
		return event.Pointee{Value: inner}, true
	case event.PID:
		v.Num, v.Outer = l.number(v.Num), 0
		return v, true
	case event.FD:
		v.Path = inode().ReplaceAllStringFunc(v.Path, l.inode)
		return v, true
	}
	return inside(v, func(v event.Value) (event.Value, bool) { return l.value(c, v) })
}

// moody returns what is shown instead of a value that differs in each run, whatever the
// program does: random bytes, and what a clock says. For all others it returns "".
func moody(c *event.Call, v event.Value) string {
	if c == nil {
		return ""
	}
	switch v := v.(type) {
	case event.Str:
		if slices.Contains(randomCalls, c.Name) {
			return strconv.Itoa(len(v.Text)) + " random bytes"
		}
	case event.Record, *event.Record:
		if slices.Contains(clockCalls, c.Name) {
			return "{the time}"
		}
	}
	return ""
}

var (
	randomCalls = []string{"getrandom", "getentropy", "arc4random_buf"}
	clockCalls  = []string{"clock_gettime", "gettimeofday"}
)

// isWord reports whether v may be an address: a machine word that is not a number by its
// prototype.
func isWord(v event.Int) bool {
	return v.Size == 8 && (v.Base == event.Hex || v.Base == event.Guess) && v.Bits >= lowest
}

// inode is the number of a pipe, a socket or the like, which has no other name.
var inode = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`:\[\d+\]$`) })

func (l *Labels) inode(text string) string {
	shown, ok := l.inodes[text]
	if !ok {
		shown = ":[" + strconv.Itoa(len(l.inodes)+1) + "]"
		l.inodes[text] = shown
	}
	return shown
}

// pointer returns the label of an address, "" for one that can be none, such as NULL.
func (l *Labels) pointer(p event.Pointer) string {
	text, _ := l.space().label(p.Addr, true)
	if name := l.space().file(p.Addr); p.Symbol != "" && name != "" {
		return name + ":" + l.name(p.Symbol)
	}
	return text
}

func (l *Labels) space() *space {
	s := l.spaces[l.pid]
	if s == nil {
		s = &space{room: &l.room}
		l.spaces[l.pid] = s
	}
	return s
}

func (l *labels) arg(c *event.Call, a *event.Arg) (event.Value, bool) { return l.value(c, a.Value) }

func (l *labels) dumps(dumps []event.Dump) ([]event.Dump, bool) { return dumps, false }
