package decode

import "plait/event"

// pairsNode is variable arguments that alternate between a name and a value of type
// elem, up to a null name: pairs(T), as g_object_set and XtVaSetValues take. If the
// parameter before them is text, it is the first name.
type pairsNode struct{ elem Node }

func (n *pairsNode) shape() shape { return n.elem.shape() }

func (n *pairsNode) word(c *call, bits uint64) event.Value { return n.elem.word(c, bits) }

func (n *pairsNode) load(c *call, b []byte, addr uint64) event.Value {
	return n.elem.load(c, b, addr)
}

// take decodes the arguments up to and including the null name. A value may be a
// floating-point number, which is passed in another register, and nothing says which
// value is one. So the list ends with three dots if there are any such arguments, and
// where a name is not text.
func (n *pairsNode) take(c *call, name string) []event.Arg {
	var out []event.Arg
	more := event.Arg{Name: name, Value: event.Verbatim{Text: "..."}}
	text := &textNode{stop: true, unit: 1, ptr: c.s.Arch.PtrSize}
	at := c.p.varargsAt
	named := false
	if at > 0 {
		_, named = c.p.Params[at-1].Node.(*textNode)
	}
	if named && c.words[at-1] == 0 {
		return nil
	}
	if c.s.Floats != nil && c.s.Floats() > 0 {
		return []event.Arg{more}
	}
	for range maxVarargs / 2 {
		if !named {
			bits := c.place.integer()
			v := text.word(c, bits)
			if s, ok := v.(event.Str); bits != 0 && (!ok || !isText(s.Text)) {
				return append(out, more)
			}
			out = append(out, event.Arg{Name: name, Value: v, Addr: bits})
			if bits == 0 {
				return out
			}
		}
		named = false
		out = append(out, event.Arg{Name: name, Value: n.elem.word(c, n.elem.shape().extend(c.place.integer()))})
	}
	return append(out, more)
}
