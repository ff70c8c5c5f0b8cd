package tracer

// standardStreams are the variables of the C library that hold a FILE *.
var standardStreams = [...]string{"stdin", "stdout", "stderr"}

// streams are those variables of a space.
type streams struct {
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

// stream is the name of the standard stream at an address, that is, of the variable
// which holds the address now; "" if there is none.
func (t *Tracer) stream(tr *tracee, addr uint64) string {
	s := tr.space
	if s.streams.objects != len(s.objects) {
		s.streams.objects, s.streams.found = len(s.objects), s.findStreams()
	}
	for _, v := range s.streams.found {
		if word, err := t.readWord(tr, v.addr); err == nil && word == addr {
			return v.name
		}
	}
	return ""
}

// findStreams looks the variables up in the order in which the loader does.
func (s *space) findStreams() (found []streamVariable) {
	for _, o := range s.objects {
		if o.file == nil {
			continue
		}
		for _, name := range standardStreams {
			sym, ok := o.file.Lookup(name)
			if ok && !sym.IsFunction() && len(found) < maxStreamVariables {
				found = append(found, streamVariable{name, o.base + sym.Value})
			}
		}
	}
	return found
}
