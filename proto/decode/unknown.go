package decode

import (
	"plait/arch"
	"plait/event"
)

// Unknown is the prototype of a call of which nothing is known. A library call
// has ltrace's: long f(long, long, long, long), the numbers guessed. A system
// call has six words.
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
	p.Settle()
	return p
}
