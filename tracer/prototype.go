package tracer

import (
	"plait/objects"
	"plait/proto/decode"
)

// prototypeOf finds the prototype of the function that slot s leads to, for a call that
// returns to ret; target is the function's address, if s.known. A prototype meant for
// the object comes first, then debugging information of the function and of its caller,
// then a guess from machine code.
func (t *Tracer) prototypeOf(tr *tracee, s *slot, target, ret uint64) *decode.Prototype {
	if p := t.Prototypes.LookupCaller(s.object.Name(), s.Name); p != nil {
		return p
	}
	p := t.Prototypes.Lookup(s.callee, s.Name)
	if p != nil && t.Prototypes.IsOwn(s.callee, p) {
		return p
	}
	o, addr := tr.space.objects.Definition(s.Name)
	if s.known {
		o = tr.space.objects.At(target)
		addr = target - o.Base
	}
	if p := t.borrowed(p, o, s.Name, addr); p != nil {
		return o.ELF().Placed(p, addr)
	}
	if p := s.object.File.Declared(s.Name, ret-1-s.object.Base); p != nil {
		return p
	}
	return o.ELF().Guess(addr)
}

// borrowed is p, the prototype of a function with that name in another library, unless
// debugging information of the function itself contradicts it, or its code if there is
// none, or there is no p. Then it is what the debugging information says.
func (t *Tracer) borrowed(p *decode.Prototype, o *objects.Object, name string, addr uint64) *decode.Prototype {
	described := o.ELF().Prototype(name, addr)
	switch {
	case p == nil, described != nil && !p.Agrees(described), described == nil && o.ELF().Contradicts(p, addr):
		return described
	}
	return p
}

// prototypeAt finds the prototype of a function that is traced at its entry point addr.
// For the program itself debugging information comes first, because a program may have
// functions named like those of libraries.
func (t *Tracer) prototypeAt(fn *function, addr uint64) *decode.Prototype {
	o := fn.object
	addr -= o.Base
	if o.Main {
		if p := t.Prototypes.LookupUser(o.Name(), fn.name); p != nil {
			return p
		}
		if p := o.File.Prototype(fn.name, addr); p != nil {
			return p
		}
	}
	if fn.isGo { // C's calling convention says nothing about it
		p := decode.Guessed(0, 0)
		p.MoreArgs = true
		return p
	}
	p := t.Prototypes.Lookup(o.Name(), fn.name)
	if p != nil && t.isNamesake(p, o, addr) {
		p = nil
	}
	if p != nil && (o.Main || t.Prototypes.IsOwn(o.Name(), p)) {
		return o.ELF().Placed(p, addr)
	}
	if p := t.borrowed(p, o, fn.name, addr); p != nil {
		return o.ELF().Placed(p, addr)
	}
	return o.ELF().Guess(addr)
}

// isNamesake reports whether p, a prototype by a function's name, is that of another
// function: it is not about this object, which keeps the name to itself or whose code takes
// other arguments. A mangled name says for itself what the function takes.
func (t *Tracer) isNamesake(p *decode.Prototype, o *objects.Object, addr uint64) bool {
	if t.Prototypes.IsOwn(o.Name(), p) || p.Ambiguity != nil {
		return false
	}
	return o.ELF().IsLocal(addr) || o.ELF().Contradicts(p, addr)
}
