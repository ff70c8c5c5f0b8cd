package objects

// standardStreams are the names of the C library's variables that hold a FILE *.
var standardStreams = [...]string{"stdin", "stdout", "stderr"}

// Streams are those variables of an address space. The zero value has not searched yet.
type Streams struct {
	objects int // length of the List that was searched
	found   []streamVariable
}

// A streamVariable is one such variable and its run-time address.
type streamVariable struct {
	name string
	addr uint64
}

// maxStreamVariables bounds how many there are: a program has copies of those that it uses
// (copy relocations), and the C library of each namespace has all three.
const maxStreamVariables = 24

// Name returns the name of the standard stream whose FILE is at addr: of the variable that
// holds addr at the moment, or "" if none does. word reads a word of memory.
func (s *Streams) Name(l List, addr uint64, word func(addr uint64) (uint64, error)) string {
	if s.objects != len(l) {
		s.objects, s.found = len(l), l.findStreams()
	}
	for _, v := range s.found {
		if w, err := word(v.addr); err == nil && w == addr {
			return v.name
		}
	}
	return ""
}

// findStreams finds the variables, in the order in which the dynamic loader would.
func (l List) findStreams() (found []streamVariable) {
	for _, o := range l {
		if o.File == nil {
			continue
		}
		for _, name := range standardStreams {
			sym, ok := o.File.Lookup(name)
			if ok && !sym.IsFunction() && len(found) < maxStreamVariables {
				found = append(found, streamVariable{name, o.Base + sym.Value})
			}
		}
	}
	return found
}
