package inject

import (
	"time"

	"plait/event"
)

// An Injection says what to do to some calls (strace(1), "-e inject=").
type Injection struct {
	Calls      func(*event.Call) bool // which are meant
	When       When
	Result     uint64 // what the call returns instead of being made, if Replaced
	Replaced   bool
	Error      bool          // Result is a negated error number
	Instead    string        // the harmless call that is made in its place; "": none
	Signal     int           // sent at the beginning; 0: none
	DelayEnter time.Duration // before the call; 0: none, negative: at once, but said
	DelayExit  time.Duration // after it
	PokeEnter  []Poke        // written before the call
	PokeExit   []Poke        // written after it
}

// When says which of a thread's calls of one number are meant, from 1: First,
// then each Step-th behind it, up to Last.
type When struct {
	First, Last, Step int // Last 0: no end. Step 0: First alone
}

// A Poke is data written to where an argument points.
type Poke struct {
	Arg  int // from 0
	Data []byte
}

// includes reports whether call number n of a thread is meant.
func (w When) includes(n int) bool {
	switch {
	case n < w.First || w.Last > 0 && n > w.Last:
		return false
	case w.Step == 0:
		return n == w.First
	}
	return (n-w.First)%w.Step == 0
}

// A Chooser finds what is to be done to the calls of one thread, which it counts. Its
// zero value has counted none.
type Chooser struct {
	counts map[called]int // calls that an injection is about
}

// A called is what calls of one kind have in common.
type called struct {
	kind              event.CallKind
	object, name, abi string
	number            int
}

// Choose returns the injection for a call at its beginning, nil if there is none. Of
// those that are about it the last counts.
func (ch *Chooser) Choose(all []Injection, c *event.Call) *Injection {
	for i := len(all) - 1; i >= 0; i-- {
		in := &all[i]
		if !in.Calls(c) {
			continue
		}
		if ch.counts == nil {
			ch.counts = map[called]int{}
		}
		k := called{c.Kind, c.Object, c.Name, c.ABI, c.Number}
		ch.counts[k]++
		if in.When.includes(ch.counts[k]) {
			return in
		}
		return nil
	}
	return nil
}
