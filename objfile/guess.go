package objfile

import (
	"plait/infer"
	"plait/proto/decode"
)

// Guess returns a prototype of the function at a link-time address, inferred from its
// machine code, or nil if that cannot be followed.
func (f *File) Guess(addr uint64) *decode.Prototype {
	if f == nil || !f.Native() {
		return nil
	}
	s, ok := infer.Function(infer.Program{Code: f.Code, Import: f.imported}, addr)
	if !ok {
		return nil
	}
	p := decode.Guessed(s.Ints, s.Floats)
	p.MoreArgs = s.More
	return p
}

// Contradicts reports whether the machine code of the function at a link-time address reads
// argument registers that p does not fill, so that p is the prototype of another function.
func (f *File) Contradicts(p *decode.Prototype, addr uint64) bool {
	if f == nil || !f.Native() {
		return false
	}
	s, ok := infer.Function(infer.Program{Code: f.Code}, addr)
	return ok && !p.Covers(s.Ints, s.Floats)
}

// Placed returns p with the places of its arguments, inferred from the machine code of the
// function at a link-time address, if p does not give them itself. It does not follow calls
// to other files, which would take long in a big file.
func (f *File) Placed(p *decode.Prototype, addr uint64) *decode.Prototype {
	if p.IsPlaced() || f == nil || !f.Native() {
		return p
	}
	code := infer.Program{Code: f.Code}
	s, ok := infer.Function(code, addr)
	if !ok {
		return p
	}
	return p.Placed(s.Ints, infer.ReturnsFirst(code, addr))
}

// reads returns which argument registers the function at a link-time address uses, by
// bank, or false if that is not known.
func (f *File) reads(addr uint64) (used [2]uint, ok bool) {
	return infer.Reads(infer.Program{Code: f.Code}, addr)
}

// imported returns the arguments of the function that the file calls through the GOT word
// at got, or false if the function has no prototype.
func (f *File) imported(got uint64) (s infer.Signature, ok bool) {
	if f.imports == nil {
		found, _, ok := f.Slots()
		if !ok {
			return s, false
		}
		f.imports = map[uint64]string{}
		for _, slot := range found.Slots {
			f.imports[slot.GOT] = slot.Name
		}
	}
	p := f.files.prototypes.Lookup("", f.imports[got])
	if p == nil || f.imports[got] == "" {
		return s, false
	}
	s.Ints, s.Floats = p.Registers()
	return s, true
}
