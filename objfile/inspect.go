package objfile

import (
	"plait/background"
	"plait/debuginfo"
	"plait/elf"
	"plait/proto"
	"plait/proto/decode"
	"plait/ptrace"
)

// An Inspection is what an ELF file says about one of its functions: the prototypes that
// plait would use for calls of the function if no file of prototypes had one.
type Inspection struct {
	Described []proto.Definition // from debugging information
	Guessed   *decode.Prototype  // from the machine code; nil if that cannot be followed
}

// Inspect inspects a function of the ELF file at path, which it opens with open. The
// Inspection is empty if the file has no such function. The error is that of opening or
// reading the file.
func Inspect(path string, open elf.Opener, symbol string, prototypes *proto.Database) (found Inspection, err error) {
	opened, err := open(path)
	if err != nil {
		return found, err
	}
	f, err := elf.New(opened, &elf.Reader{Open: open})
	if err != nil {
		return found, err
	}
	defer f.Close()
	sym, ok := f.Lookup(symbol)
	if !ok || !sym.IsFunction() || sym.Value == 0 {
		return found, nil
	}
	file := New(background.New(), open, prototypes, debuginfo.Store{}).Add(f, ptrace.Identity{})
	if file.Prototype(symbol, sym.Value) != nil {
		key := debuginfo.Key(symbol, sym.Value)
		if d, ok := file.description.protos.DescribeAs(key, symbol, "debugging information of "+path); ok {
			found.Described = append(found.Described, d)
		}
	}
	found.Guessed = file.Guess(sym.Value)
	return found, nil
}
