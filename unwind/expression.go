package unwind

// Operations of DWARF expressions (DWARF 5, table 7.9).
const (
	exAddr      = 0x03
	exDeref     = 0x06
	exConst1u   = 0x08
	exConst1s   = 0x09
	exConst2u   = 0x0a
	exConst2s   = 0x0b
	exConst4u   = 0x0c
	exConst4s   = 0x0d
	exConst8u   = 0x0e
	exConst8s   = 0x0f
	exConstu    = 0x10
	exConsts    = 0x11
	exDup       = 0x12
	exDrop      = 0x13
	exOver      = 0x14
	exPick      = 0x15
	exSwap      = 0x16
	exRot       = 0x17
	exAbs       = 0x19
	exAnd       = 0x1a
	exDiv       = 0x1b
	exMinus     = 0x1c
	exMod       = 0x1d
	exMul       = 0x1e
	exNeg       = 0x1f
	exNot       = 0x20
	exOr        = 0x21
	exPlus      = 0x22
	exPlusConst = 0x23
	exShl       = 0x24
	exShr       = 0x25
	exShra      = 0x26
	exXor       = 0x27
	exBra       = 0x28
	exEq        = 0x29
	exGe        = 0x2a
	exGt        = 0x2b
	exLe        = 0x2c
	exLt        = 0x2d
	exNe        = 0x2e
	exSkip      = 0x2f
	exLit0      = 0x30
	exLit31     = 0x4f
	exBreg0     = 0x70
	exBreg31    = 0x8f
	exBregx     = 0x92
	exDerefSize = 0x94
	exNop       = 0x96
)

// Bounds of an evaluation: branches may loop.
const (
	maxSteps = 1 << 10
	maxStack = 64
)

// An evaluation is a DWARF expression that is being evaluated.
type evaluation struct {
	reader
	space Space
	regs  *Registers
	base  uint64 // run-time minus link-time addresses
	stack []uint64
	ok    bool
}

// evaluate returns the value of an expression. If first is not nil, its value is pushed
// onto the stack before.
func evaluate(s Space, r *Registers, code []byte, base uint64, first *uint64) (uint64, bool) {
	e := &evaluation{reader: reader{b: code}, space: s, regs: r, base: base, ok: true}
	if first != nil {
		e.push(*first)
	}
	for steps := 0; !e.done(); steps++ {
		e.execute(e.byte())
		if steps == maxSteps || !e.ok || len(e.stack) > maxStack {
			return 0, false
		}
	}
	v := e.pop()
	return v, e.ok && !e.failed
}

func (e *evaluation) push(v uint64) { e.stack = append(e.stack, v) }

func (e *evaluation) pop() uint64 {
	v := e.pick(0)
	if len(e.stack) > 0 {
		e.stack = e.stack[:len(e.stack)-1]
	}
	return v
}

// pick returns the i-th value from the top of the stack.
func (e *evaluation) pick(i uint64) uint64 {
	if i >= uint64(len(e.stack)) {
		e.ok = false
		return 0
	}
	return e.stack[len(e.stack)-1-int(i)]
}

func (e *evaluation) execute(op byte) {
	switch {
	case op >= exLit0 && op <= exLit31:
		e.push(uint64(op - exLit0))
	case op >= exBreg0 && op <= exBreg31:
		e.register(uint64(op-exBreg0), e.sleb())
	case op >= exConst1u && op <= exConsts, op == exAddr:
		e.constant(op)
	case op >= exDup && op <= exRot:
		e.shuffle(op)
	case op == exAbs, op == exNeg, op == exNot, op == exPlusConst:
		e.unary(op)
	case op >= exAnd && op <= exXor:
		e.binary(op)
	case op >= exEq && op <= exNe:
		e.compare(op)
	default:
		e.executeOther(op)
	}
}

func (e *evaluation) executeOther(op byte) {
	switch op {
	case exNop:
	case exDeref:
		e.read(8)
	case exDerefSize:
		e.read(e.byte())
	case exBregx:
		e.register(e.uleb(), e.sleb())
	case exSkip:
		e.jump(true)
	case exBra:
		e.jump(e.pop() != 0)
	default:
		e.ok = false
	}
}

func (e *evaluation) register(n uint64, offset int64) {
	v, ok := e.regs.get(n)
	e.ok = e.ok && ok
	e.push(v + uint64(offset))
}

func (e *evaluation) constant(op byte) {
	switch op {
	case exAddr:
		e.push(e.fixed(8) + e.base)
	case exConst1u, exConst2u, exConst4u, exConst8u:
		e.push(e.fixed(1 << ((op - exConst1u) / 2)))
	case exConst1s, exConst2s, exConst4s, exConst8s:
		e.push(e.signed(1 << ((op - exConst1s) / 2)))
	case exConstu:
		e.push(e.uleb())
	case exConsts:
		e.push(uint64(e.sleb()))
	}
}

func (e *evaluation) shuffle(op byte) {
	switch op {
	case exDup:
		e.push(e.pick(0))
	case exDrop:
		e.pop()
	case exOver:
		e.push(e.pick(1))
	case exPick:
		e.push(e.pick(uint64(e.byte())))
	case exSwap:
		a, b := e.pop(), e.pop()
		e.push(a)
		e.push(b)
	case exRot:
		a, b, c := e.pop(), e.pop(), e.pop()
		e.push(a)
		e.push(c)
		e.push(b)
	}
}

func (e *evaluation) unary(op byte) {
	a := e.pop()
	switch op {
	case exAbs:
		a = uint64(max(int64(a), -int64(a)))
	case exNeg:
		a = -a
	case exNot:
		a = ^a
	case exPlusConst:
		a += e.uleb()
	}
	e.push(a)
}

func (e *evaluation) binary(op byte) {
	b, a := e.pop(), e.pop()
	if b == 0 && (op == exDiv || op == exMod) {
		e.ok = false
		return
	}
	switch op {
	case exAnd:
		a &= b
	case exDiv:
		a = uint64(int64(a) / int64(b))
	case exMinus:
		a -= b
	case exMod:
		a %= b
	case exMul:
		a *= b
	case exOr:
		a |= b
	case exPlus:
		a += b
	case exShl:
		a <<= b
	case exShr:
		a >>= b
	case exShra:
		a = uint64(int64(a) >> b)
	case exXor:
		a ^= b
	}
	e.push(a)
}

func (e *evaluation) compare(op byte) {
	b, a := int64(e.pop()), int64(e.pop())
	holds := map[byte]bool{exEq: a == b, exGe: a >= b, exGt: a > b, exLe: a <= b, exLt: a < b, exNe: a != b}[op]
	if holds {
		e.push(1)
	} else {
		e.push(0)
	}
}

// read replaces the address on top of the stack with the value of size bytes there.
func (e *evaluation) read(size byte) {
	v, ok := e.space.Word(e.pop())
	if !ok || size == 0 || size > 8 {
		e.ok = false
		return
	}
	e.push(v & (^uint64(0) >> (64 - 8*size)))
}

// jump reads a signed distance and jumps by it if the condition holds.
func (e *evaluation) jump(holds bool) {
	distance := int(int16(e.fixed(2)))
	to := e.pos + distance
	if !holds {
		return
	}
	if to < 0 || to > len(e.b) {
		e.ok = false
		return
	}
	e.pos = to
}
