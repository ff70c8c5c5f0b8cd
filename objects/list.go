package objects

// A List is the objects of one address space, in the order in which the dynamic loader
// searches them for symbols.
type List []*Object

// At returns the object that addr belongs to, or nil.
func (l List) At(addr uint64) *Object {
	for _, o := range l {
		if o.Lo <= addr && addr < o.Hi {
			return o
		}
	}
	return nil
}

// Symbol returns a name for addr, "main" or "main+0x12", or "" if it lies in no known
// function.
func (l List) Symbol(addr uint64) string {
	o := l.At(addr)
	if o == nil || o.File == nil {
		return ""
	}
	return o.File.NameAt(addr - o.Base)
}

// Definer returns the name of the object that defines the function called name: the first
// one in the dynamic loader's order, or "" if there is none.
func (l List) Definer(name string) string {
	for _, o := range l {
		if o.File == nil {
			continue
		}
		if sym, ok := o.File.Lookup(name); ok && sym.IsFunction() {
			return o.Name()
		}
	}
	return ""
}

// Definition returns the first object that defines the function called name, and the
// function's link-time address. It predicts what the dynamic loader will bind. It returns
// nil for an IFUNC, whose implementation is not known before it is bound.
func (l List) Definition(name string) (*Object, uint64) {
	for _, o := range l {
		if o.File == nil {
			continue
		}
		if sym, ok := o.File.Lookup(name); ok && sym.IsFunction() && sym.Value != 0 {
			if sym.IsIndirect() {
				return nil, 0
			}
			return o, sym.Value
		}
	}
	return nil, 0
}
