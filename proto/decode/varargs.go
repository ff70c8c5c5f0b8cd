package decode

import "plait/event"

// vaNode is a va_list: in its place stand the arguments of the format before it.
type vaNode struct{ addrNode }

// A vaList is the va_list of the System V ABI, AMD64 supplement, 3.5.7.
type vaList struct {
	gp, fp         uint64 // offsets of the next register in the save area
	overflow, save uint64 // addresses: arguments on the stack, saved registers
}

// Ends of the register save area's two parts.
const (
	vaGPEnd = 6 * 8
	vaFPEnd = vaGPEnd + 8*16
)

func readVaList(s *Source, addr uint64) (*vaList, bool) {
	var b [24]byte
	if s.Read(addr, b[:]) < len(b) {
		return nil, false
	}
	order := s.Arch.Order
	return &vaList{
		gp:       uint64(order.Uint32(b[0:])),
		fp:       uint64(order.Uint32(b[4:])),
		overflow: order.Uint64(b[8:]),
		save:     order.Uint64(b[16:]),
	}, true
}

func (v *vaList) integer(s *Source) uint64 { return v.saved(s, &v.gp, 8, vaGPEnd) }

func (v *vaList) vector(s *Source) uint64 { return v.saved(s, &v.fp, 16, vaFPEnd) }

// saved is the next register of size bytes in the save area, off bytes into it
// and before end; an argument on the stack if all of them are used.
func (v *vaList) saved(s *Source, off *uint64, size, end uint64) uint64 {
	if *off+size > end {
		return v.eightbyte(s)
	}
	w, _ := s.Word(v.save+*off, 8)
	*off += size
	return w
}

func (v *vaList) eightbyte(s *Source) uint64 {
	v.overflow += 8
	w, _ := s.Word(v.overflow-8, 8)
	return w
}

func (v *vaList) memory(s *Source, size, align int) []byte {
	if align > 8 {
		v.overflow = (v.overflow + 15) &^ 15
	}
	b := make([]byte, min(size, MaxRead))
	s.Read(v.overflow, b)
	v.overflow += uint64(size+7) &^ 7
	return b
}

// sentinelNode is variable arguments up to a null pointer, as execl(3) takes.
type sentinelNode struct{ elem Node }

func (n *sentinelNode) shape() shape { return n.elem.shape() }

func (n *sentinelNode) word(c *call, bits uint64) event.Value { return n.elem.word(c, bits) }

func (n *sentinelNode) load(c *call, b []byte, addr uint64) event.Value {
	return n.elem.load(c, b, addr)
}

// A taker is a type that stands for variable arguments.
type taker interface {
	take(c *call, name string) []event.Arg
}

// take decodes the arguments up to the null pointer, which is one of them.
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
