package syscalls

import (
	"cmp"
	_ "embed" // the prototypes

	"plait/arch"
	"plait/proto"
	"plait/proto/decode"
)

var (
	//go:embed data/calls.conf
	callsText string
	//go:embed data/calls_386.conf
	calls386Text string
	//go:embed data/calls_x32.conf
	callsX32Text string
)

// prototypes are the prototypes of one Table. Each is looked up when it is first needed.
type prototypes struct {
	types *proto.Types
	user  func(name string) *decode.Prototype // the user's prototypes; may be nil
	own   *proto.File                         // that only this convention has; may be nil
	file  *proto.File
	x32   []*proto.File                // with the types of x32
	found map[uint64]*decode.Prototype // by number
}

// ShareTypes makes t use types that are loaded already, instead of its own copy. It must be
// called before Prototype.
func (t *Table) ShareTypes(types *proto.Types) { t.protos.types = types }

// PreferUser makes t ask user first for the prototype of a call, by the call's name. It must
// be called before Prototype.
func (t *Table) PreferUser(user func(name string) *decode.Prototype) { t.protos.user = user }

// Prototype returns the prototype of a call, or nil if nothing is known about its arguments.
func (t *Table) Prototype(nr uint64) *decode.Prototype {
	name, known := t.Name(nr)
	if !known {
		return nil
	}
	if t.protos.found == nil {
		t.protos.load(t)
	}
	p, done := t.protos.found[nr]
	if !done {
		p = t.protos.lookup(nr, name)
		t.protos.found[nr] = p
	}
	return p
}

// innerPrefix begins, in calls_386.conf, the names of inner calls whose prototypes differ from
// that of the call of the same name.
const innerPrefix = "inner_"

// firstX32 is the first number of the calls that only x32 programs make. They share the
// others with the machine's own convention (asm/unistd_x32.h).
const firstX32 = 512

func (p *prototypes) lookup(nr uint64, name string) *decode.Prototype {
	if isX32(nr) && nr&^x32Bit >= firstX32 {
		if p.x32 == nil {
			types := proto.Embedded(arch.X32)
			p.x32 = []*proto.File{proto.Scan("calls_x32.conf", callsX32Text, types), proto.Prototypes("calls.conf", callsText, types)}
		}
		return cmp.Or(p.x32[0].Lookup(name), p.x32[1].Lookup(name))
	}
	inner := p.own != nil && nr >= firstInner
	if p.user != nil {
		if x := p.user(name); x != nil {
			return x
		}
	}
	if inner {
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

// load prepares the files of prototypes, without reading each prototype.
func (p *prototypes) load(t *Table) {
	if p.types == nil {
		p.types = proto.Embedded(t.archOf())
	}
	if t.abi == "32" {
		p.own = proto.Scan("calls_386.conf", calls386Text, p.types)
	}
	p.file = proto.Prototypes("calls.conf", callsText, p.types)
	p.found = map[uint64]*decode.Prototype{}
}

// archOf returns the architecture whose words and structs the calls use.
func (t *Table) archOf() *arch.Arch {
	if t.abi == "32" {
		return arch.I386
	}
	return t.arch
}

// Describe returns plait's own prototype of the call called name, as it is written; false if
// there is none.
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
