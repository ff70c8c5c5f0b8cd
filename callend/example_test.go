package callend_test

import (
	"fmt"
	"iter"

	"plait/callend"
	"plait/callstack"
	"plait/event"
	"plait/unwind"
)

// stack is a thread of which nothing is known but its stack pointer.
type stack struct{ callend.Thread }

func (s *stack) Word(uint64) (uint64, bool)                { return 0, false }
func (s *stack) Register(int) uint64                       { return 0 }
func (s *stack) Space() unwind.Space                       { return nil }
func (s *stack) OwnStack(uint64) (lo, hi uint64)           { return 0x7000, 0x9000 }
func (s *stack) Now() bool                                 { return true }
func (s *stack) StillOpen(*callstack.Frame) bool           { return false }
func (s *stack) EndOf(*callend.Thread, int, event.Outcome) {}
func (s *stack) Others() iter.Seq[*callend.Thread]         { return nil }
func (s *stack) Goroutine() uint64                         { return 0 }
func (s *stack) FunctionAt(uint64) uint64                  { return 0 }
func (s *stack) Catches(uint64) bool                       { return false }
func (s *stack) End(i int, how event.Outcome) {
	f := s.Remove(i)
	fmt.Printf("%s: returned %v\n", f.Call.Name, how == event.Returned)
}

// ExampleThread leaves a comparison by longjmp(3), and then returns from what called it.
func ExampleThread() {
	s := &stack{callend.Thread{RetPop: 8}}
	s.Machine = s
	s.Push(&callstack.Frame{Call: &event.Call{Name: "qsort"}, SP: 0x8100, Ret: 0x401020})
	s.Push(&callstack.Frame{Call: &event.Call{Name: "strcmp"}, SP: 0x8000, Ret: 0x401060})
	s.EndReturned(0x401020, 0x8108)
	// Output:
	// strcmp: returned false
	// qsort: returned true
}
