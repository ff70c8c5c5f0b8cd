package objfile

import (
	"plait/infer"
	"plait/proto/decode"
)

// Guess is the prototype of a function that none is known of, by its machine code
// at a link-time address of the file; nil if that can't be followed.
func (f *File) Guess(addr uint64) *decode.Prototype {
	if f == nil || !f.Native() {
		return nil
	}
	s, ok := infer.Function(infer.Program{Code: f.Code, Import: f.importing}, addr)
	if !ok {
		return nil
	}
	p := decode.Guessed(s.Ints, s.Floats)
	p.MoreArgs = s.More
	return p
}

// Placed returns p with what the code of the function at a link-time address of the
// file tells of where the arguments are, if p does not say that. What other files'
// functions take is not asked: of a big file, that would take long.
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

// importing tells what the function takes that a file calls through a GOT word, if that
// has a prototype.
func (f *File) importing(got uint64) (s infer.Signature, ok bool) {
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
	p := f.in.prototypes.Lookup("", f.imports[got])
	if p == nil || f.imports[got] == "" {
		return s, false
	}
	s.Ints, s.Floats = p.Registers()
	return s, true
}
