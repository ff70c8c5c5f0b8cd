package decode

import (
	"plait/arch"
	"plait/event"
)

// Unknown returns the prototype of a call that nothing is known about. A library
// call gets ltrace's, long f(long, long, long, long), and guesses how to show the
// numbers. A system call gets six words.
func Unknown(kind event.CallKind) *Prototype {
	p := &Prototype{Guess: true, Arch: arch.Native}
	arg := &intNode{shape{8, 8, true, integer}, event.Guess}
	n := 4
	p.Result = arg
	if kind == event.System {
		n = 6
		arg = &intNode{shape{8, 8, false, integer}, event.Hex}
		p.Result = &intNode{shape{8, 8, true, integer}, event.Decimal}
	}
	for i := range n {
		p.Params = append(p.Params, Param{Node: arg})
		p.Order = append(p.Order, i)
	}
	p.Prepare()
	return p
}
