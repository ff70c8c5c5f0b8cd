package calls

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"

	"plait/event"
)

// Open holds a T for each open call, by thread. Its zero value is empty. It is not
// safe for concurrent use.
type Open[T any] struct {
	threads map[int]*Thread[T]
	last    *Thread[T] // the thread used last: calls of one thread come in bursts
}

// A Thread holds the calls of one thread, the innermost last. A format need not
// push each call, only those of which it remembers something.
type Thread[T any] struct {
	tid   int
	calls []entry[T]
}

type entry[T any] struct {
	id    uint64
	value T
}

// ID returns the ID that a call had at event.Enter. The copy that a forked process
// inherits has an ID of its own at event.Return.
func ID(c *event.Call) uint64 { return cmp.Or(c.Origin, c.ID) }

// Thread returns the calls of a thread, to be looked at or added to. It is valid
// until the next Follow.
func (o *Open[T]) Thread(tid int) *Thread[T] {
	if o.last != nil && o.last.tid == tid {
		return o.last
	}
	t := o.threads[tid]
	if t == nil {
		t = &Thread[T]{tid: tid}
		if o.threads == nil {
			o.threads = map[int]*Thread[T]{}
		}
		o.threads[tid] = t
	}
	o.last = t
	return t
}

// Ending returns the calls of the thread in which a call ends. A call that execve(2) ends
// may have the thread's new number before Follow has seen the Exec. Then the calls are
// still kept under the number at event.Enter.
func (o *Open[T]) Ending(e *event.Return) *Thread[T] {
	if t := o.threads[e.Call.EnterTID]; e.Call.EnterTID != 0 && t != nil && t.Find(e.Call) >= 0 {
		return t
	}
	return o.Thread(e.TID)
}

// Threads yields the threads that hold calls or held some, in no particular order.
func (o *Open[T]) Threads() iter.Seq[*Thread[T]] { return maps.Values(o.threads) }

// Follow updates the calls of a thread after an event. After Exec they belong to the
// thread's new number. A forked process (Spawn) gets copies of its parent's calls: the
// values are copied, not what they point to. After Exit and Detach they are gone. Other
// events have no effect.
func (o *Open[T]) Follow(e event.Event) {
	switch e := e.(type) {
	case *event.Exec:
		o.rename(e.FormerTID, e.TID)
	case *event.Spawn:
		if e.Kind == event.Forked {
			o.inherit(e.TID, e.ChildTID)
		}
	case *event.Exit:
		o.remove(e.TID)
	case *event.Detach:
		o.remove(e.TID)
	}
}

// rename moves the calls of a thread that called execve(2) to the number of its process's
// first thread, whose own calls are over.
func (o *Open[T]) rename(from, to int) {
	if from == 0 || from == to {
		return
	}
	t := o.threads[from]
	o.remove(to)
	o.remove(from)
	if t != nil {
		t.tid = to
		o.threads[to] = t
	}
}

func (o *Open[T]) inherit(from, to int) {
	if t := o.threads[from]; t != nil && from != to && len(t.calls) > 0 {
		child := o.Thread(to)
		child.calls = append(child.calls, t.calls...)
	}
}

func (o *Open[T]) remove(tid int) {
	delete(o.threads, tid)
	o.last = nil
}

// Len returns how many calls are held.
func (t *Thread[T]) Len() int { return len(t.calls) }

// At returns a pointer to what is remembered of call i, where 0 is the outermost. It
// is valid until the next Push.
func (t *Thread[T]) At(i int) *T { return &t.calls[i].value }

// Push remembers value for the call with that ID, as the innermost call.
func (t *Thread[T]) Push(id uint64, value T) {
	t.calls = append(t.calls, entry[T]{id, value})
}

// Find returns the index of a call, or -1 if it is not held.
func (t *Thread[T]) Find(c *event.Call) int {
	id := ID(c)
	for i := len(t.calls) - 1; i >= 0; i-- {
		if t.calls[i].id == id {
			return i
		}
	}
	return -1
}

// Take removes a call and returns what was remembered of it, and whether anything
// was.
func (t *Thread[T]) Take(c *event.Call) (value T, ok bool) {
	i := t.Find(c)
	if i < 0 {
		return value, false
	}
	value = t.calls[i].value
	t.Delete(i, i+1)
	return value, true
}

// TakeAll is Take, which also removes the calls inside that one: no end of them will come.
func (t *Thread[T]) TakeAll(c *event.Call) (value T, ok bool) {
	i := t.Find(c)
	if i < 0 {
		return value, false
	}
	value = t.calls[i].value
	t.Delete(i, len(t.calls))
	return value, true
}

// Delete removes the calls from i up to but not including j.
func (t *Thread[T]) Delete(i, j int) { t.calls = slices.Delete(t.calls, i, j) }

// IsLoader reports whether an object, by its name or path, is the dynamic loader (ld.so(8)).
// That of musl is not one: it is the C library, too.
func IsLoader(object string) bool {
	base := object[strings.LastIndexByte(object, '/')+1:]
	return slices.ContainsFunc(loaders, func(prefix string) bool { return strings.HasPrefix(base, prefix) })
}

// loaders are how the names of glibc's loaders begin. The last one is that of some 64-bit
// machines.
var loaders = []string{"ld-linux", "ld.so", "ld64.so"}
