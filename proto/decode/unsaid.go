package decode

import "plait/event"

// Unsaid is what the mangled name of a C++ function leaves open, and what then is not
// known of where its arguments are. The address of a result that is built in memory
// and that of the object are passed in front of them.
type Unsaid struct {
	Result bool // whether there is an address for the result
	Object bool // whether there is an object
	Member bool // it is taken to have one: that is the first parameter
	From   int  // the parameter of a class of unknown size: those from it on may be elsewhere
}

// IsPlaced tells whether it is known where the arguments of a function are. If not, its
// code may tell.
func (p *Prototype) IsPlaced() bool {
	return p.Unsaid == nil || !p.Unsaid.Result && !p.Unsaid.Object || len(p.Params) == 0
}

// Placed returns p with what the function's code tells of its arguments: that it reads
// so many integer registers, at least, and whether it may return what is in the first,
// as those do that build their result in memory. It is p itself if that does not settle
// where they are.
func (p *Prototype) Placed(read int, returnsFirst bool) *Prototype {
	u := p.Unsaid
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
	placed.Unsaid, placed.ahead = &Unsaid{From: u.From}, ahead
	return &placed
}

// mayBuild tells whether an address for the result may be in front of the arguments.
func (p *Prototype) mayBuild() bool { return p.Unsaid == nil || p.Unsaid.Result }

// sureTo is how many of the arguments of a call are known to be where they were found.
func (c *call) sureTo() int {
	u := c.p.Unsaid
	switch {
	case u == nil || c.s.Kind == event.System:
		return len(c.p.Params)
	case (u.Result || u.Object) && !c.built && (u.Member || c.s.place(c.s.Int(0)).Mapped):
		return 0 // the first may be one of those addresses
	}
	return u.From
}
