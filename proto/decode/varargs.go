package decode

import (
	"plait/arch"
	"plait/event"
)

// vaNode is a va_list. It is replaced by the arguments of the format before it.
type vaNode struct{ addrNode }

// vaListAt reads the va_list at an address.
func vaListAt(s *Source, addr uint64) (*arch.VaList, bool) {
	b := make([]byte, s.Arch.VaListSize)
	if len(b) == 0 || s.Read(addr, b) < len(b) {
		return nil, false
	}
	va := s.Arch.VaList(b)
	return &va, true
}

// sentinelNode is variable arguments up to a null pointer, as execl(3) takes them.
type sentinelNode struct{ elem Node }

func (n *sentinelNode) shape() shape { return n.elem.shape() }

func (n *sentinelNode) word(c *call, bits uint64) event.Value { return n.elem.word(c, bits) }

func (n *sentinelNode) load(c *call, b []byte, addr uint64) event.Value {
	return n.elem.load(c, b, addr)
}

// A varargsNode is a type that stands for variable arguments.
type varargsNode interface {
	take(c *call, name string) []event.Arg
}

// take decodes the arguments up to and including the null pointer.
func (n *sentinelNode) take(c *call, name string) []event.Arg {
	var out []event.Arg
	for range maxVarargs {
		bits := c.place.integer()
		a := event.Arg{Name: name, Value: n.elem.word(c, bits)}
		if points(n.elem) {
			a.Addr = bits
		}
		out = append(out, a)
		if bits == 0 {
			break
		}
	}
	return out
}
