package debuginfo

import (
	"cmp"
	"debug/dwarf"
	"slices"
)

// maxUnits is the most units of one file.
const maxUnits = 1 << 20

// Kinds of units (DWARF 5, table 7.2).
const (
	unitType      = 0x02
	unitSkeleton  = 0x04
	unitSplit     = 0x05
	unitSplitType = 0x06
)

// A unit is one unit of a section of entries.
type unit struct {
	in       *Info
	sec      *section
	off, end int64
	first    int64 // offset of its first entry
	version  int
	addrSize int
	dwarf64  bool // 64-bit DWARF
	tableOff uint64
	typeOff  int64 // in a type unit: offset of its type, relative to off

	table     table
	rootRead  bool
	root      entry
	functions *index
	files     []string
	filesOK   bool
}

// readUnits reads the headers of all units of a section.
func (in *Info) readUnits(sec *section, types bool) {
	for off := int64(0); off < sec.size && len(in.units) < maxUnits; {
		u, sig, isType := in.readUnit(sec, off, types)
		if u == nil || u.end <= off {
			return
		}
		off = u.end
		if isType {
			in.bySignature[sig] = u
		}
		if u.version >= 2 && u.version <= 5 && u.addrSize == 8 && !types {
			in.units = append(in.units, u)
		}
	}
}

// readUnit reads the header of one unit.
func (in *Info) readUnit(sec *section, off int64, types bool) (u *unit, sig uint64, isType bool) {
	c := sec.at(off)
	n, wide := c.length()
	if c.failed || n > uint64(sec.size-c.off) {
		return nil, 0, false
	}
	u = &unit{in: in, sec: sec, off: off, end: c.off + int64(n), dwarf64: wide}
	u.version = int(c.uint(2))
	kind := uint64(0)
	if u.version >= 5 {
		kind = c.uint(1)
		u.addrSize = int(c.uint(1))
		u.tableOff = c.offset(wide)
	} else {
		u.tableOff = c.offset(wide)
		u.addrSize = int(c.uint(1))
	}
	switch {
	case types || kind == unitType || kind == unitSplitType:
		sig, isType = c.uint(8), true
		u.typeOff = int64(c.offset(wide))
	case kind == unitSkeleton || kind == unitSplit:
		c.uint(8)
	}
	u.first = c.off
	if c.failed {
		return nil, 0, false
	}
	return u, sig, isType
}

func (u *unit) abbrevs() table {
	if u.table == nil {
		u.table = u.in.table(u.tableOff)
	}
	return u.table
}

// entryAt returns the entry at an offset of .debug_info.
func (in *Info) entryAt(off uint64) (entry, bool) {
	u := in.unitAt(off)
	if u == nil {
		return entry{}, false
	}
	return u.entry(int64(off))
}

func (in *Info) unitAt(off uint64) *unit {
	if off > uint64(in.info.size) {
		return nil
	}
	i, ok := slices.BinarySearchFunc(in.units, int64(off), func(u *unit, off int64) int { return cmp.Compare(u.off, off) })
	if !ok {
		i--
	}
	if i < 0 || int64(off) >= in.units[i].end {
		return nil
	}
	return in.units[i]
}

// rootEntry returns the entry of the unit itself.
func (u *unit) rootEntry() *entry {
	if !u.rootRead {
		u.rootRead = true
		u.root, _ = u.entry(u.first)
	}
	return &u.root
}

func (u *unit) lang() int64 {
	n, _ := u.rootEntry().number(dwarf.AttrLanguage)
	return n
}

// base returns the offset in another section where the unit's offsets or addresses begin.
// By default they follow a header.
func (u *unit) base(a dwarf.Attr, header uint64) uint64 {
	if n, ok := u.rootEntry().number(a); ok {
		return uint64(n)
	}
	if u.version < 5 {
		return 0
	}
	return header
}

func (u *unit) strBase() uint64 { return u.base(dwarf.AttrStrOffsetsBase, uint64(2*u.offsetSize())) }

// address returns the value of an address attribute.
func (e *entry) address(a dwarf.Attr) (uint64, bool) {
	v, ok := e.val(a)
	if !ok {
		return 0, false
	}
	switch {
	case v.form == formAddr:
		return v.n, true
	case v.form == formAddrx || v.form == formGNUAddr || v.form >= formAddrx1 && v.form <= formAddrx4:
		return e.u.addressAt(v.n)
	}
	return 0, false
}

// addressAt returns address i of the unit in .debug_addr.
func (u *unit) addressAt(i uint64) (uint64, bool) {
	if i > uint64(u.in.addr.size) {
		return 0, false
	}
	c := u.in.addr.at(int64(u.base(dwarf.AttrAddrBase, 8) + 8*i))
	n := c.uint(8)
	return n, !c.failed
}
