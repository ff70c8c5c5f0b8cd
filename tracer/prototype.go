package tracer

import "plait/proto"

// prototypeOf finds the prototype of the function that slot s, of a call that
// returns to ret, leads to: at target, if that is known. What is meant for the
// object comes before what debugging information says, of the function and then
// of its caller, and that before what the code lets guess.
func (t *Tracer) prototypeOf(tr *tracee, s *slot, target, ret uint64) *proto.Prototype {
	if p := t.Prototypes.LookupCaller(s.object.name(), s.Name); p != nil {
		return p
	}
	p := t.Prototypes.Lookup(s.callee, s.Name)
	if p != nil && t.Prototypes.IsOwn(s.callee, p) {
		return p
	}
	o, addr := tr.space.definition(s)
	if s.known {
		o = tr.space.objectAt(target)
		addr = target - o.base
	}
	if p := t.borrowed(p, o, s.Name, addr); p != nil {
		return o.elf().Placed(p, addr)
	}
	if p := s.object.file.Declared(s.Name, ret-1-s.object.base); p != nil {
		return p
	}
	return o.elf().Guess(addr)
}

// borrowed is p, a prototype of another library's function of that name, if there is
// one and debugging information of the function itself does not speak against it;
// else what that says.
func (t *Tracer) borrowed(p *proto.Prototype, o *object, name string, addr uint64) *proto.Prototype {
	described := o.elf().Prototype(name, addr)
	if p == nil || described != nil && !p.Agrees(described) {
		return described
	}
	return p
}

// definition is where the function of a slot is defined, by the first object that does:
// the dynamic loader has not said yet which. An indirect function is not known before
// that.
func (s *space) definition(of *slot) (*object, uint64) {
	for _, o := range s.objects {
		if o.file == nil {
			continue
		}
		if sym, ok := o.file.Lookup(of.Name); ok && sym.IsFunction() && sym.Value != 0 {
			if sym.IsIndirect() {
				return nil, 0
			}
			return o, sym.Value
		}
	}
	return nil, 0
}

// prototypeAt finds the prototype of a function that is traced where it begins, at
// addr. Of the program itself debugging information is believed first: functions
// of libraries may be called as they like there.
func (t *Tracer) prototypeAt(fn *function, addr uint64) *proto.Prototype {
	o := fn.object
	addr -= o.base
	if o.main {
		if p := t.Prototypes.LookupUser(o.name(), fn.name); p != nil {
			return p
		}
		if p := o.file.Prototype(fn.name, addr); p != nil {
			return p
		}
	}
	if fn.isGo { // what its code takes by C's rules says nothing
		p := proto.Guessed(0, 0)
		p.More = true
		return p
	}
	p := t.Prototypes.Lookup(o.name(), fn.name)
	if p != nil && (o.main || t.Prototypes.IsOwn(o.name(), p)) {
		return o.elf().Placed(p, addr)
	}
	if p := t.borrowed(p, o, fn.name, addr); p != nil {
		return o.elf().Placed(p, addr)
	}
	return o.elf().Guess(addr)
}
