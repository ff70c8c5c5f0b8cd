package proto

import "plait/event"

// unsaid is what the mangled name of a C++ function leaves open, and what then is not
// known of where its arguments are. The address of a result that is built in memory
// and that of the object are passed in front of them.
type unsaid struct {
	result bool // whether there is an address for the result
	object bool // whether there is an object
	member bool // it is taken to have one: that is the first parameter
	from   int  // the parameter of a class of unknown size: those from it on may be elsewhere
}

// IsPlaced tells whether it is known where the arguments of a function are. If not, its
// code may tell.
func (p *Prototype) IsPlaced() bool {
	return p.unsaid == nil || !p.unsaid.result && !p.unsaid.object || len(p.params) == 0
}

// Placed returns p with what the function's code tells of its arguments: that it reads
// so many integer registers, at least, and whether it may return what is in the first,
// as those do that build their result in memory. It is p itself if that does not settle
// where they are.
func (p *Prototype) Placed(read int, returnsFirst bool) *Prototype {
	u := p.unsaid
	ints, _ := p.Registers()
	builds := u.result && returnsFirst
	ahead := 0
	switch {
	case u.object:
		if u.member {
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
	placed.unsaid, placed.ahead = &unsaid{from: u.from}, ahead
	return &placed
}

// mayBuild tells whether an address for the result may be in front of the arguments.
func (p *Prototype) mayBuild() bool { return p.unsaid == nil || p.unsaid.result }

// sureTo is how many of the arguments of a call are known to be where they were found.
func (c *call) sureTo() int {
	u := c.p.unsaid
	switch {
	case u == nil || c.s.Kind == event.System:
		return len(c.p.params)
	case (u.result || u.object) && !c.built && (u.member || c.s.place(c.s.Int(0)).Mapped):
		return 0 // the first may be one of those addresses
	}
	return u.from
}
