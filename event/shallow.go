package event

import "slices"

// Shallow returns a copy of args in which each struct, list or the like is replaced
// by its address, from words.
func Shallow(args []Arg, words []uint64) []Arg {
	args = slices.Clone(args)
	for i := range args[:min(len(args), len(words))] {
		if isAggregate(args[i].Value) {
			args[i].Value = Pointer{Addr: words[i]}
		}
	}
	return args
}

// isAggregate reports whether v is the contents of memory other than text: what an
// argument points to.
func isAggregate(v Value) bool {
	switch v := v.(type) {
	case Record, *Record, List, Change:
		return true
	case Note:
		_, pointer := v.Value.(Pointer)
		return pointer || isAggregate(v.Value)
	}
	return false
}
