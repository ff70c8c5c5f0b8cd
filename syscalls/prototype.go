package syscalls

import (
	_ "embed" // the prototypes

	"plait/arch"
	"plait/proto"
)

var (
	//go:embed data/calls.conf
	callsText string
	//go:embed data/calls_386.conf
	calls386Text string
)

// prototypes are those of one Table, each looked up when it is first asked for.
type prototypes struct {
	types *proto.Types
	user  func(name string) *proto.Prototype // nil: the user has none
	own   *proto.File                        // of the table's own convention; nil: there is none
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
// arguments, as of the calls of x32: their words and structs are of sizes of
// their own.
func (t *Table) Prototype(nr uint64) *proto.Prototype {
	if nr >= uint64(len(t.native)) || t.native[nr].name == "" {
		return nil
	}
	if t.protos.found == nil {
		t.protos.load(t)
	}
	l := &t.protos.found[nr]
	if !l.done {
		l.done, l.p = true, t.protos.lookup(t.native[nr].name, nr >= firstInner)
	}
	return l.p
}

// innerPrefix begins, in calls_386.conf, the names of inner calls that differ from
// the calls of that name.
const innerPrefix = "inner_"

func (p *prototypes) lookup(name string, inner bool) *proto.Prototype {
	if p.user != nil {
		if x := p.user(name); x != nil {
			return x
		}
	}
	if p.own != nil && inner {
		if x := p.own.Lookup(innerPrefix + name); x != nil {
			return x
		}
	}
	if p.own != nil {
		if x := p.own.Lookup(name); x != nil {
			return x
		}
	}
	return p.file.Lookup(name)
}

// load indexes the prototypes, without parsing them.
func (p *prototypes) load(t *Table) {
	if p.types == nil {
		p.types = proto.Embedded(t.archOf())
	}
	if t.abi == "32" {
		p.own = proto.Scan("calls_386.conf", calls386Text, p.types)
	}
	p.file = proto.Scan("calls.conf", callsText, p.types)
	p.found = make([]lookup, len(t.native))
}

// archOf is the architecture whose words and structs the calls have.
func (t *Table) archOf() *arch.Arch {
	if t.abi == "32" {
		return arch.I386
	}
	return t.arch
}

// Describe returns plait's own prototype of the call of that name, as it is
// written; false if there is none.
func (t *Table) Describe(name string) (d proto.Definition, known bool) {
	nr, ok := t.Number(name)
	if !ok || t.Prototype(nr) == nil {
		return d, false
	}
	name, _ = t.Name(nr)
	if t.protos.own != nil {
		d, known = t.protos.own.Describe(name)
	}
	if !known {
		d, known = t.protos.file.Describe(name)
	}
	d.Library, d.Shipped = "system calls", true
	return d, known
}
