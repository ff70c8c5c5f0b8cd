package debuginfo

import (
	"debug/dwarf"
	"slices"
)

// An entry is one debugging information entry.
type entry struct {
	u        *unit
	off      int64
	next     int64 // offset of the entry after its attributes
	tag      dwarf.Tag
	children bool
	vals     []val
}

// A val is one attribute. n is a number or an offset; for a string or block within the
// entry it is where that begins.
type val struct {
	attr dwarf.Attr
	form uint32
	n    uint64
}

// Each largeEntry attributes or bytes, and each longText bytes of a string, cost as much
// of the budget as one entry.
const (
	largeEntry = 16
	longText   = 64
)

// entry reads the entry at off. A null entry, which ends a list of children, has tag 0. ok
// is false if there is no valid entry.
func (u *unit) entry(off int64) (e entry, ok bool) {
	c := u.sec.at(off)
	return u.read(&c, nil)
}

// read reads the entry at c. It reuses the memory of vals.
func (u *unit) read(c *cursor, vals []val) (e entry, ok bool) {
	if u.in.budget--; u.in.budget < 0 || c.off < u.first || c.off >= u.end {
		return e, false
	}
	e = entry{u: u, off: c.off, vals: vals[:0]}
	code := c.uleb()
	if code != 0 {
		a := u.abbrevs()[code]
		if a == nil {
			return e, false
		}
		e.tag, e.children = a.tag, a.children
		for _, s := range a.specs {
			e.vals = append(e.vals, val{s.attr, s.form, u.value(c, &s)})
			if s.form == formIndirect {
				e.vals[len(e.vals)-1].form = s.form
			}
		}
	}
	e.next = c.off
	u.in.budget -= (len(e.vals) + int(e.next-e.off)) / largeEntry
	return e, !c.failed && c.off <= u.end
}

// value reads the value of an attribute. It replaces an indirect form in s by the real
// one.
func (u *unit) value(c *cursor, s *spec) uint64 {
	switch s.form {
	case formImplicit:
		return uint64(s.implicit)
	case formFlagPresent:
		return 1
	case formIndirect:
		s.form = uint32(c.uleb())
		if s.form == formIndirect || s.form == formImplicit {
			return c.fail()
		}
		return u.value(c, s)
	case formSdata:
		return uint64(c.sleb())
	case formString:
		at := c.off
		for c.byte() != 0 && !c.failed {
		}
		return uint64(at)
	case formUdata, formRefUdata, formStrx, formAddrx, formLoclistx, formRnglistx, formGNUAddr, formGNUStr:
		return c.uleb()
	case formData16:
		c.skip(16)
		return 0
	}
	if size := u.fixed(s.form); size > 0 {
		return c.uint(size)
	}
	return u.block(c, s.form)
}

// block skips a block and returns the offset of its length.
func (u *unit) block(c *cursor, form uint32) uint64 {
	at := c.off
	switch form {
	case formBlock1:
		c.skip(c.uint(1))
	case formBlock2:
		c.skip(c.uint(2))
	case formBlock4:
		c.skip(c.uint(4))
	case formBlock, formExprloc:
		c.skip(c.uleb())
	default:
		return c.fail()
	}
	return uint64(at)
}

// fixed returns the size of values of a form, or 0 if that is not fixed.
func (u *unit) fixed(form uint32) int {
	switch form {
	case formData1, formFlag, formRef1, formStrx1, formAddrx1:
		return 1
	case formData2, formRef2, formStrx1 + 1, formAddrx1 + 1:
		return 2
	case formStrx1 + 2, formAddrx1 + 2:
		return 3
	case formData4, formRef4, formRefSup4, formStrx4, formAddrx4:
		return 4
	case formData8, formRef8, formRefSig8, formRefSup8:
		return 8
	case formAddr:
		return u.addrSize
	case formRefAddr:
		if u.version <= 2 {
			return u.addrSize
		}
		return u.offsetSize()
	case formStrp, formSecOffset, formStrpSup, formLineStrp, formGNURefAlt, formGNUStrpAlt:
		return u.offsetSize()
	}
	return 0
}

func (u *unit) offsetSize() int {
	if u.dwarf64 {
		return 8
	}
	return 4
}

func (e *entry) val(a dwarf.Attr) (val, bool) {
	i := slices.IndexFunc(e.vals, func(v val) bool { return v.attr == a })
	if i < 0 {
		return val{}, false
	}
	return e.vals[i], true
}

func (e *entry) has(a dwarf.Attr) bool {
	_, ok := e.val(a)
	return ok
}

