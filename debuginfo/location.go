package debuginfo

import "debug/dwarf"

// Where a parameter may be besides in a register.
const (
	none    = -1 // in none that is known
	nowhere = -2 // there is no location, or it is a constant
	spilled = -3 // in the function's frame for all of its code, as compilers have it that do not optimize
)

// Operations of location descriptions (DWARF 5, 7.7.1).
const (
	opConst1u    = 0x08
	opConsts     = 0x11
	opLit0       = 0x30
	opLit31      = 0x4f
	opReg0       = 0x50
	opReg31      = 0x6f
	opRegx       = opReg31 + 33 // behind 32 that add to a register
	opFrameBase  = 0x91
	opImplicit   = 0x9e
	opStackValue = 0x9f
	opEntryValue = 0xa3
	opGNUEntry   = 0xf3
)

// longestRegister is the most bytes of an expression that is a register.
const longestRegister = 8

// atEntry is the DWARF number of the register that a parameter of the function e is in
// when that begins; or none, nowhere, or spilled. Where there is but one location for the whole
// function, that may not yet be so at its beginning: only argument registers count then.
func (e *entry) atEntry(p *entry) int {
	v, ok := p.val(dwarf.AttrLocation)
	if !ok {
		return nowhere
	}
	if c, n, ok := p.expression(v); ok {
		if start := c; start.byte() == opFrameBase && n > 0 {
			return spilled
		}
		return c.register(n)
	}
	pc, ok := e.start()
	if !ok {
		return none
	}
	c, n, ok := e.u.listed(v, pc)
	if !ok {
		return none
	}
	return c.register(n)
}

// expression is where the expression begins that a value is, and its length.
func (e *entry) expression(v val) (c cursor, n uint64, ok bool) {
	c = e.u.sec.at(int64(v.n))
	switch v.form {
	case formExprloc, formBlock:
		n = c.uleb()
	case formBlock1:
		n = c.uint(1)
	case formBlock2:
		n = c.uint(2)
	case formBlock4:
		n = c.uint(4)
	default:
		return c, 0, false
	}
	return c, n, !c.failed
}

// register reads an expression of n bytes: a register's number if it is no more than
// that, or what that was when the function began.
func (c *cursor) register(n uint64) int {
	end := c.off + int64(n)
	reg := none
	switch op := c.byte(); {
	case n == 0:
		return nowhere
	case op >= opReg0 && op <= opReg31:
		reg = int(op - opReg0)
	case op == opRegx:
		reg = int(c.uleb() & 0xffff)
	case op == opEntryValue, op == opGNUEntry:
		if inner := c.uleb(); inner == 0 || inner > min(n, longestRegister) {
			return none
		} else if reg = c.register(inner); c.off < end {
			c.byte() // DW_OP_stack_value
		}
	case op >= opLit0 && op <= opLit31:
		reg = nowhere
	case op >= opConst1u && op <= opConsts, op == opImplicit:
		return nowhere
	}
	if c.failed || c.off != end && reg != nowhere {
		return none
	}
	return reg
}

// listed finds what a list of locations has for the address pc: an expression and its
// length.
func (u *unit) listed(v val, pc uint64) (c cursor, n uint64, ok bool) {
	base, _ := u.rootEntry().address(dwarf.AttrLowpc)
	sec, next, size := u.in.locs, u.oldLocation, func(c *cursor) uint64 { return c.uint(2) }
	if u.version >= 5 {
		sec, next, size = u.in.locLists, u.location, (*cursor).uleb
	}
	off, ok := u.listOffset(v, formLoclistx, sec, dwarf.AttrLoclistsBase)
	if !ok || off > uint64(sec.size) {
		return c, 0, false
	}
	c = sec.at(int64(off))
	for ; u.in.budget > 0; u.in.budget-- {
		start, end, kind := next(&c, &base)
		switch {
		case kind == lastEntry || c.failed:
			return c, 0, false
		case kind == newBase:
			continue
		}
		n = size(&c)
		if start <= pc && pc < end {
			return c, n, !c.failed
		}
		c.skip(n)
	}
	return c, 0, false
}

// An entryKind is what an entry of a list of locations is.
type entryKind uint8

const (
	lastEntry entryKind = iota
	newBase             // of the addresses of those behind it
	located             // addresses; an expression follows
)

// oldLocation reads an entry of a list in .debug_loc up to its expression (DWARF 4, 2.6.2).
func (u *unit) oldLocation(c *cursor, base *uint64) (start, end uint64, kind entryKind) {
	start, end = c.uint(8), c.uint(8)
	switch {
	case start == 0 && end == 0:
		return 0, 0, lastEntry
	case start == ^uint64(0):
		*base = end
		return 0, 0, newBase
	}
	return *base + start, *base + end, located
}

// location reads an entry of a list in .debug_loclists up to its expression. Entries are
// like those of ranges; one more stands for all other addresses (DWARF 5, 7.7.3).
func (u *unit) location(c *cursor, base *uint64) (start, end uint64, kind entryKind) {
	const anywhere, baseIndex, baseAddress = 5, 1, 6
	code := c.byte()
	switch {
	case code == anywhere:
		return 0, ^uint64(0), located
	case code > anywhere:
		start, end, _ = u.rangeEntry(code-1, c, base)
	default:
		start, end, _ = u.rangeEntry(code, c, base)
	}
	switch code {
	case 0:
		return 0, 0, lastEntry
	case baseIndex, baseAddress:
		return 0, 0, newBase
	}
	return start, end, located
}
