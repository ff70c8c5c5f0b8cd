package tracer

import (
	"plait/elf"
	"plait/objects"
)

// The implementation of an IFUNC is chosen by another function of its object, the
// resolver. That happens when the IFUNC is bound: by the loader when the program begins,
// at the first call from each object that is bound lazily, or by dlsym(3). The
// implementation is known from a word that has been bound or from the result of the
// resolver, so a breakpoint is planted at the resolver until it is called.

// boundIndirect finds the implementations of the wanted IFUNCs among the functions of o,
// as far as words of the program tell. The result's keys are the link-time addresses of
// their resolvers. It reports false if it was interrupted.
func (t *Tracer) boundIndirect(tr *tracee, o *objects.Object, functions []elf.Symbol) (bound map[uint64]uint64, ok bool) {
	return tr.space.objects.Bound(o, functions, objects.Memory{
		Word: func(addr uint64) (uint64, error) { return t.readWord(tr, addr) },
		VDSO: func(addr uint64) bool {
			m, ok, _ := tr.space.codeAt(t.Kernel, addr)
			return ok && m.Path == "[vdso]"
		},
		Interrupted: t.worker.Interrupted,
	})
}

// A resolverCall is a call of a resolver that has not returned.
type resolverCall struct {
	resolver *site
	ret, sp  uint64 // its return address, and where that lies
}

// maxResolverCalls bounds the open calls of resolvers in one thread. At most one calls
// another.
const maxResolverCalls = 16

// enterResolver handles a call of the resolver at p, whose result is waited for.
func (t *Tracer) enterResolver(tr *tracee, p *site) {
	sp := tr.regs.SP()
	ret, err := t.readWord(tr, sp)
	if err != nil {
		return
	}
	m, ok, _ := tr.space.codeAt(t.Kernel, ret)
	if !ok || objects.IsJIT(m) {
		return
	}
	at := tr.space.siteAt(ret)
	if at == nil {
		return
	}
	at.resolverReturns = true
	if len(tr.resolverCalls) == maxResolverCalls {
		tr.resolverCalls = tr.resolverCalls[1:]
	}
	tr.resolverCalls = append(tr.resolverCalls, resolverCall{p, ret, sp})
}

// returnResolver handles the return of a resolver to p and plants the implementation
// that it has chosen.
func (t *Tracer) returnResolver(tr *tracee, p *site) {
	for i := len(tr.resolverCalls) - 1; i >= 0; i-- {
		q := tr.resolverCalls[i]
		if q.ret != p.addr || q.sp+t.arch.RetPop != tr.regs.SP() {
			continue
		}
		tr.resolverCalls = tr.resolverCalls[:i]
		if q.resolver.resolver != nil {
			t.setImplementation(tr, q.resolver, tr.regs.Result(0))
		}
		return
	}
}

// setImplementation notes that the IFUNC whose resolver is at p is implemented at addr.
func (t *Tracer) setImplementation(tr *tracee, p *site, addr uint64) {
	s, f := tr.space, p.resolver
	if _, ok, err := s.codeAt(t.Kernel, addr); !ok {
		if err != nil {
			t.noticeMissing(tr, "calls of "+f.name+" are not traced", err)
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
