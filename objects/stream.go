package objects

// standardStreams are the variables of the C library that hold a FILE *.
var standardStreams = [...]string{"stdin", "stdout", "stderr"}

// Streams are those variables of an address space.
type Streams struct {
	objects int // how many there were when they were looked for
	found   []streamVariable
}

// A streamVariable is where such a variable is.
type streamVariable struct {
	name string
	addr uint64
}

// maxStreamVariables bounds them: one of each in the program, which has copies of what
// it names itself, and in the C library of each namespace.
const maxStreamVariables = 24

// Name is the name of the standard stream at an address, that is, of the variable which
// holds the address now; "" if there is none. word reads a word of memory.
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

// findStreams looks the variables up in the order in which the loader does.
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
