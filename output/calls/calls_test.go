package calls

import (
	"fmt"
	"slices"
	"testing"

	"plait/event"
)

// held shows what is stored about the calls of a thread.
func held(o *Open[string], tid int) string {
	var all []string
	t := o.Thread(tid)
	for i := range t.Len() {
		all = append(all, *t.At(i))
	}
	return fmt.Sprint(all)
}

func check(t *testing.T, o *Open[string], tid int, want string) {
	t.Helper()
	if got := held(o, tid); got != want {
		t.Errorf("thread %d has %s, want %s", tid, got, want)
	}
}

func head(tid int) event.Head { return event.Head{PID: 7, TID: tid} }

// TestNesting: calls are found at any depth and removed in any order, and threads have
// separate calls.
func TestNesting(t *testing.T) {
	var o Open[string]
	for id, name := range []string{"a", "b", "c"} {
		o.Thread(7).Push(uint64(id), name)
	}
	o.Thread(8).Push(9, "other")
	if what, ok := o.Thread(7).Take(&event.Call{ID: 1}); what != "b" || !ok {
		t.Errorf("took %q, %t", what, ok)
	}
	if what, ok := o.Thread(7).Take(&event.Call{ID: 9}); ok {
		t.Errorf("took %q of another thread", what)
	}
	if i := o.Thread(7).Find(&event.Call{ID: 2}); i != 1 {
		t.Errorf("c is call %d", i)
	}
	check(t, &o, 7, "[a c]")
	o.Thread(7).Delete(0, 1)
	check(t, &o, 7, "[c]")
	check(t, &o, 8, "[other]")
}

// TestExec: the calls of the thread that called execve continue under the number of the
// first thread, whose own are over.
func TestExec(t *testing.T) {
	var o Open[string]
	o.Thread(7).Push(1, "join")
	o.Thread(8).Push(2, "execve")
	o.Follow(&event.Exec{Head: head(7), FormerTID: 8})
	check(t, &o, 7, "[execve]")
	check(t, &o, 8, "[]")
	o.Follow(&event.Exec{Head: head(7), FormerTID: 7})
	o.Follow(&event.Exec{Head: head(7)})
	check(t, &o, 7, "[execve]")
	o.Follow(&event.Exec{Head: head(7), FormerTID: 9})
	check(t, &o, 7, "[]")
}

// TestExecEnds: the calls that execve ends are found before and after Exec.
func TestExecEnds(t *testing.T) {
	var o Open[string]
	o.Thread(8).Push(2, "execl")
	o.Thread(8).Push(3, "execve")
	end := func(id uint64) *event.Return {
		return &event.Return{Head: head(7), Call: &event.Call{ID: id, EnterTID: 8}}
	}
	if what, ok := o.Ending(end(3)).Take(end(3).Call); what != "execve" || !ok {
		t.Errorf("took %q, %t", what, ok)
	}
	o.Follow(&event.Exec{Head: head(7), FormerTID: 8})
	if what, ok := o.Ending(end(2)).Take(end(2).Call); what != "execl" || !ok {
		t.Errorf("took %q, %t", what, ok)
	}
}

// TestFork: a child has copies of the calls that are open in its creator. The call that
// returns in the child finds them, and so does that of a grandchild.
func TestFork(t *testing.T) {
	var o Open[string]
	o.Thread(7).Push(1, "main")
	o.Thread(7).Push(2, "fork")
	o.Follow(&event.Spawn{Head: head(7), Kind: event.Forked, ChildTID: 20})
	o.Follow(&event.Spawn{Head: head(7), Kind: event.Threaded, ChildTID: 30})
	check(t, &o, 30, "[]")
	if what, ok := o.Thread(20).Take(&event.Call{ID: 5, Origin: 2}); what != "fork" || !ok {
		t.Errorf("took %q, %t", what, ok)
	}
	o.Follow(&event.Spawn{Head: head(20), Kind: event.Forked, ChildTID: 40})
	if i := o.Thread(40).Find(&event.Call{ID: 6, Origin: 1}); i != 0 {
		t.Errorf("main is call %d of the grandchild", i)
	}
	check(t, &o, 20, "[main]")
	check(t, &o, 7, "[main fork]")
}

// TestEnds: nothing is left of a thread that has ended, and its number may be used
// again.
func TestEnds(t *testing.T) {
	for _, end := range []event.Event{&event.Exit{Head: head(7)}, &event.Detach{Head: head(7)}} {
		var o Open[string]
		o.Thread(7).Push(1, "pause")
		o.Follow(end)
		if n := len(slices.Collect(o.Threads())); n != 0 {
			t.Errorf("%T: %d threads are left", end, n)
		}
		check(t, &o, 7, "[]")
	}
}

// TestChange: what is stored can be changed in place.
func TestChange(t *testing.T) {
	var o Open[string]
	o.Thread(7).Push(1, "a")
	*o.Thread(7).At(0) += "b"
	check(t, &o, 7, "[ab]")
}
