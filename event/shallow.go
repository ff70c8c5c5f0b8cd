package event

import "slices"

// Shallow returns arguments with addresses in the place of structs, lists and the
// like that lie there.
func Shallow(args []Arg, words []uint64) []Arg {
	args = slices.Clone(args)
	for i := range args[:min(len(args), len(words))] {
		if pointedAt(args[i].Value) {
			args[i].Value = Pointer{Addr: words[i]}
		}
	}
	return args
}

// pointedAt tells whether an argument is shown by what it points to, other than
// text.
func pointedAt(v Value) bool {
	switch v := v.(type) {
	case Record, *Record, List, Change:
		return true
	case Note:
		_, pointer := v.Value.(Pointer)
		return pointer || pointedAt(v.Value)
	}
	return false
}
