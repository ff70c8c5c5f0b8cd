package only

import (
	"fmt"
	"strings"
	"testing"

	"plait/bound"
	"plait/event"
)

// A log is a sink that notes what it gets: "7:+3(1,0)" is the beginning of call 3 in
// thread 7, with parent 1, at depth 0.
type log struct {
	seen    []string
	notices []string
}

func (l *log) Emit(e event.Event) error {
	switch e := e.(type) {
	case *event.Enter:
		l.seen = append(l.seen, fmt.Sprintf("%d:+%d(%d,%d)", e.TID, e.Call.ID, e.Call.Parent, e.Depth))
	case *event.Return:
		l.seen = append(l.seen, fmt.Sprintf("%d:-%d(%d,%d)", e.TID, e.Call.ID, e.Call.Parent, e.Depth))
	case *event.Signal:
		l.seen = append(l.seen, fmt.Sprintf("%d:!(%d)", e.TID, e.Depth))
	case *event.Notice:
		l.notices = append(l.notices, e.Text)
	}
	return nil
}

func (l *log) Close() error { return nil }

// named is a choice of calls of one name.
func named(name string) *Choice {
	return &Choice{Text: "--choice " + name, Match: func(c *event.Call) bool { return c.Name == name }}
}

// A thread emits the calls of one thread.
type thread struct {
	to   *Sink
	tid  int
	last *uint64
	open []*event.Call
}

func (t *thread) head() event.Head { return event.Head{PID: 7, TID: t.tid, Depth: len(t.open)} }

func (t *thread) parent() uint64 {
	if len(t.open) == 0 {
		return 0
	}
	return t.open[len(t.open)-1].ID
}

func (t *thread) enter(name string) {
	*t.last++
	c := &event.Call{ID: *t.last, Name: name, Parent: t.parent()}
	if strings.HasPrefix(name, "SYS_") {
		c.Kind = event.System
	}
	_ = t.to.Emit(&event.Enter{Head: t.head(), Call: c})
	t.open = append(t.open, c)
}

func (t *thread) leave(failed bool) {
	n := len(t.open) - 1
	c := t.open[n]
	t.open = t.open[:n]
	c.Failed = failed
	_ = t.to.Emit(&event.Return{Head: t.head(), Call: c})
}

// play emits a script: "NAME(" begins a call, ")" ends one, "x)" ends one that fails,
// "!" is a signal.
func play(o Options, script string) *log {
	l := &log{}
	t := &thread{to: New(l, o), tid: 7, last: new(uint64)}
	for word := range strings.FieldsSeq(script) {
		switch {
		case strings.HasSuffix(word, "("):
			t.enter(strings.TrimSuffix(word, "("))
		case word == "!":
			_ = t.to.Emit(&event.Signal{Head: t.head()})
		default:
			t.leave(word == "x)")
		}
	}
	_ = t.to.Close()
	return l
}

func TestOptions(t *testing.T) {
	const script = "__libc_start_main( malloc( SYS_brk( ) SYS_brk( x) ) free( ) ! qsort( compare( ) compare( puts( SYS_write( ) ) ) ) SYS_exit( ) )"
	for _, test := range []struct {
		name   string
		o      Options
		script string
		want   string
	}{
		{"crossing", Options{Crossing: true}, script,
			"7:+2(0,0) 7:+3(2,1) 7:-3(2,1) 7:+4(2,1) 7:-4(2,1) 7:-2(0,0) 7:!(0) 7:+6(0,0) 7:+8(6,1) 7:+9(8,2) 7:+10(9,3) 7:-10(9,3) 7:-9(8,2) 7:-8(6,1) 7:-6(0,0)"},
		{"causes", Options{Causes: named("SYS_write")}, script,
			"7:!(0) 7:+6(0,0) 7:+8(6,1) 7:+9(8,2) 7:+10(9,3) 7:-10(9,3) 7:-9(8,2) 7:-8(6,1) 7:-6(0,0)"},
		{"within", Options{Within: named("qsort")}, script,
			"7:+6(0,0) 7:+7(6,1) 7:-7(6,1) 7:+8(6,1) 7:+9(8,2) 7:+10(9,3) 7:-10(9,3) 7:-9(8,2) 7:-8(6,1) 7:-6(0,0)"},
		{"from and until", Options{From: named("free"), Until: named("compare")}, script,
			"7:+5(0,0) 7:-5(0,0) 7:!(0) 7:+6(0,0) 7:+7(6,1) 7:-7(6,1) 7:-6(0,0)"},
		{"failed", Options{Failed: true}, script, "7:+4(0,0) 7:-4(0,0) 7:!(0)"},
		{"failed and causes", Options{Failed: true, Causes: named("SYS_brk")}, "a( SYS_brk( ) x) b( SYS_read( ) x) c( SYS_brk( x) )",
			"7:+1(0,0) 7:-1(0,0) 7:+6(0,0) 7:-6(0,0)"},
		{"failed within", Options{Failed: true, Within: named("a")}, "a( b( x) ) b( x)", "7:+2(0,0) 7:-2(0,0)"},
		{"recursion", Options{Within: named("a")}, "a( b( a( ) ) ) b( )", "7:+1(0,0) 7:+2(1,1) 7:+3(2,2) 7:-3(2,2) 7:-2(1,1) 7:-1(0,0)"},
	} {
		if got := strings.Join(play(test.o, test.script).seen, " "); got != test.want {
			t.Errorf("%s:\n%s, want\n%s", test.name, got, test.want)
		}
	}
}

