package inline

import "plait/ring"

// A block is memory to copy into the record.
type block struct {
	number int      // as in the record's flags
	from   operand  // where the pointer is
	count  *operand // where the count of bytes is; nil: it is size
	size   int      // bytes that are copied at most
	slot   int      // where they go in the record
	slow   label    // byte by byte
	skip   label    // slow has ended
	next   label    // behind all
}

func blockOf(b ring.Block, number, slot int) block {
	made := block{number: number, from: argument(b.Arg), size: b.Size, slot: slot}
	if b.Len > 0 {
		count := argument(b.Len - 1)
		made.count = &count
	}
	return made
}

// copyBlock appends the copying of a block whose pointer may be NULL, and whose count may be 0.
// If size bytes lie in one page, all of them are copied, whatever the count is: they can be
// read if one of them can. Otherwise slowBlock does it.
func (m *maker) copyBlock(b *block) {
	if b.count != nil {
		m.op(&opLoad, rax, *b.count)
		m.op(&opTest, rax, direct(rax))
		m.jump(&opJumpEqual, &b.next)
	}
	m.op(&opLoad, rax, b.from)
	m.op(&opTest, rax, direct(rax))
	m.jump(&opJumpEqual, &b.next)
	m.op(&opLoad, rdx, direct(rax))
	m.opImm(&opAnd, pageSize-1, direct(rdx))
	m.opImm(&opCompare32, int64(pageSize-b.size), direct(rdx))
	m.jump(&opJumpAbove, &b.slow)
	m.copyFlat(b)
	m.place(&b.next)
}

// copyFlat appends the copying of a block without a loop. Its last eight or four bytes may have
// been copied in part before.
func (m *maker) copyFlat(b *block) {
	off := 0
	for ; off+8 <= b.size; off += 8 {
		m.copyPart(b, off, &opLoad, &opStore)
	}
	switch {
	case off == b.size:
	case b.size > 8:
		m.copyPart(b, b.size-8, &opLoad, &opStore)
	case b.size >= 4:
		m.copyPart(b, 0, &opLoad32, &opStore32)
		m.copyPart(b, b.size-4, &opLoad32, &opStore32)
	default:
		for ; off < b.size; off++ {
			m.copyPart(b, off, &opLoadByte, &opStoreByte)
		}
	}
}

// copyPart appends one load and store. The load may fault.
func (m *maker) copyPart(b *block, off int, load, store *form) {
	m.state.text, m.state.slot = int8(1+b.number), int16(b.slot+off)
	m.op(load, rdx, at(rax, off))
	m.state.text = 0
	m.op(store, rdx, at(r11, b.slot+off))
}

// slowBlock appends the copying byte by byte, to the count or the size. R11 moves.
func (m *maker) slowBlock(b *block) {
	var again label
	m.place(&b.slow)
	m.op(&opAddress, r11, at(r11, b.slot))
	m.place(&again)
	m.op(&opAddress, rdx, at(r11, -b.slot))
	m.op(&opSub, rdx, area(ring.AreaPos))
	m.opImm(&opCompare32, int64(b.size), direct(rdx))
	m.jump(&opJumpFrom, &b.skip)
	if b.count != nil {
		m.op(&opCompare, rdx, *b.count)
		m.jump(&opJumpFrom, &b.skip)
	}
	m.copyByte(b.number)
	m.jump(&opJump, &again)
	m.place(&b.skip)
	m.op(&opLoad, r11, area(ring.AreaPos))
	m.jump(&opJump, &b.next)
}
