package tracer

import (
	"errors"
	"fmt"

	"plait/callend"
	"plait/callstack"
	"plait/inproc"
	"plait/objects"
	"plait/plt"
	"plait/proto/decode"
	"plait/ring"
)

// A promotion is how far a site is on the way from a breakpoint to a jump.
type promotion struct {
	hits        int    // of its breakpoint
	recorded    bool   // a jump is planted: what happens here is recorded
	refused     string // why no jump will be planted; "" if nothing is known against it
	text        bool   // of a return address: a result that returns here points to text ...
	recordsText bool   // ... and the record has that
	needs       *needs // of a slot that is recorded
}

var errBusy = errors.New("a jump of plait's is there")

// needs is what must be noted of calls of a prototype, if why is "".
type needs struct {
	decode.Needs
	why    string
	layout ring.Layout // of the record of a call
}

// Hits of a breakpoint after which a jump is planted instead. A slot's first call may not
// know yet where it leads. At a return address a jump may take a page of memory.
const (
	slotHits   = 2
	returnHits = 8
)

// needsOf is what must be noted of calls of a prototype.
func (t *Tracer) needsOf(p *decode.Prototype) *needs {
	if n := t.needs[p]; n != nil {
		return n
	}
	n := &needs{}
	n.Needs, n.why = p.Needs(decode.Keeping{
		Text: ring.TextSize, Block: ring.BlockSize, Stack: callstack.StackWords - 1, Limits: t.Limits, Heap: t.Heap,
		Asked: t.Descriptors.Any() || t.PIDs.Comm,
	})
	if n.why == "" {
		var ok bool
		if n.layout, ok = n.enter(0).Layout(); !ok {
			n.why = "more than a record holds"
		}
	}
	if t.needs == nil {
		t.needs = map[*decode.Prototype]*needs{}
	}
	t.needs[p] = n
	return n
}

// enter is what the record of a call has; errno is where that is from the thread pointer.
func (n *needs) enter(errno int64) ring.Enter {
	e := ring.Enter{Words: n.Words, Stack: n.Stack, Floats: n.Floats, Errno: n.KeptErrno, ErrnoOffset: errno, Texts: n.Texts}
	for _, b := range n.Blocks {
		e.Blocks = append(e.Blocks, ring.Block{Arg: b.Reg, Size: b.Size, Len: b.Count})
	}
	return e
}

// refusal says why calls through slot s, at site p, must be caught by a breakpoint; "" if
// they may be recorded.
func (t *Tracer) refusal(tr *tracee, p *site, s *slot) string {
	switch {
	case len(p.slots) != 1 || s.Form != plt.Stub && s.Form != plt.Jump && s.Form != plt.Call:
		return "the call is through a register"
	case p.function != nil || p.returns || p.resolver != nil || p.syscallInsn || p.linker || p.entry:
		return "something else is caught there"
	}
	switch {
	case callend.IsSpecial(s.Name):
		return "it does not return as other functions do"
	case s.proto == nil:
		return "its prototype is unknown"
	}
	n := t.needsOf(s.proto)
	if _, ok := t.errnoOffset(tr); n.why == "" && (n.Errno || n.KeptErrno) && !ok {
		return "where errno is, is unknown"
	}
	return n.why
}

// promoteSlot plants a jump at a slot whose breakpoint a stopped tracee has hit, if that is
// possible.
func (t *Tracer) promoteSlot(tr *tracee, p *site, s *slot) {
	e := tr.space.engine
	if p.hits++; e == nil || p.recorded || p.refused != "" || p.hits < slotHits || !s.known && !tr.attached || !tr.shown {
		return
	}
	if p.refused = t.refusal(tr, p, s); p.refused == "" {
		t.plantJump(tr, p, s)
	}
	t.reportCaught(s.object.Name()+": "+s.Name, p)
}

// promoteAttached plants jumps at once in a process that was attached to, for functions of prototype
// files: if plait is killed, it dies of the next breakpoint. A launched command does anyway.
func (t *Tracer) promoteAttached(tr *tracee) {
	for _, p := range tr.space.sites {
		if !tr.attached || tr.space.engine == nil || len(p.slots) != 1 || p.hits > 0 || t.worker.Interrupted() {
			continue
		}
		s := p.slots[0]
		t.resolve(tr, s, 0, 0)
		if p.hits = slotHits - 1; t.Prototypes.Lookup(s.callee, s.Name) != nil {
			t.promoteSlot(tr, p, s)
		}
		if !p.recorded { // a call may tell more: its caller's debugging information
			s.known, s.proto, p.refused = false, nil, ""
		}
	}
}

// plantJump plants the jump at a slot.
func (t *Tracer) plantJump(tr *tracee, p *site, s *slot) {
	e := tr.space.engine
	n := t.needsOf(s.proto)
	offset, _ := t.errnoOffset(tr)
	err := e.PlantSlot(tr.tid, inproc.Slot{
		ID: uint32(len(e.slots)), Addr: p.addr, Code: tr.space.ownCode(t.Kernel, p.addr), Enter: n.enter(offset), TextResult: n.ResultText,
	})
	if err != nil {
		p.refused = err.Error()
		return
	}
	e.slots = append(e.slots, p)
	p.recorded, p.needs = true, n
	tr.space.table.Release(p.addr)
}

