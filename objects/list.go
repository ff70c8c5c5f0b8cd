package objects

// A List is the objects of one address space, in the order in which the dynamic loader
// looks symbols up.
type List []*Object

// At finds the object that addr belongs to, nil if there is none.
func (l List) At(addr uint64) *Object {
	for _, o := range l {
		if o.Lo <= addr && addr < o.Hi {
			return o
		}
	}
	return nil
}

// Symbol names the function that addr lies in, "main" or "main+0x12"; it is empty if none
// is known.
func (l List) Symbol(addr uint64) string {
	o := l.At(addr)
	if o == nil || o.File == nil {
		return ""
	}
	return o.File.NameAt(addr - o.Base)
}

// Definer is the name of the object that defines the function is called so, the
// first in the order of the dynamic loader; "" if none is known to.
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

// Definition is where the function of a name is defined, by the first object that does:
// the dynamic loader has not said yet which. An indirect function is not known before
// that.
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
