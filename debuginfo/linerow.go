package debuginfo

import (
	"debug/dwarf"
	"path"
)

// Bounds on the instructions that are executed to find one line, and for all lines: those
// of a small file, and more for each byte of its line tables.
const (
	maxLineOps    = 1 << 24
	minAllLineOps = 1 << 26
	maxAllLineOps = 1 << 30
	lineOpsOfByte = 16
)

// Line returns the source file and line of the instruction at the link-time address pc, or
// "" and 0 if they are unknown.
func (in *Info) Line(pc uint64) (file string, line int) {
	in.begin()
	u := in.unitOf(pc)
	if u == nil {
		return "", 0
	}
	p, ok := u.lineProgram()
	if !ok {
		return "", 0
	}
	row, ok := p.find(pc, &in.lineOps)
	if !ok {
		return "", 0
	}
	return u.sourceFile(row.file), int(row.line)
}

// sourceFile returns the name of file n of the unit's line table.
func (u *unit) sourceFile(n uint64) string {
	if !u.filesOK {
		u.filesOK = true
		u.readFiles()
	}
	if n >= uint64(len(u.files)) || u.files[n] == "" {
		return ""
	}
	name := u.files[n]
	if dir := u.rootEntry().text(dwarf.AttrCompDir); !path.IsAbs(name) && path.IsAbs(dir) {
		name = dir + "/" + name
	}
	return path.Clean(name)
}

// A lineProgram produces the rows of a unit's line table (DWARF 5, 6.2).
type lineProgram struct {
	c       cursor
	end     int64
	minInst uint64
	base    int64
	span    byte // line_range
	opcodes byte // opcode_base
	lengths []byte
}

// A lineRow is a row of a line table. It extends from addr to the next row.
type lineRow struct {
	addr uint64
	file uint64
	line int64
	end  bool // ends a sequence: no instruction is at addr
}

// lineProgram reads the header of the unit's line table, except for the names in it.
func (u *unit) lineProgram() (p lineProgram, ok bool) {
	v, ok := u.rootEntry().val(dwarf.AttrStmtList)
	if !ok || v.n >= uint64(u.in.line.size) {
		return p, false
	}
	c := u.in.line.at(int64(v.n))
	n, wide := c.length()
	p.end = c.off + int64(min(n, uint64(u.in.line.size-min(c.off, u.in.line.size))))
	version := c.uint(2)
	if version >= 5 {
		c.uint(2)
	}
	length := c.offset(wide)
	start := c.off + int64(min(length, uint64(u.in.line.size)))
	p.minInst = uint64(c.byte())
	if version >= 4 {
		c.byte()
	}
	c.byte()
	p.base, p.span, p.opcodes = int64(int8(c.byte())), c.byte(), c.byte()
	for range max(p.opcodes, 1) - 1 {
		p.lengths = append(p.lengths, c.byte())
	}
	if c.failed || version < 2 || version > 5 || p.span == 0 || start < c.off || start > p.end {
		return p, false
	}
	p.c = u.in.line.at(start)
	return p, true
}

// find returns the row of the instruction at pc. The rows of one sequence are sorted by
// address, but sequences come in any order, because functions that seldom run, or that
// have their own sections, may be anywhere. Each executed instruction takes one of budget.
func (p *lineProgram) find(pc uint64, budget *int) (lineRow, bool) {
	last := lineRow{end: true}
	row := lineRow{file: 1, line: 1}
	for range min(maxLineOps, *budget) {
		if p.c.off >= p.end || p.c.failed {
			break
		}
		*budget--
		if !p.step(&row) {
			continue
		}
		if !last.end && last.addr <= pc && pc < row.addr {
			return last, true
		}
		if last = row; row.end {
			row = lineRow{file: 1, line: 1}
		}
	}
	return lineRow{}, false
}

// Standard and extended opcodes (DWARF 5, tables 7.25 and 7.26).
const (
	lineExtended   = 0
	lineCopy       = 1
	lineAdvancePC  = 2
	lineAdvance    = 3
	lineSetFile    = 4
	lineConstPC    = 8
	lineFixedPC    = 9
	lineEnd        = 1
	lineSetAddress = 2
)

// step executes one instruction, and reports whether it produced a row.
func (p *lineProgram) step(row *lineRow) bool {
	op := p.c.byte()
	if op >= p.opcodes {
		adjusted := op - p.opcodes
		row.addr += uint64(adjusted/p.span) * p.minInst
		row.line += p.base + int64(adjusted%p.span)
		return true
	}
	switch op {
	case lineExtended:
		return p.extended(row)
	case lineCopy:
		return true
	case lineAdvancePC:
		row.addr += p.c.uleb() * p.minInst
	case lineAdvance:
		row.line += p.c.sleb()
	case lineSetFile:
		row.file = p.c.uleb()
	case lineConstPC:
		row.addr += uint64((255-p.opcodes)/p.span) * p.minInst
	case lineFixedPC:
		row.addr += p.c.uint(2)
	default:
		for range p.lengths[op-1] {
			p.c.uleb()
		}
	}
	return false
}

// extended executes an extended instruction, which has a length.
func (p *lineProgram) extended(row *lineRow) bool {
	n := p.c.uleb()
	next := p.c.off + int64(min(n, uint64(p.c.s.size)))
	if n == 0 {
		return false
	}
	switch p.c.byte() {
	case lineEnd:
		row.end = true
	case lineSetAddress:
		row.addr = p.c.uint(int(min(n-1, 8)))
	}
	p.c.off = next
	return row.end
}
