package decode

import (
	"strconv"
	"strings"

	"plait/arch"
	"plait/event"
)

// partNode is a pointer to the first bytes of a struct, as many as the caller says:
// NAME[n]. Such structs grow with new versions of the kernel.
type partNode struct {
	*Struct
	length *Expr
	ptr    int
}

// Part returns the type of a pointer to the first length bytes of the struct n.
func Part(n *Struct, length *Expr, a *arch.Arch) Node { return &partNode{n, length, a.PtrSize} }

func (n *partNode) shape() shape { return shape{n.ptr, n.ptr, false, integer} }

func (n *partNode) load(c *call, b []byte, _ uint64) event.Value {
	return n.word(c, n.shape().number(c, b))
}

func (n *partNode) word(c *call, bits uint64) event.Value {
	have, ok := n.length.eval(c)
	if bits == 0 || !ok || have < uint64(n.atLeast) || !c.spend() {
		return event.Pointer{Addr: bits}
	}
	b := make([]byte, min(have, uint64(n.Size)))
	if c.read(bits, b) < len(b) {
		return event.Unreadable{Addr: bits}
	}
	v := n.Struct.load(c, b, bits)
	if r, ok := v.(event.Record); ok && have > uint64(n.Size) {
		r.Fields = append(r.Fields, c.beyond(bits, uint64(n.Size), have)...)
		return r
	}
	return v
}

// beyond returns the bytes of a struct at addr after its known members, as one field
// without a name; nothing if they are all zero.
func (c *call) beyond(addr, known, have uint64) []event.Field {
	if have > maxStruct {
		have = maxStruct
	}
	b := make([]byte, have-known)
	where := "/* bytes " + strconv.FormatUint(known, 10) + ".." + strconv.FormatUint(have-1, 10) + " */ "
	if c.read(addr+known, b) < len(b) {
		return []event.Field{{Value: event.Verbatim{Text: where + "???"}}}
	}
	if allZero(b) {
		return nil
	}
	show := min(len(b), c.s.Shown())
	text := where + hexString(b[:show])
	if show < len(b) {
		text += "..."
	}
	return []event.Field{{Value: event.Verbatim{Text: text}}}
}

// maxStruct is the size of the largest struct that the kernel accepts: a page.
const maxStruct = PageSize

// hexString returns b as a C string of hexadecimal escapes.
func hexString(b []byte) string {
	const digits = "0123456789abcdef"
	var out strings.Builder
	for _, x := range b {
		out.WriteString(`\x` + string(digits[x>>4]) + string(digits[x&15]))
	}
	return `"` + out.String() + `"`
}
