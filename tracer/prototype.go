package tracer

import (
	"plait/objects"
	"plait/proto/decode"
)

// prototypeOf finds the prototype of the function that slot s, of a call that
// returns to ret, leads to: at target, if that is known. What is meant for the
// object comes before what debugging information says, of the function and then
// of its caller, and that before what the code lets guess.
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

// borrowed is p, a prototype of another library's function of that name, if there is
// one and debugging information of the function itself does not speak against it;
// else what that says.
func (t *Tracer) borrowed(p *decode.Prototype, o *objects.Object, name string, addr uint64) *decode.Prototype {
	described := o.ELF().Prototype(name, addr)
	if p == nil || described != nil && !p.Agrees(described) {
		return described
	}
	return p
}

// prototypeAt finds the prototype of a function that is traced where it begins, at
// addr. Of the program itself debugging information is believed first: functions
// of libraries may be called as they like there.
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
	if fn.isGo { // what its code takes by C's rules says nothing
		p := decode.Guessed(0, 0)
		p.More = true
		return p
	}
	p := t.Prototypes.Lookup(o.Name(), fn.name)
	if p != nil && (o.Main || t.Prototypes.IsOwn(o.Name(), p)) {
		return o.ELF().Placed(p, addr)
	}
	if p := t.borrowed(p, o, fn.name, addr); p != nil {
		return o.ELF().Placed(p, addr)
	}
	return o.ELF().Guess(addr)
}