// insnBytes is how many bytes of code are looked at: the longest instruction.
const insnBytes = 15

// ownCode is the program's own code at an address.
func (s *space) ownCode(kernel Memory, addr uint64) []byte {
	code := make([]byte, insnBytes)
	return code[:s.readCode(kernel, addr, code)]
}

// readCode reads the program's own code at an address into b. It returns how many bytes there
// are.
func (s *space) readCode(kernel Memory, addr uint64, b []byte) int {
	n, _ := kernel.Read(s.tid, addr, b)
	s.hide(addr, b[:n])
	return n
}

// promoteReturn plants a jump at a return address whose breakpoint a stopped tracee has hit,
// if that is possible.
func (t *Tracer) promoteReturn(tr *tracee, p *site) {
	e := tr.space.engine
	if p.hits++; e == nil || p.recorded || p.refused != "" || p.hits < returnHits || !tr.shown {
		return
	}
	if p.jit || p.returnsGo || !p.onlyReturns() {
		p.refused = "something else is caught there"
		return
	}
	if err := e.PlantReturn(tr.tid, p.addr, p.text); err != nil {
		p.refused = err.Error()
		t.reportCaught(fmt.Sprintf("the return to %#x", p.addr), p)
		return
	}
	p.recorded, p.recordsText = true, p.text
	tr.space.table.Release(p.addr)
}

// reportCaught says how something is caught at a site from now on.
func (t *Tracer) reportCaught(what string, p *site) {
	switch {
	case t.Caught == nil:
	case p.recorded:
		t.Caught(what, "recorded")
	default:
		t.Caught(what, "by breakpoints: "+p.refused)
	}
}

// expectReturn prepares the site of a return address for the return of frame f, which a
// breakpoint has caught. If a record of the return is not enough for f, there has to be a
// breakpoint from now on.
func (t *Tracer) expectReturn(tr *tracee, p *site, f *callstack.Frame) {
	e := tr.space.engine
	if e == nil {
		return
	}
	n := t.needsOf(f.Proto)
	p.text = p.text || n.why == "" && n.ResultText
	if n.why != "" && p.refused == "" {
		p.refused = n.why
	}
	if p.recorded && (n.why != "" || n.ResultText && !p.recordsText) {
		if err := tr.space.demoteReturn(p); err != nil {
			t.noticeMissing(tr, "the ends of some calls are not traced", err)
		}
	}
	e.Know(p.addr)
}

// demoteReturn puts a breakpoint in the place of the jump at a return address.
func (s *space) demoteReturn(p *site) error {
	own := s.ownCode(s.engine.kernel, p.addr)
	if err := s.engine.Uncatch(s.tid, p.addr); err != nil {
		return err
	}
	p.recorded, p.hits = false, 0
	s.table.Adopt(p.addr, own)
	return nil
}

// makeWay takes a jump out of the way of a breakpoint at addr. A jump at a return address may
// need bytes of the instructions that follow it.
func (s *space) makeWay(addr uint64) error {
	if s.engine == nil || !s.engine.Busy(addr, addr+1) {
		return nil
	}
	for before := range uint64(insnBytes) {
		if p := s.sites[addr-before]; p != nil && p.recorded && len(p.slots) == 0 {
			p.refused = "a breakpoint is needed there"
			return s.demoteReturn(p)
		}
	}
	return errBusy
}

// wanted says how a return to an address is to be caught, of a call through a slot.
func (t *Tracer) wanted(s *space, slot uint32, ret uint64) inproc.Want {
	if int(slot) >= len(s.engine.slots) {
		return inproc.Want{Breakpoint: true}
	}
	m, ok, err := s.codeAt(t.Kernel, ret)
	p := s.sites[ret]
	if err != nil || !ok || objects.IsJIT(m) || p != nil && (p.refused != "" || p.returnsGo || !p.onlyReturns()) {
		return inproc.Want{Breakpoint: true}
	}
	s.engine.asked[ret] = slot
	return inproc.Want{Text: s.engine.slots[slot].needs.ResultText || p != nil && p.text}
}

// noteAnswers takes note of the jumps that the engine has planted at return addresses that
// threads have asked for.
func (s *space) noteAnswers() {
	e := s.engine
	for ret, slot := range e.asked {
		if !e.Planted(ret) {
			continue
		}
		p := s.sites[ret]
		if p == nil {
			p = &site{addr: ret}
			s.sites[ret] = p
		}
		p.returns, p.recorded = true, true
		p.text = p.text || e.slots[slot].needs.ResultText
		p.recordsText = p.text
		s.table.Release(ret)
		delete(e.asked, ret)
	}
}

// awaitReturn plants a breakpoint at a return address that a call is about to record for the
// first time, and where no jump can be.
func (t *Tracer) awaitReturn(tr *tracee, ret uint64) {
	s := tr.space
	delete(s.engine.asked, ret)
	if p := s.sites[ret]; p != nil {
		p.returns = true
		if p.recorded { // without a text, which is needed now
			if err := s.demoteReturn(p); err != nil {
				t.noticeMissing(tr, "the ends of some calls are not traced", err)
			}
		}
		return
	}
	m, ok, err := s.codeAt(t.Kernel, ret)
	if err != nil || !ok || objects.IsJIT(m) {
		return
	}
	if p := s.returnSite(ret, m); p != nil {
		p.returns = true
	}
}
