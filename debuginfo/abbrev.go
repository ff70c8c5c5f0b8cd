package debuginfo

import (
	"debug/dwarf"
	"slices"
	"sort"
)

// Bounds on tables of abbreviations.
const (
	maxAbbrevs = 1 << 16 // of one table
	maxSpecs   = 1 << 9  // attributes of one abbreviation
)

// Forms (DWARF 5, table 7.6, and GNU extensions), which debug/dwarf does not export.
const (
	formAddr        = 0x01
	formBlock2      = 0x03
	formBlock4      = 0x04
	formData2       = 0x05
	formData4       = 0x06
	formData8       = 0x07
	formString      = 0x08
	formBlock       = 0x09
	formBlock1      = 0x0a
	formData1       = 0x0b
	formFlag        = 0x0c
	formSdata       = 0x0d
	formStrp        = 0x0e
	formUdata       = 0x0f
	formRefAddr     = 0x10
	formRef1        = 0x11
	formRef2        = 0x12
	formRef4        = 0x13
	formRef8        = 0x14
	formRefUdata    = 0x15
	formIndirect    = 0x16
	formSecOffset   = 0x17
	formExprloc     = 0x18
	formFlagPresent = 0x19
	formStrx        = 0x1a
	formAddrx       = 0x1b
	formRefSup4     = 0x1c
	formStrpSup     = 0x1d
	formData16      = 0x1e
	formLineStrp    = 0x1f
	formRefSig8     = 0x20
	formImplicit    = 0x21
	formLoclistx    = 0x22
	formRnglistx    = 0x23
	formRefSup8     = 0x24
	formStrx1       = 0x25
	formStrx4       = 0x28
	formAddrx1      = 0x29
	formAddrx4      = 0x2c
	formGNUAddr     = 0x1f01
	formGNUStr      = 0x1f02
	formGNURefAlt   = 0x1f20
	formGNUStrpAlt  = 0x1f21
)

// An abbrev lists the attributes of an entry.
type abbrev struct {
	tag      dwarf.Tag
	children bool
	specs    []spec
}

type spec struct {
	attr     dwarf.Attr
	form     uint32
	implicit int64
}

// A table has the abbreviations of a unit, by code.
type table map[uint64]*abbrev

// An extent is where a table is.
type extent struct{ start, end int64 }

// table returns the table at off, which it reads only once. It returns nil for a broken
// table.
func (in *Info) table(off uint64) table {
	t, ok := in.tables[off]
	if !ok {
		t = in.readTable(int64(off))
		in.tables[off] = t
	}
	return t
}

// readTable reads a table. It rejects one that overlaps with another: otherwise a hostile
// file could turn one large table into as many as it has bytes.
func (in *Info) readTable(off int64) table {
	i := sort.Search(len(in.extents), func(i int) bool { return in.extents[i].start > off })
	if off < 0 || i > 0 && in.extents[i-1].end > off {
		return nil
	}
	limit := in.abbrev.size
	if i < len(in.extents) {
		limit = in.extents[i].start
	}
	c := in.abbrev.at(off)
	t := c.table(limit)
	in.extents = slices.Insert(in.extents, i, extent{off, min(c.off, limit)})
	return t
}

// table reads a table that ends before limit.
func (c *cursor) table(limit int64) table {
	t := table{}
	for len(t) < maxAbbrevs {
		code := c.uleb()
		if code == 0 || c.failed {
			break
		}
		a := &abbrev{tag: dwarf.Tag(c.uleb()), children: c.byte() != 0}
		a.read(c)
		if c.off >= limit {
			return nil
		}
		t[code] = a
	}
	if c.failed {
		return nil
	}
	return t
}

// read reads the attributes of an abbreviation.
func (a *abbrev) read(c *cursor) {
	for !c.failed {
		s := spec{attr: dwarf.Attr(c.uleb()), form: uint32(c.uleb())}
		if s.form == formImplicit {
			s.implicit = c.sleb()
		}
		if s.attr == 0 && s.form == 0 {
			return
		}
		if len(a.specs) == maxSpecs {
			c.fail()
			return
		}
		a.specs = append(a.specs, s)
	}
}