func (e *entry) flag(a dwarf.Attr) bool {
	v, ok := e.val(a)
	return ok && v.n != 0
}

// number returns the value of a constant attribute.
func (e *entry) number(a dwarf.Attr) (int64, bool) {
	v, ok := e.val(a)
	if !ok {
		return 0, false
	}
	switch v.form {
	case formBlock1, formBlock2, formBlock4, formBlock, formExprloc, formString, formData16:
		return 0, false
	}
	return int64(v.n), true
}

// text returns the value of a string attribute, and charges the budget for it.
func (e *entry) text(a dwarf.Attr) string {
	s := e.string(a)
	e.u.in.budget -= len(s) / longText
	return s
}

func (e *entry) string(a dwarf.Attr) string {
	v, ok := e.val(a)
	if !ok {
		return ""
	}
	in := e.u.in
	switch {
	case v.form == formString:
		return e.u.sec.textAt(v.n)
	case v.form == formStrp:
		return in.str.textAt(v.n)
	case v.form == formLineStrp:
		return in.lineStr.textAt(v.n)
	case v.form == formStrpSup || v.form == formGNUStrpAlt:
		if in.alt != nil {
			return in.alt.str.textAt(v.n)
		}
	case v.form == formStrx || v.form == formGNUStr || v.form >= formStrx1 && v.form <= formStrx4:
		size := uint64(e.u.offsetSize())
		if v.n > uint64(in.strOffsets.size) {
			return ""
		}
		c := in.strOffsets.at(int64(e.u.strBase() + v.n*size))
		off := c.uint(int(size))
		if !c.failed {
			return in.str.textAt(off)
		}
	}
	return ""
}

func (s *section) textAt(off uint64) string {
	if off >= uint64(s.size) {
		return ""
	}
	c := s.at(int64(off))
	text, _ := c.prefix()
	return text
}

// ref returns the entry that an attribute refers to.
func (e *entry) ref(a dwarf.Attr) (entry, bool) {
	v, ok := e.val(a)
	if !ok {
		return entry{}, false
	}
	in := e.u.in
	switch v.form {
	case formRef1, formRef2, formRef4, formRef8, formRefUdata:
		if v.n > uint64(e.u.sec.size) {
			return entry{}, false
		}
		return e.u.entry(e.u.off + int64(v.n))
	case formRefAddr:
		return in.entryAt(v.n)
	case formRefSup4, formRefSup8, formGNURefAlt:
		if in.alt == nil {
			return entry{}, false
		}
		return in.alt.entryAt(v.n)
	case formRefSig8:
		if u := in.bySignature[v.n]; u != nil {
			return u.entry(u.off + u.typeOff)
		}
	}
	return entry{}, false
}

// constantLocation returns the constant in an attribute such as DW_AT_data_member_location:
// a number, or the expression DW_OP_plus_uconst N of DWARF 2.
func (e *entry) constantLocation(a dwarf.Attr) (int64, bool) {
	v, ok := e.val(a)
	if !ok {
		return 0, false
	}
	c := e.u.sec.at(int64(v.n))
	switch v.form {
	case formBlock1:
		c.skip(1)
	case formBlock, formExprloc:
		c.uleb()
	case formBlock2, formBlock4, formString, formData16:
		return 0, false
	default:
		return int64(v.n), true
	}
	if op := c.byte(); op != 0x23 && op != 0x10 { // DW_OP_plus_uconst, DW_OP_constu
		return 0, false
	}
	n := c.uleb()
	return int64(n), !c.failed
}

// eachChild calls f for the children of e until f returns false. It returns false if a
// child could not be read.
func (e *entry) eachChild(f func(child *entry) bool) bool {
	if !e.children {
		return true
	}
	c := e.u.sec.at(e.next)
	for {
		child, ok := e.u.read(&c, nil)
		if !ok {
			return false
		}
		if child.tag == 0 {
			return true
		}
		if !f(&child) {
			return true
		}
		if !child.skipChildren(&c) {
			return false
		}
	}
}

// skipChildren moves c past the children of e.
func (e *entry) skipChildren(c *cursor) bool {
	if !e.children {
		return true
	}
	if v, ok := e.val(dwarf.AttrSibling); ok && (v.form >= formRef1 && v.form <= formRefUdata) {
		to := e.u.off + int64(v.n)
		if to > c.off && to <= e.u.end {
			c.off = to
			return true
		}
	}
	var vals []val
	for depth := 1; depth > 0; {
		child, ok := e.u.read(c, vals)
		if !ok {
			return false
		}
		vals = child.vals
		switch {
		case child.tag == 0:
			depth--
		case child.children:
			depth++
		}
	}
	return true
}
