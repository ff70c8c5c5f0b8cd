package inject

import (
	"time"

	"plait/syscalls"
)

// An Injection says what to do to some system calls (strace(1), "-e inject=").
type Injection struct {
	Calls      *syscalls.Set
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

// Includes reports whether call number n of a thread is meant.
func (w When) Includes(n int) bool {
	switch {
	case n < w.First || w.Last > 0 && n > w.Last:
		return false
	case w.Step == 0:
		return n == w.First
	}
	return (n-w.First)%w.Step == 0
}
