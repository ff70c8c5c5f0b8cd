package debuginfo

import "debug/dwarf"

// An index has the functions of a unit.
type index struct {
	at       map[uint64]int64 // definitions by address
	named    map[string]int64 // definitions by name, linkage name first
	declared map[string]int64 // declarations by name
	typed    bool             // the unit tells types
}

// maxDeclared bounds the size of debugging information that is looked through
// for a declaration, which may be anywhere in it.
const maxDeclared = 16 << 20

// definition finds the entry of the function of that name with its code at pc.
func (in *Info) definition(name string, pc uint64) (entry, bool) {
	u := in.unitOf(pc)
	if u == nil {
		return entry{}, false
	}
	x := u.index()
	off, ok := x.at[pc]
	if !ok {
		off, ok = x.named[name]
	}
	if !ok {
		return entry{}, false
	}
	return u.entry(off)
}

// declaration finds a declaration of a function that the code at pc, or other
// code of the object, calls.
func (in *Info) declaration(name string, pc uint64) (entry, bool) {
	if u := in.unitOf(pc); u != nil {
		if e, ok := u.declaration(name); ok {
			return e, true
		}
	}
	if in.info.size > maxDeclared {
		return entry{}, false
	}
	for _, u := range in.units {
		if e, ok := u.declaration(name); ok {
			return e, true
		}
	}
	return entry{}, false
}

func (u *unit) declaration(name string) (entry, bool) {
	off, ok := u.index().declared[name]
	if !ok {
		return entry{}, false
	}
	return u.entry(off)
}

// maxFunctions bounds an index.
const maxFunctions = 1 << 18

// index lists the functions of the unit, once.
func (u *unit) index() *index {
	if u.names == nil {
		u.names = &index{at: map[uint64]int64{}, named: map[string]int64{}, declared: map[string]int64{}}
		c := u.sec.at(u.first)
		u.listFunctions(&c)
	}
	return u.names
}

// listFunctions reads the entries from c on to the end of the unit. It goes into what may
// have functions in it: types only have them in C++ and its like, and functions
// none that others could call.
func (u *unit) listFunctions(c *cursor) {
	var vals []val
	for c.off < u.end {
		e, ok := u.read(c, vals)
		if !ok {
			return
		}
		vals = e.vals
		u.names.typed = u.names.typed || e.tag == dwarf.TagBaseType || e.has(dwarf.AttrType) || e.has(dwarf.AttrSignature)
		switch e.tag {
		case dwarf.TagSubprogram:
			u.enter(&e)
		case dwarf.TagCompileUnit, dwarf.TagPartialUnit, dwarf.TagNamespace, dwarf.TagModule,
			dwarf.TagClassType, dwarf.TagStructType, dwarf.TagUnionType, 0:
			continue
		}
		if !e.past(c) {
			return
		}
	}
}

// maxPieces bounds the pieces of a function: a part that is seldom run may be
// elsewhere.
const maxPieces = 4

// enter takes a function into the index.
func (u *unit) enter(e *entry) {
	if len(u.names.at)+len(u.names.declared) >= maxFunctions || u.in.nameBytes < 0 {
		return
	}
	names := e.names()
	to := u.names.named
	switch {
	case e.has(dwarf.AttrLowpc) || e.has(dwarf.AttrRanges):
		pieces := 0
		e.eachRange(func(start, _ uint64) bool {
			u.names.at[start] = e.off
			pieces++
			return pieces < maxPieces
		})
	case e.flag(dwarf.AttrDeclaration):
		to = u.names.declared
	default:
		return // abstract: others refer to it
	}
	for _, name := range names {
		if _, ok := to[name]; !ok {
			u.in.nameBytes -= int64(len(name))
			to[name] = e.off
		}
	}
}

// attrMIPSLinkageName is what DW_AT_linkage_name was before DWARF 4.
const attrMIPSLinkageName dwarf.Attr = 0x2007

// names are the names of a function in symbol tables, the surest first.
func (e *entry) names() []string {
	var names []string
	for _, a := range []dwarf.Attr{dwarf.AttrLinkageName, attrMIPSLinkageName, dwarf.AttrName} {
		if s := e.inheritedText(a); s != "" {
			names = append(names, s)
		}
	}
	return names
}

// maxOrigins bounds how far an entry's attributes are looked for in those that
// it completes.
const maxOrigins = 8

// origins are e and the entries that it completes: the abstract function of a
// concrete one, the declaration of a definition.
func (e *entry) origins() []entry {
	list := []entry{*e}
	for len(list) < maxOrigins {
		last := &list[len(list)-1]
		next, ok := last.ref(dwarf.AttrAbstractOrigin)
		if !ok {
			next, ok = last.ref(dwarf.AttrSpecification)
		}
		if !ok {
			break
		}
		list = append(list, next)
	}
	return list
}

// inherited finds the first of e and its origins that has an attribute.
func (e *entry) inherited(a dwarf.Attr) (entry, bool) {
	if e.has(a) {
		return *e, true
	}
	for _, o := range e.origins() {
		if o.has(a) {
			return o, true
		}
	}
	return entry{}, false
}

func (e *entry) inheritedText(a dwarf.Attr) string {
	o, ok := e.inherited(a)
	if !ok {
		return ""
	}
	return o.text(a)
}