// TestNothingChosen: a choice that no call meets is said to be one.
func TestNothingChosen(t *testing.T) {
	l := play(Options{From: named("a"), Within: named("b"), Until: named("c")}, "x( ) a( ) b( )")
	if got := strings.Join(l.notices, "|"); got != "--choice c: there was no such call" {
		t.Error(got)
	}
}

// TestFork: a child does not show what its creator holds back, and what the child calls
// itself has the right parents.
func TestFork(t *testing.T) {
	l := &log{}
	last := new(uint64)
	s := New(l, Options{Crossing: true})
	parent := &thread{to: s, tid: 7, last: last}
	parent.enter("outer")
	parent.enter("SYS_getpid")
	parent.leave(false)
	parent.enter("fork")
	parent.enter("SYS_clone")
	_ = s.Emit(&event.Spawn{Head: event.Head{PID: 7, TID: 7}, Kind: event.Forked, ChildPID: 8, ChildTID: 8})
	child := &thread{to: s, tid: 8, last: last, open: []*event.Call{{ID: 101, Origin: 1}, {ID: 103, Origin: 3}}}
	parent.leave(false)
	child.enter("SYS_gettid")
	child.leave(false)
	child.leave(false)
	child.enter("puts")
	child.enter("SYS_write")
	child.leave(false)
	child.leave(false)
	child.leave(false)
	parent.leave(false)
	parent.leave(false)
	want := "7:+1(0,0) 7:+2(1,1) 7:-2(1,1) 7:+3(1,1) 7:+4(3,2) 7:-4(3,2) " +
		"8:+5(103,2) 8:-5(103,2) 8:-103(1,1) 8:+6(101,1) 8:+7(6,2) 8:-7(6,2) 8:-6(101,1) 8:-101(0,0) 7:-3(1,1) 7:-1(0,0)"
	if got := strings.Join(l.seen, " "); got != want {
		t.Errorf("%s, want\n%s", got, want)
	}
}

// TestForkHeld: what was held back when a process forked is not shown in its child.
func TestForkHeld(t *testing.T) {
	l := &log{}
	last := new(uint64)
	s := New(l, Options{Causes: named("SYS_write")})
	parent := &thread{to: s, tid: 7, last: last}
	parent.enter("fork")
	_ = s.Emit(&event.Spawn{Head: event.Head{PID: 7, TID: 7}, Kind: event.Forked, ChildPID: 8, ChildTID: 8})
	child := &thread{to: s, tid: 8, last: last, open: []*event.Call{{ID: 101, Origin: 1}}}
	child.enter("SYS_write") // of a call that is not shown
	child.leave(false)
	child.enter("puts")
	child.enter("SYS_write")
	child.leave(false)
	child.leave(false)
	child.leave(false)
	parent.leave(false)
	if got := strings.Join(l.seen, " "); got != "8:+3(0,0) 8:+4(3,1) 8:-4(3,1) 8:-3(0,0)" || s.store.calls != 0 {
		t.Errorf("%s, %d are held", got, s.store.calls)
	}
}

