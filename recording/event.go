package recording

import (
	"bytes"
	"slices"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"plait/event"
)

// An encoder writes the events of one block after the other.
type encoder struct {
	codec
	first  uint64 // number of the block's first event
	events int    // in the block
	time   int64  // of the event before, in nanoseconds since 1970
	thread uint64 // number of the thread of the event before, plus one
	id     uint64 // of the call before
	opened [128]opened
}

// An opened call has begun in this block: its end needs to tell only what has changed.
// Each is in the entry that the lower bits of its ID name, until another takes that.
type opened struct {
	block    uint64
	site     uint64
	id       uint64
	parent   uint64
	origin   uint64
	enterTID int
	pending  bool
	failed   bool
	raw      bool
	args     []event.Arg
	words    []uint64
	lists    []byte // the arguments and the stack, as they were written
	ends     []int  // of each of these
}

// eventIP is the field of an event that tells its instruction pointer.
const eventIP = 6

// The fields of an event that tell its kind.
const (
	eventEnter protowire.Number = 8 + iota
	eventReturn
	eventSignal
	eventStopped
	eventSpawn
	eventExec
	eventExit
	eventDetach
	eventNotice
	eventLoad
	eventRegion
)

func newEncoder() *encoder {
	return &encoder{codec: codec{encoding: true, tables: &tables{block: 1}}}
}

// add appends an event to the block.
func (c *encoder) add(e event.Event) {
	h := e.Header()
	if c.events == 0 {
		c.time = nanoseconds(h.Time)
		c.out = protowire.AppendVarint(protowire.AppendTag(c.out, blockFirst, protowire.VarintType), c.first)
		c.out = protowire.AppendVarint(protowire.AppendTag(c.out, blockStart, protowire.VarintType), protowire.EncodeZigZag(c.time))
	}
	c.buf = c.buf[:0]
	c.head(e, h)
	c.body(e)
	c.out = protowire.AppendBytes(protowire.AppendTag(c.out, blockEvent, protowire.BytesType), c.buf)
	c.events++
}

// nanoseconds returns a time as it is recorded: since 1970, 0 if it is not known.
func nanoseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// timeOf is the opposite of nanoseconds.
func timeOf(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n)
}

// next begins the next block. The one before must have been copied.
func (c *encoder) next() {
	c.first += uint64(c.events)
	c.events, c.thread, c.id = 0, 0, 0
	c.tables.reset()
}

// head writes what all events have.
func (c *encoder) head(e event.Event, h *event.Head) {
	now := nanoseconds(h.Time)
	d := now - c.time
	c.time = now
	c.sint(1, &d)
	n := c.threadNumber(thread{h.PID, h.TID})
	if n+1 != c.thread {
		c.thread = n + 1
		c.put(2, c.thread)
	}
	c.headFields(h)
	c.ip(e)
}

func (c *encoder) threadNumber(t thread) uint64 {
	r := &c.recentThread
	if r.block != c.tables.block || r.value != t {
		n, added := c.threads.number(t)
		if added {
			c.addEntry(blockThread, func() { c.threadFields(&t) })
		}
		*r = recent[thread]{t, n, c.tables.block}
	}
	return r.number
}

// headFields are the fields of an event that do not depend on others.
func (c *codec) headFields(h *event.Head) {
	c.int(3, &h.Depth)
	c.int(4, &h.Number)
	c.str(5, &h.Comm)
}

// ip writes the instruction pointer, unless it is the usual one.
func (c *encoder) ip(e event.Event) {
	if ip := e.Header().IP; ip != usualIP(e) {
		c.put(eventIP, c.addressNumber(ip))
	}
}

// usualIP returns the instruction pointer that most events of this kind have: that of a
// call is where it returns to.
func usualIP(e event.Event) uint64 {
	switch e := e.(type) {
	case *event.Enter:
		return e.Call.Caller
	case *event.Return:
		return e.Call.Caller
	}
	return 0
}

func (c *encoder) body(e event.Event) {
	switch e := e.(type) {
	case *event.Enter:
		at := c.begin(eventEnter)
		c.enter(e.Call)
		c.end(at)
	case *event.Return:
		at := c.begin(eventReturn)
		c.callEnd(e.Call)
		c.returnFields(e)
		c.end(at)
	case *event.Signal:
		at := c.begin(eventSignal)
		c.signalFields(e)
		c.end(at)
	case *event.Stopped:
		at := c.begin(eventStopped)
		c.stoppedFields(e)
		c.end(at)
	case *event.Spawn:
		at := c.begin(eventSpawn)
		c.spawnFields(e)
		c.end(at)
	case *event.Exec:
		at := c.begin(eventExec)
		c.execFields(e)
		c.end(at)
	case *event.Exit:
		at := c.begin(eventExit)
		c.exitFields(e)
		c.end(at)
	case *event.Detach:
		c.end(c.begin(eventDetach))
	case *event.Load:
		at := c.begin(eventLoad)
		c.loadFields(e)
		c.end(at)
	case *event.Region:
		at := c.begin(eventRegion)
		c.regionFields(e)
		c.end(at)
	case *event.Notice:
		at := c.begin(eventNotice)
		c.noticeFields(e)
		c.end(at)
	}
}

