package tracer

import (
	"plait/elf"
	"plait/proto"
)

// Infer returns what the machine code of a function in the ELF file at path tells
// of its arguments, which is what a call of it would be shown by if it had no
// prototype; nil if the file has no such function, or its code tells nothing.
func Infer(path, symbol string, prototypes *proto.Database) (*proto.Prototype, error) {
	f, err := elf.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sym, ok := f.Lookup(symbol)
	if !ok || !sym.IsFunction() || sym.Value == 0 {
		return nil, nil
	}
	t := Tracer{Config: Config{Prototypes: prototypes}}
	return t.guess(&object{file: &file{File: f}}, sym.Value), nil
}
