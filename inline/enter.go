package inline

import (
	"math/bits"

	"plait/ring"
)

// argRegs are the registers of integer arguments (System V ABI, AMD64, 3.2.3).
var argRegs = [ring.MaxArgs]reg{rdi, rsi, rdx, rcx, r8, r9}

// enterTemplate makes the code that records a call's begin. It runs where the callee would
// begin: the return address is on the top of the stack. With a text as result, the return
// address is known if it is known for calls with one.
func enterTemplate(e ring.Enter, textResult bool, l ring.Layout) *template {
	m := &maker{layout: l}
	for i, n := range e.Texts {
		m.texts = append(m.texts, text{number: i, from: argument(n), slot: l.Text + i*ring.TextSize})
	}
	for i, b := range e.Blocks {
		m.blocks = append(m.blocks, blockOf(b, len(e.Texts)+i, e.BlockAt(l, i)))
	}
	var unknown label
	m.rare()
	m.place(&unknown)
	m.op(&opStore, rdx, area(ring.AreaRequest))
	m.jump(&opJump, &m.ask)

	m.start()
	m.registers(e)
	m.op(&opLoad, rdx, at(rsp, 0))
	m.op(&opStore, rdx, at(r11, ring.Ret))
	if textResult {
		m.opImm(&opSetBit, int64(bits.TrailingZeros64(ring.TextKey)), direct(rdx))
	}
	m.lookUp(&unknown)
	for i := range e.Stack {
		m.op(&opLoad, rax, at(rsp, 8+8*i))
		m.op(&opStore, rax, at(r11, l.Stack+8*i))
	}
	m.errno(e.ErrnoOffset)
	m.head(ring.Entered)
	for i := range m.texts {
		m.copyText(&m.texts[i])
	}
	for i := range m.blocks {
		m.copyBlock(&m.blocks[i])
	}
	m.commit()
	return m.template()
}

// argument is where an argument is that has the number n in ring.Enter.Texts.
func argument(n int) operand {
	switch {
	case n >= ring.MaxArgs:
		return at(rsp, 8+8*(n-ring.MaxArgs))
	case argRegs[n] == rdx:
		return area(keptRDX)
	}
	return direct(argRegs[n])
}

// registers appends the stores of the registers that hold arguments.
func (m *maker) registers(e ring.Enter) {
	for i := range e.Words {
		m.op(&opStore, argRegs[i], at(r11, m.layout.Args+8*i))
	}
	m.restore(rax)
	m.op(&opStore, rax, at(r11, ring.Count))
	if e.Floats {
		for i := range ring.FloatRegs {
			m.op(&opStoreLow, reg(i), at(r11, m.layout.Floats+8*i))
		}
	}
	m.op(&opStore, rsp, at(r11, ring.SP))
}

// lookUp appends the search for the return address in RDX in the table of known ones. RAX
// becomes the address of its set.
func (m *maker) lookUp(unknown *label) {
	var known label
	m.op(&opLoad, rax, direct(rdx))
	m.opImm(&opShiftR, ring.SetShift, direct(rax))
	m.op(&opXor, rax, direct(rdx))
	m.opImm(&opAnd, ring.Sets-1, direct(rax))
	m.opImm(&opShiftL, 5, direct(rax)) // ring.SetSize bytes each
	m.op(&opAdd, rax, area(ring.AreaTable))
	for way := range ring.Ways {
		m.op(&opCompare, rdx, at(rax, 8*way))
		if way < ring.Ways-1 {
			m.jump(&opJumpEqual, &known)
		}
	}
	m.jump(&opJumpOther, unknown)
	m.place(&known)
}
