package decode

import "plait/event"

// An Ambiguity is what the mangled name of a C++ function doesn't say about the places
// of its arguments. The address of a result in memory and the address of the object
// are passed before the arguments, if there are such.
type Ambiguity struct {
	Result bool // unknown whether the address of the result is passed
	Object bool // unknown whether the function has an object
	Member bool // the prototype assumes that it has, as its first parameter
	From   int  // the first parameter of a class of unknown size: it and those after it may be elsewhere
}

// IsPlaced reports whether the places of the arguments are known. If they are not, the
// code of the function may settle them (Placed).
func (p *Prototype) IsPlaced() bool {
	return p.Ambiguity == nil || !p.Ambiguity.Result && !p.Ambiguity.Object || len(p.Params) == 0
}

// Placed returns p with its arguments placed by what the function's code does: read is
// the number of integer argument registers that it reads, at least; returnsFirst is
// whether it may return the first of them, as functions with a result in memory do. It
// returns p itself if the places are still unknown.
func (p *Prototype) Placed(read int, returnsFirst bool) *Prototype {
	u := p.Ambiguity
	ints, _ := p.Registers()
	builds := u.Result && returnsFirst
	ahead := 0
	switch {
	case u.Object:
		if u.Member {
			ints--
			ahead--
		}
		hidden := 1
		if builds {
			hidden = 2
		}
		if read != ints+hidden {
			return p
		}
		ahead += hidden
	case builds:
		if ahead = 1; read != ints+ahead {
			return p
		}
	}
	placed := *p
	placed.Ambiguity, placed.hiddenArgs = &Ambiguity{From: u.From}, ahead
	return &placed
}

// mayHideResult reports whether the address of the result may be passed before the
// arguments.
func (p *Prototype) mayHideResult() bool { return p.Ambiguity == nil || p.Ambiguity.Result }

// certain returns how many arguments of the call are known to be where they were found.
func (c *call) certain() int {
	u := c.p.Ambiguity
	switch {
	case u == nil || c.s.Kind == event.System:
		return len(c.p.Params)
	case (u.Result || u.Object) && !c.hiddenResult && (u.Member || c.s.place(c.s.Int(0)).Mapped):
		return 0 // the first may be one of those addresses
	}
	return u.From
}