// The fields of the events that have a call. The end of a call has all of it or, with
// returnChanges, what has changed since its begin, which is in the same block.
const (
	enterCall     = 1
	returnCall    = 1
	returnChanges = 2
	returnArg     = 3 // a changed argument
	returnArgs    = 4 // how many there are, plus 1, if not as many as at the begin
)

// The fields of a call that need more than a line in callFields.
const (
	callID     = 1
	callParent = 2
	callSite   = 5
	callArg    = 6
	callWords  = 10
	callStack  = 11
)

// enter writes a call that begins, and remembers what it wrote.
func (c *encoder) enter(call *event.Call) {
	o := &c.opened[call.ID%uint64(len(c.opened))]
	o.block, o.id, o.parent, o.origin, o.enterTID = c.block, call.ID, call.Parent, call.Origin, call.EnterTID
	o.pending, o.failed, o.raw, o.args = call.ArgsPending, call.Failed, call.Raw, append(o.args[:0], call.Args...)
	o.lists, o.ends = o.lists[:0], o.ends[:0]
	at := c.begin(enterCall)
	c.callID(call.ID)
	o.site = c.siteNumber(call)
	c.put(callSite, o.site)
	c.callFields(call)
	for i := range call.Args {
		at := c.begin(callArg)
		c.argFields(&call.Args[i])
		o.keep(c.buf[at:])
		c.end(at)
	}
	o.words = append(o.words[:0], call.Words...)
	c.addrs(callWords, &call.Words)
	from := len(c.buf)
	c.stack(callStack, &call.Stack)
	o.keep(c.buf[from:])
	c.end(at)
}

func (o *opened) keep(b []byte) {
	o.lists = append(o.lists, b...)
	o.ends = append(o.ends, len(o.lists))
}

// kept returns list i: an argument or, behind them, the stack.
func (o *opened) kept(i int) []byte {
	from := 0
	if i > 0 {
		from = o.ends[i-1]
	}
	return o.lists[from:o.ends[i]]
}

func (c *encoder) callID(id uint64) {
	d := int64(id - c.id)
	c.id = id
	c.sint(callID, &d)
}

// callEnd writes the call of a Return.
func (c *encoder) callEnd(call *event.Call) {
	o := &c.opened[call.ID%uint64(len(c.opened))]
	if o.block != c.block || o.id != call.ID {
		at := c.begin(returnCall)
		c.wholeCall(call)
		c.end(at)
		return
	}
	o.block = 0
	c.put(returnChanges, 1)
	at := c.begin(returnCall)
	c.changes(call, o)
	c.end(at)
	if len(call.Args) != len(o.args) {
		c.put(returnArgs, uint64(len(call.Args))+1)
	}
	for i := range call.Args {
		c.changedArg(&call.Args[i], i, o)
	}
	clear(o.args) // what they hold may be large
}

// wholeCall writes a call of whose begin this block knows nothing.
func (c *encoder) wholeCall(call *event.Call) {
	c.callID(call.ID)
	c.put(callSite, c.siteNumber(call))
	c.callFields(call)
	for i := range call.Args {
		at := c.begin(callArg)
		c.argFields(&call.Args[i])
		c.end(at)
	}
	c.addrs(callWords, &call.Words)
	c.stack(callStack, &call.Stack)
}

// changes writes what has changed in a call, but for its arguments. Numbers that have
// become 0 are written, too.
func (c *encoder) changes(call *event.Call, o *opened) {
	c.callID(call.ID)
	if site := c.siteNumber(call); site != o.site {
		c.put(callSite, site)
	}
	c.changed(callParent, o.parent, call.Parent)
	c.changed(3, o.origin, call.Origin)
	c.changed(4, protowire.EncodeZigZag(int64(o.enterTID)), protowire.EncodeZigZag(int64(call.EnterTID)))
	c.changed(7, protowire.EncodeBool(o.pending), protowire.EncodeBool(call.ArgsPending))
	c.changed(8, protowire.EncodeBool(o.failed), protowire.EncodeBool(call.Failed))
	c.changed(9, protowire.EncodeBool(o.raw), protowire.EncodeBool(call.Raw))
	switch {
	case slices.Equal(call.Words, o.words):
	case len(call.Words) == 0:
		c.putText(callWords, "")
	default:
		c.addrs(callWords, &call.Words)
	}
	from := len(c.buf)
	c.stack(callStack, &call.Stack)
	switch list := c.buf[from:]; {
	case bytes.Equal(list, o.kept(len(o.args))):
		c.buf = c.buf[:from]
	case len(list) == 0:
		c.putText(callStack, "")
	}
}

func (c *encoder) changed(num protowire.Number, was, is uint64) {
	if was != is {
		c.put(num, is)
	}
}

