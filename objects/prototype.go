package objects

import (
	"plait/proto"
	"plait/proto/decode"
)

// A Call is a call of a function of another object, by its symbol.
type Call struct {
	From   *Object // whose code makes it
	Name   string  // of the function
	Callee string  // soname of the object that has it
	Target uint64  // address of the function; 0: unknown
	Ret    uint64  // return address
}

// Prototypes finds prototypes of the functions of an address space.
type Prototypes struct {
	*proto.Database
	List List
}

// Of returns the prototype of the function that is called. A prototype meant for the object
// comes first, then debugging information of the function and of its caller, then a guess from
// machine code.
func (d Prototypes) Of(s Call) *decode.Prototype {
	if p := d.LookupCaller(s.From.Name(), s.Name); p != nil {
		return p
	}
	p := d.Lookup(s.Callee, s.Name)
	if p != nil && d.IsOwn(s.Callee, p) {
		return p
	}
	o, addr := d.List.Definition(s.Name)
	if s.Target != 0 {
		o = d.List.At(s.Target)
		addr = s.Target - o.Base
	}
	if p := d.borrowed(p, o, s.Name, addr); p != nil {
		return o.read().Placed(p, addr)
	}
	if p := s.From.File.Declared(s.Name, s.Ret-1-s.From.Base); p != nil {
		return p
	}
	return o.read().Guess(addr)
}

// borrowed is p, the prototype of a function with that name in another library, unless
// debugging information of the function itself contradicts it, or its code if there is
// none, or there is no p. Then it is what the debugging information says.
func (d Prototypes) borrowed(p *decode.Prototype, o *Object, name string, addr uint64) *decode.Prototype {
	described := o.read().Prototype(name, addr)
	switch {
	case p == nil, described != nil && !p.Agrees(described), described == nil && o.read().Contradicts(p, addr):
		return described
	}
	return p
}

// At returns the prototype of a function that is called at its entry point, addr in object o.
// For the program itself debugging information comes first, because a program may have
// functions named like those of libraries.
func (d Prototypes) At(o *Object, name string, addr uint64) *decode.Prototype {
	addr -= o.Base
	if o.Main {
		if p := d.LookupUser(o.Name(), name); p != nil {
			return p
		}
		if p := o.File.Prototype(name, addr); p != nil {
			return p
		}
	}
	if o.IsGo(name) { // C's calling convention says nothing about it
		p := decode.Guessed(0, 0)
		p.MoreArgs = true
		return p
	}
	p := d.Lookup(o.Name(), name)
	if p != nil && d.isNamesake(p, o, addr) {
		p = nil
	}
	if p != nil && (o.Main || d.IsOwn(o.Name(), p)) {
		return o.read().Placed(p, addr)
	}
	if p := d.borrowed(p, o, name, addr); p != nil {
		return o.read().Placed(p, addr)
	}
	return o.read().Guess(addr)
}

// isNamesake reports whether p, a prototype by a function's name, is that of another
// function: it is not about this object, which keeps the name to itself or whose code takes
// other arguments. A mangled name says for itself what the function takes.
func (d Prototypes) isNamesake(p *decode.Prototype, o *Object, addr uint64) bool {
	if d.IsOwn(o.Name(), p) || p.Ambiguity != nil {
		return false
	}
	return o.read().IsLocal(addr) || o.read().Contradicts(p, addr)
}
