package debuginfo

import "debug/dwarf"

// An index has the offsets of the functions of a unit.
type index struct {
	at       map[uint64]int64 // definitions by address
	named    map[string]int64 // definitions by linkage name and name
	declared map[string]int64 // declarations by linkage name and name
	typed    bool             // the unit describes types
}

// maxDeclared is the most bytes of debugging information that are searched for a
// declaration, which may be in any unit.
const maxDeclared = 16 << 20

// definition returns the entry of the function at pc or else, in the same unit, of that
// name.
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

// declaration returns a declaration of a function: from the unit of the code at pc, or
// else from any unit.
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

// maxFunctions is the most functions in an index.
const maxFunctions = 1 << 18

// index returns the functions of the unit, which it lists only once.
func (u *unit) index() *index {
	if u.functions == nil {
		u.functions = &index{at: map[uint64]int64{}, named: map[string]int64{}, declared: map[string]int64{}}
		c := u.sec.at(u.first)
		u.listFunctions(&c)
	}
	return u.functions
}

// listFunctions reads the entries from c to the end of the unit. It descends into entries
// that may contain functions, which classes do in C++ and the like. Functions within
// functions can't be called by others.
func (u *unit) listFunctions(c *cursor) {
	var vals []val
	for c.off < u.end {
		e, ok := u.read(c, vals)
		if !ok {
			return
		}
		vals = e.vals
		u.functions.typed = u.functions.typed || e.tag == dwarf.TagBaseType || e.has(dwarf.AttrType) || e.has(dwarf.AttrSignature)
		switch e.tag {
		case dwarf.TagSubprogram:
			u.addFunction(&e)
		case dwarf.TagCompileUnit, dwarf.TagPartialUnit, dwarf.TagNamespace, dwarf.TagModule,
			dwarf.TagClassType, dwarf.TagStructType, dwarf.TagUnionType, 0:
			continue
		}
		if !e.skipChildren(c) {
			return
		}
	}
}

// maxPieces bounds the address ranges of a function: a part that seldom runs may be
// elsewhere.
const maxPieces = 4

// addFunction adds a function to the index.
func (u *unit) addFunction(e *entry) {
	if len(u.functions.at)+len(u.functions.declared) >= maxFunctions || u.in.nameBytes < 0 {
		return
	}
	names := e.names()
	to := u.functions.named
	switch {
	case e.has(dwarf.AttrLowpc) || e.has(dwarf.AttrRanges):
		pieces := 0
		e.eachRange(func(start, _ uint64) bool {
			u.functions.at[start] = e.off
			pieces++
			return pieces < maxPieces
		})
	case e.flag(dwarf.AttrDeclaration):
		to = u.functions.declared
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

// names returns the names that a function may have in symbol tables, the most reliable
// first.
func (e *entry) names() []string {
	var names []string
	for _, a := range []dwarf.Attr{dwarf.AttrLinkageName, attrMIPSLinkageName, dwarf.AttrName} {
		if s := e.inheritedText(a); s != "" {
			names = append(names, s)
		}
	}
	return names
}

// maxOrigins bounds the chain of entries that an entry completes.
const maxOrigins = 8

// origins returns e and the entries that it completes: the abstract origin of a concrete
// function, the declaration of a definition.
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

// inherited returns the first of e and its origins that has an attribute.
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