// changedArg writes argument i unless it is as it was.
func (c *encoder) changedArg(arg *event.Arg, i int, o *opened) {
	if i < len(o.args) && isSame(arg, &o.args[i]) {
		return
	}
	from := len(c.buf)
	at := c.begin(returnArg)
	c.int(1, &i)
	inner := c.begin(2)
	c.argFields(arg)
	if i < len(o.args) && bytes.Equal(c.buf[inner:], o.kept(i)) {
		c.buf = c.buf[:from]
		return
	}
	c.end(inner)
	c.end(at)
}

// isSame reports whether two arguments are surely the same. Most are numbers, addresses
// and texts, which are compared faster than written.
func isSame(a, b *event.Arg) bool {
	switch a.Value.(type) {
	case event.Int, event.Pointer, event.Str, event.FD, event.Void:
		return *a == *b
	}
	return false
}

// callFields are the fields of a call that neither others have too nor are lists.
func (c *codec) callFields(call *event.Call) {
	c.uint(callParent, &call.Parent)
	c.uint(3, &call.Origin)
	c.int(4, &call.EnterTID)
	c.bool(7, &call.ArgsPending)
	c.bool(8, &call.Failed)
	c.bool(9, &call.Raw)
}

func (c *codec) argFields(a *event.Arg) {
	c.str(1, &a.Name)
	c.value(2, &a.Value)
	c.addr(3, &a.Addr)
	c.bool(4, &a.Named)
	c.bool(5, &a.Guess)
}

// allTampers are all ways in which plait changes calls.
const allTampers = event.InjectedResult | event.InjectedArgs | event.InjectedOut | event.Delayed

// returnFields are the fields of a Return but those of its call.
func (c *codec) returnFields(e *event.Return) {
	if !c.encoding && c.isNumber(5) && c.n > uint64(event.Unavailable) {
		c.n = uint64(event.Unavailable) // how it ended is not known here
	}
	enum(c, 5, &e.Outcome, event.Unavailable)
	c.value(6, &e.Result)
	c.message(7, e.Errno != event.Errno{}, func() { c.errnoFields(&e.Errno) })
	c.sint(8, (*int64)(&e.Elapsed))
	c.sint(9, (*int64)(&e.Work))
	c.sint(10, (*int64)(&e.CPU))
	enum(c, 11, &e.Tamper, allTampers)
	c.sint(14, &e.Word)
	c.bool(15, &e.HasWord)
	c.message(13, e.Heap != event.Heap{}, func() { c.heapFields(&e.Heap) })
	if c.encoding {
		for i := range e.Dumps {
			at := c.begin(12)
			c.dumpFields(&e.Dumps[i])
			c.end(at)
		}
	} else if c.isBytes(12) {
		var d event.Dump
		c.each(c.b, func() { c.dumpFields(&d) })
		e.Dumps = append(e.Dumps, d)
	}
}

func (c *codec) heapFields(h *event.Heap) {
	c.addr(1, &h.Freed)
	c.addr(2, &h.Block)
	size := int64(h.Size)
	c.sint(3, &size)
	h.Size = uint64(size)
	c.bool(4, &h.Sized)
}

func (c *codec) dumpFields(d *event.Dump) {
	c.int(1, &d.Message)
	c.int(2, &d.Buffer)
	c.bytes(3, &d.Data)
}

func (c *codec) signalFields(e *event.Signal) {
	c.int(1, &e.Number)
	c.str(2, &e.Name)
	c.str(3, &e.Text)
	c.value(4, &e.Info)
	c.stack(5, &e.Stack)
}

func (c *codec) stoppedFields(e *event.Stopped) {
	c.int(1, &e.Number)
	c.str(2, &e.Name)
	c.str(3, &e.Text)
}

func (c *codec) spawnFields(e *event.Spawn) {
	enum(c, 1, &e.Kind, event.Threaded)
	c.int(2, &e.ChildPID)
	c.int(3, &e.ChildTID)
	c.str(4, &e.Path)
}

func (c *codec) execFields(e *event.Exec) {
	c.str(1, &e.Path)
	c.int(2, &e.FormerTID)
}

func (c *codec) loadFields(e *event.Load) {
	c.str(1, &e.Path)
	c.str(2, &e.Soname)
	c.str(3, &e.BuildID)
	c.addr(4, &e.Base)
	c.addr(5, &e.Lo)
	c.addr(6, &e.Hi)
	c.bool(7, &e.Main)
}

func (c *codec) regionFields(e *event.Region) {
	enum(c, 1, &e.Kind, event.ArgsRegion)
	c.addr(2, &e.Start)
	c.addr(3, &e.End)
	c.addr(4, &e.Base)
	c.str(5, &e.Path)
}

func (c *codec) exitFields(e *event.Exit) {
	c.bool(1, &e.Process)
	c.int(2, &e.Status)
	c.str(3, &e.Signal)
	c.bool(4, &e.Core)
	c.int(5, &e.NewTID)
}

func (c *codec) noticeFields(e *event.Notice) {
	enum(c, 1, &e.Kind, event.ModeChanged)
	c.str(2, &e.Text)
}

// drop forgets the events of the block.
func (c *encoder) drop() {
	c.events = 0
	c.next()
}
