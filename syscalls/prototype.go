package syscalls

import (
	_ "embed" // the prototypes

	"plait/proto"
)

//go:embed data/calls.conf
var callsText string

// prototypes are those of one Table, each looked up when it is first asked for.
type prototypes struct {
	types *proto.Types
	user  func(name string) *proto.Prototype // nil: the user has none
	file  *proto.File
	found []lookup // by number
}

// A lookup is a prototype that has been looked for.
type lookup struct {
	done bool
	p    *proto.Prototype
}

// Share makes t use types that have been loaded already, instead of a copy of
// its own. It is for the time before the first call of Prototype.
func (t *Table) Share(types *proto.Types) { t.protos.types = types }

// Prefer makes t take the prototypes that user knows by the name of the call
// before its own. It is for the time before the first call of Prototype.
func (t *Table) Prefer(user func(name string) *proto.Prototype) { t.protos.user = user }

// Prototype is the prototype of a call; nil if nothing is known of its
// arguments, as of all calls that are not made in the machine's own way: their
// words and structs are of other sizes.
func (t *Table) Prototype(nr uint64) *proto.Prototype {
	if t.abi != "" || nr >= uint64(len(t.native)) || t.native[nr].name == "" {
		return nil
	}
	if t.protos.found == nil {
		t.protos.load(t)
	}
	l := &t.protos.found[nr]
	if !l.done {
		l.done, l.p = true, t.protos.lookup(t.native[nr].name)
	}
	return l.p
}

func (p *prototypes) lookup(name string) *proto.Prototype {
	if p.user != nil {
		if x := p.user(name); x != nil {
			return x
		}
	}
	return p.file.Lookup(name)
}

// load indexes the prototypes, without parsing them.
func (p *prototypes) load(t *Table) {
	if p.types == nil {
		p.types = proto.Embedded(t.arch)
	}
	p.file = proto.Scan("calls.conf", callsText, p.types)
	p.found = make([]lookup, len(t.native))
}