// TestBound: what is held back does not grow without bound; that calls are left out is
// said once.
func TestBound(t *testing.T) {
	l := &log{}
	th := &thread{to: New(l, Options{Crossing: true}), tid: 7, last: new(uint64)}
	for range maxHeld + 100 {
		th.enter("f")
	}
	th.enter("SYS_write") // finds no room
	for len(th.open) > maxHeld-1 {
		th.leave(false)
	}
	th.enter("SYS_write")
	if len(l.notices) != 1 || !strings.Contains(l.notices[0], "65536 open calls") {
		t.Errorf("%q", l.notices)
	}
	if len(l.seen) != maxHeld || th.to.store.calls != 0 || th.to.store.bytes != 0 {
		t.Errorf("%d events, %d calls and %d bytes are held", len(l.seen), th.to.store.calls, th.to.store.bytes)
	}
	th = &thread{to: New(l, Options{Failed: true}), tid: 7, last: new(uint64)}
	for range 1000 {
		_ = th.to.Emit(&event.Enter{Call: &event.Call{ID: *th.last, Args: []event.Arg{{Value: event.Str{Text: strings.Repeat("x", 1<<20)}}}}})
		*th.last++
	}
	if th.to.store.bytes > maxHeldBytes {
		t.Errorf("%d bytes are held", th.to.store.bytes)
	}
}

// FuzzOnly compares the calls that are shown with those that a second look at the whole
// trace chooses, and holds their nesting to be right.
func FuzzOnly(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x83\x90\x01\x82\x83\xa0\x05\xc0\x06"), uint8(0))
	f.Add([]byte("\x00\x41\x02\xc3\x90\x01\x82\xc3\xa0\x05\xc0\x06\x80\x80\x80\xc0\xc0\xc0"), uint8(7))
	f.Fuzz(func(t *testing.T, b []byte, which uint8) {
		o := Options{Crossing: which&1 != 0, Failed: which&2 != 0}
		if which&4 != 0 {
			o.Causes = named("SYS_1")
		}
		if which&8 != 0 {
			o.Within = named("f1")
		}
		bound.Input(t, func() { checkOnly(t, o, b) })
	})
}

// A fact is what is known of a call at the end.
type fact struct {
	parent                uint64
	within, inside, ended bool
	failed                bool
}

func checkOnly(t *testing.T, o Options, b []byte) {
	l := &log{}
	s := New(l, o)
	last := new(uint64)
	threads := [2]*thread{{to: s, tid: 7, last: last}, {to: s, tid: 8, last: last}}
	facts := map[uint64]*fact{}
	for _, c := range b {
		th := threads[c>>6&1]
		if c>>7 != 0 {
			if len(th.open) > 0 {
				f := facts[th.parent()]
				f.ended, f.failed = true, c%2 == 1
				th.leave(c%2 == 1)
			}
			continue
		}
		learn(facts, th, o, c)
	}
	_ = s.Close()
	checkShown(t, o, l, facts)
}

// learn begins a call and notes what that means for it and those around it.
func learn(facts map[uint64]*fact, th *thread, o Options, c byte) {
	name := fmt.Sprint([]string{"f", "SYS_"}[c%2], c>>1%3)
	around := th.parent()
	f := &fact{parent: around, within: o.Within == nil || name == "f1"}
	library := c%2 == 0
	if up := facts[around]; up != nil {
		f.within = f.within || up.within
	}
	facts[*th.last+1] = f
	th.enter(name)
	in := false
	for _, call := range th.open[:len(th.open)-1] {
		in = in || call.Kind != event.System && facts[call.ID].within
	}
	if !library && in && (o.Causes == nil || o.Causes.Match(th.open[len(th.open)-1])) {
		for _, call := range th.open {
			facts[call.ID].inside = true
		}
	}
}

func checkShown(t *testing.T, o Options, l *log, facts map[uint64]*fact) {
	begun := map[uint64]bool{}
	open := map[int][]uint64{}
	for _, line := range l.seen {
		var tid, depth int
		var sign string
		var id, parent uint64
		if _, err := fmt.Sscanf(strings.NewReplacer(":", " ", "+", "+ ", "-", "- ", "(", " ", ",", " ", ")", "").Replace(line), "%d %1s %d %d %d", &tid, &sign, &id, &parent, &depth); err != nil {
			t.Fatal(line, err)
		}
		stack := open[tid]
		if sign == "-" {
			if len(stack) == 0 || stack[len(stack)-1] != id {
				t.Fatalf("%s ends, open are %v", line, stack)
			}
			stack = stack[:len(stack)-1]
		}
		var around uint64
		if n := len(stack); n > 0 {
			around = stack[n-1]
		}
		if parent != around || depth != len(stack) {
			t.Fatalf("%s: parent %d at depth %d is right", line, around, len(stack))
		}
		if sign == "+" {
			begun[id] = true
			stack = append(stack, id)
		}
		open[tid] = stack
	}
	for id, f := range facts {
		want := f.within && (!o.inside() || f.inside) && (!o.Failed || f.ended && f.failed)
		if begun[id] != want {
			t.Errorf("call %d is shown: %t, want %t", id, begun[id], want)
		}
	}
}
