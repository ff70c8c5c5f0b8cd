package inject

import (
	"time"

	"plait/event"
)

// An Injection says what to do to some calls (strace(1), "-e inject=").
type Injection struct {
	Calls      func(*event.Call) bool // reports whether the injection is about this call
	When       When
	Result     uint64 // what the call returns, if Replaced; the call is not made then
	Replaced   bool
	Error      bool          // Result is a negated error number
	Instead    string        // name of a harmless call that is made in its place; "": none
	Signal     int           // sent to the thread when the call begins; 0: none
	DelayEnter time.Duration // before the call; 0: none, negative: none, but reported as one
	DelayExit  time.Duration // after the call
	PokeEnter  []Poke        // written before the call
	PokeExit   []Poke        // written after the call
}

// When says which calls an injection applies to, by the count of a thread's calls of one
// system call from 1: First, then each Step-th after it, up to Last.
type When struct {
	First, Last, Step int // Last 0: no end. Step 0: First alone
}

// A Poke is data to write to where an argument points.
type Poke struct {
	Arg  int // from 0
	Data []byte
}

// includes reports whether an injection applies to a thread's n-th call, from 1.
func (w When) includes(n int) bool {
	switch {
	case n < w.First || w.Last > 0 && n > w.Last:
		return false
	case w.Step == 0:
		return n == w.First
	}
	return (n-w.First)%w.Step == 0
}

// A Chooser chooses the injections for the calls of one thread, which it counts. The zero
// value has counted none.
type Chooser struct {
	counts map[callKey]int // how many calls there were that an injection is about
}

// A callKey is what calls that are counted together have in common.
type callKey struct {
	kind              event.CallKind
	object, name, abi string
	number            int
}

// Choose returns the injection for a call that begins, or nil. If several are about the
// call, only the last of them counts.
func (ch *Chooser) Choose(all []Injection, c *event.Call) *Injection {
	for i := len(all) - 1; i >= 0; i-- {
		in := &all[i]
		if !in.Calls(c) {
			continue
		}
		if ch.counts == nil {
			ch.counts = map[callKey]int{}
		}
		k := callKey{c.Kind, c.Object, c.Name, c.ABI, c.Number}
		ch.counts[k]++
		if in.When.includes(ch.counts[k]) {
			return in
		}
		return nil
	}
	return nil
}
