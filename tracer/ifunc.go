package tracer

import (
	"plait/elf"
	"plait/objects"
)

// An IFUNC is a function whose implementation another one of its object, the resolver,
// chooses when it is bound: by the loader when the program begins, at its first call
// from each object that is bound lazily, or by dlsym(3). Which it is, a word tells that
// has been bound, or what the resolver returns: so its breakpoint stands there until
// it is called.

// boundIndirect finds where the wanted IFUNCs among the functions of o are implemented, by
// their resolvers' link-time addresses, as far as words of the program tell. It reports
// false if it was interrupted.
func (t *Tracer) boundIndirect(tr *tracee, o *objects.Object, functions []elf.Symbol) (bound map[uint64]uint64, ok bool) {
	return tr.space.objects.Bound(o, functions, objects.Memory{
		Word: func(addr uint64) (uint64, error) { return t.readWord(tr, addr) },
		VDSO: func(addr uint64) bool {
			m, ok, _ := t.codeAt(tr.space, addr)
			return ok && m.Path == "[vdso]"
		},
		Stop: t.work.Interrupted,
	})
}

// A question is a call of a resolver that has not returned.
type question struct {
	of      *site
	ret, sp uint64 // its return address, and where that lies
}

// maxQuestions bounds the open calls of resolvers of one thread; one calls another at
// most.
const maxQuestions = 16

// asked handles a call of the resolver at p: what it returns is waited for.
func (t *Tracer) asked(tr *tracee, p *site) {
	sp := tr.regs.SP()
	ret, err := t.readWord(tr, sp)
	if err != nil {
		return
	}
	m, ok, _ := t.codeAt(tr.space, ret)
	if !ok || madeCode(m) {
		return
	}
	at := tr.space.siteAt(ret)
	if at == nil {
		return
	}
	at.answer = true
	if len(tr.questions) == maxQuestions {
		tr.questions = tr.questions[1:]
	}
	tr.questions = append(tr.questions, question{p, ret, sp})
}

// answered handles the return of a resolver to p: what it has chosen is planted.
func (t *Tracer) answered(tr *tracee, p *site) {
	for i := len(tr.questions) - 1; i >= 0; i-- {
		q := tr.questions[i]
		if q.ret != p.addr || q.sp+t.arch.RetPop != tr.regs.SP() {
			continue
		}
		tr.questions = tr.questions[:i]
		if q.of.resolver != nil {
			t.chosen(tr, q.of, tr.regs.Result(0))
		}
		return
	}
}

// chosen notes that the IFUNC whose resolver is at p is implemented at addr.
func (t *Tracer) chosen(tr *tracee, p *site, addr uint64) {
	s, f := tr.space, p.resolver
	if _, ok, err := t.codeAt(s, addr); !ok {
		if err != nil {
			t.missing(tr, "calls of "+f.name+" are not seen", err)
		}
		return
	}
	at := s.siteAt(addr)
	if at == nil {
		return
	}
	if at.function == nil || len(f.name) < len(at.function.name) {
		at.function = f
	}
	p.resolver = nil
	if !p.returns && p.onlyReturns() && s.sites[p.addr] == p {
		s.removeSite(p)
	}
}
