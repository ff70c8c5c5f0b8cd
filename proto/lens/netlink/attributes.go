package netlink

import (
	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// Attributes of netlink messages (linux/netlink.h, struct nlattr). A table of attributes
// is a union in proto/data/abi/netlink.conf. Its first member is the enum with the names
// of their types. Each other member says what the attribute of that name contains. A
// member that is such a union is a table of nested attributes.

// attrHead is the size of struct nlattr. Attributes begin at multiples of 4.
const attrHead = 4

// attributes decodes attributes by a table, which may be nil. It returns a list if there
// are several.
func attributes(s *decode.Source, b []byte, addr uint64, table *decode.Struct) event.Value {
	if len(b) < attrHead {
		return bytesInHex(s, b)
	}
	l := event.List{}
	for {
		size := int(s.Arch.Order.Uint16(b))
		l.Items = append(l.Items, attribute(s, b[:min(max(size, attrHead), len(b))], addr, table))
		if size < attrHead || align4(size) >= len(b) {
			break
		}
		b, addr = b[align4(size):], addr+uint64(align4(size))
		if len(b) < attrHead {
			l.Items = append(l.Items, bytesInHex(s, b))
			break
		}
		if len(l.Items) == s.Items() || !s.Spend() {
			l.Cut = true
			break
		}
	}
	if len(l.Items) == 1 && !l.Cut {
		return l.Items[0]
	}
	return l
}

// attribute decodes one attribute, with its head.
func attribute(s *decode.Source, b []byte, addr uint64, table *decode.Struct) event.Value {
	kind := s.Arch.Order.Uint16(b[2:])
	head := event.Record{Fields: []event.Field{
		{Name: "nla_len", Value: event.Int{Bits: uint64(s.Arch.Order.Uint16(b)), Size: 2}},
		{Name: "nla_type", Value: attrType(s, kind, table)},
	}}
	if len(b) == attrHead {
		return head
	}
	return event.List{Items: []event.Value{head, payload(s, b[attrHead:], addr+attrHead, attrMember(s, kind, table))}}
}

// Bits of an attribute's type that are not the type.
const (
	attrNested   = 0x8000
	attrNetOrder = 0x4000
)

// attrName returns a type with its name in a table, if it has one there. It returns false
// if the table has no names.
func attrName(s *decode.Source, kind uint16, table *decode.Struct) (event.Name, bool) {
	kind &^= attrNested | attrNetOrder
	if table == nil || len(table.Members) == 0 {
		return event.Name{Int: event.Int{Bits: uint64(kind), Size: 2, Base: event.Hex}}, false
	}
	v, ok := s.Bits(table.Members[0].Node, uint64(kind)).(event.Name)
	return v, ok
}

func attrType(s *decode.Source, kind uint16, table *decode.Struct) event.Value {
	name, _ := attrName(s, kind, table)
	flags := ""
	if kind&attrNested != 0 {
		flags = "NLA_F_NESTED|"
	}
	if kind&attrNetOrder != 0 {
		flags += "NLA_F_NET_BYTEORDER|"
	}
	if flags == "" {
		return name
	}
	text := name.Name
	if text == "" {
		text = values.Hex(name.Int.Bits)
		if name.Want != "" {
			text += " /* " + name.Want + " */"
		}
	}
	return event.Name{Name: flags + text, Int: event.Int{Bits: uint64(kind), Size: 2, Base: event.Hex}}
}

// attrMember returns what a table says about a type, or nil if it says nothing.
func attrMember(s *decode.Source, kind uint16, table *decode.Struct) decode.Node {
	name, ok := attrName(s, kind, table)
	if !ok || name.Name == "" {
		return nil
	}
	if i := table.Index(name.Name); i > 0 {
		return table.Members[i].Node
	}
	return nil
}

// A payloadLens decodes the contents of an attribute, of whatever length.
type payloadLens interface {
	payload(s *decode.Source, b []byte, addr uint64) event.Value
}

// payload decodes the contents of an attribute as n. Contents that are too short for
// their type are shown as bytes.
func payload(s *decode.Source, b []byte, addr uint64, n decode.Node) (v event.Value) {
	if !s.Nested(func() { v = contents(s, b, addr, n) }) {
		return bytesInHex(s, b)
	}
	return v
}

func contents(s *decode.Source, b []byte, addr uint64, n decode.Node) event.Value {
	if n == nil {
		return bytesInHex(s, b)
	}
	if table, ok := n.(*decode.Struct); ok && table.Union {
		return attributes(s, b, addr, table)
	}
	if lens, ok := decode.LensOf(n).(payloadLens); ok {
		return lens.payload(s, b, addr)
	}
	size := decode.SizeOf(n)
	if len(b) < size {
		return bytesInHex(s, b)
	}
	return s.Load(n, b[:size], addr)
}

// inAttribute is embedded in lenses that make sense only in an attribute.
type inAttribute struct{}

func (inAttribute) Decode(_ *decode.Source, addr uint64) event.Value {
	return event.Pointer{Addr: addr}
}

// attrText decodes text that should end with a NUL.
type attrText struct{ inAttribute }

func (attrText) payload(s *decode.Source, b []byte, _ uint64) event.Value {
	v := event.Str{Cut: b[len(b)-1] != 0}
	if !v.Cut {
		b = b[:len(b)-1]
	}
	show := min(len(b), s.Shown())
	v.Text, v.Cut = string(b[:show]), v.Cut || show < len(b)
	return v
}

// attrMAC decodes a hardware address of any length.
type attrMAC struct{ inAttribute }

func (attrMAC) payload(s *decode.Source, b []byte, _ uint64) event.Value {
	const longest = 32 // MAX_ADDR_LEN of the kernel
	if len(b) > longest {
		return bytesInHex(s, b)
	}
	return event.Verbatim{Text: values.MAC(b), Data: string(b)}
}

// attrAddress decodes an address of the family with which the message begins.
type attrAddress struct{ inAttribute }

func (attrAddress) payload(s *decode.Source, b []byte, _ uint64) event.Value {
	const inet, inet6 = 2, 10
	switch family := parts(s).family; {
	case family == inet6 && len(b) >= 16:
		return values.Inet6([16]byte(b[:16]), "")
	case family == inet && len(b) >= 4:
		return event.Verbatim{Text: values.Inet(b[:4]), Data: string(b[:4])}
	}
	return bytesInHex(s, b)
}

// attrTable decodes an array of numbers, each with the name of its index:
// [DEVCONF_MTU6]=1500.
type attrTable struct {
	inAttribute
	enum   string
	size   int
	behind string // after the name: the array begins with the second
	from   uint64 // the number of the first name
}

func (a attrTable) payload(s *decode.Source, b []byte, _ uint64) event.Value {
	if len(b) < a.size {
		return bytesInHex(s, b)
	}
	l := event.List{}
	for i := uint64(0); len(b) >= a.size; i++ {
		if len(l.Items) == s.Items() || !s.Spend() {
			l.Cut = true
			break
		}
		v := s.From("int64_t", append(b[:a.size:a.size], make([]byte, 8-a.size)...), 0)
		if a.size == 4 {
			v = s.From("int", b, 0)
		}
		l.Items = append(l.Items, event.Verbatim{Text: "[" + a.name(s, i) + "]=" + intText(v)})
		b = b[a.size:]
	}
	return l
}

func (a attrTable) name(s *decode.Source, i uint64) string {
	v, _ := s.Named(a.enum, i+a.from, 4).(event.Name)
	if v.Name == "" {
		return values.Decimal(i+a.from) + " /* " + v.Want + " */" + a.behind
	}
	return v.Name + a.behind
}

func intText(v event.Value) string {
	n, _ := v.(event.Int)
	if n.Signed && int64(n.Bits) < 0 {
		return "-" + values.Decimal(-n.Bits)
	}
	return values.Decimal(n.Bits)
}

// attrNumber decodes a number of any size that has a name in an enum.
type attrNumber struct {
	inAttribute
	enum string
}

func (a attrNumber) payload(s *decode.Source, b []byte, _ uint64) event.Value {
	if len(b) > 8 {
		return bytesInHex(s, b)
	}
	word := s.Arch.Order.Uint64(append(b[:len(b):len(b)], make([]byte, 8-len(b))...))
	return s.Named(a.enum, word, 8)
}

// attrArray decodes an array of numbers.
type attrArray struct {
	inAttribute
	typ  string
	size int
}

func (a attrArray) payload(s *decode.Source, b []byte, addr uint64) event.Value {
	if len(b) < a.size {
		return bytesInHex(s, b)
	}
	l := event.List{}
	for ; len(b) >= a.size; b = b[a.size:] {
		if len(l.Items) == s.Items() || !s.Spend() {
			l.Cut = true
			break
		}
		l.Items = append(l.Items, s.From(a.typ, b, addr))
	}
	return l
}

// attrAnnotated decodes a set of flags of one byte, as a number with an annotation.
type attrAnnotated struct {
	inAttribute
	set string
}

func (a attrAnnotated) payload(s *decode.Source, b []byte, _ uint64) event.Value {
	return values.Annotated(s, a.set, uint64(b[0]), 1)
}

// attrUnixFile decodes struct unix_diag_vfs: where the file of a local socket is.
type attrUnixFile struct{ inAttribute }

func (attrUnixFile) payload(s *decode.Source, b []byte, _ uint64) event.Value {
	if len(b) < 8 {
		return bytesInHex(s, b)
	}
	return event.Record{Fields: []event.Field{
		{Name: "udiag_vfs_dev", Value: s.Named("dev_t", uint64(s.Arch.Order.Uint32(b[4:])), 8)},
		{Name: "udiag_vfs_ino", Value: event.Int{Bits: uint64(s.Arch.Order.Uint32(b)), Size: 4}},
	}}
}

// attrInetOptions decodes struct inet_diag_sockopt: bits, of which the set ones are
// shown.
type attrInetOptions struct{ inAttribute }

// inetOptions are the names of its bits, from the lowest (linux/inet_diag.h).
var inetOptions = [...]string{
	"recverr", "is_icsk", "freebind", "hdrincl", "mc_loop", "transparent", "mc_all", "nodefrag",
	"bind_address_no_port", "recverr_rfc4884", "defer_connect",
}

func (attrInetOptions) payload(s *decode.Source, b []byte, _ uint64) event.Value {
	if len(b) < 2 {
		return bytesInHex(s, b)
	}
	word := uint64(s.Arch.Order.Uint16(b))
	r := event.Record{}
	for i, name := range inetOptions {
		if bit := word >> i & 1; bit != 0 || s.Limits.Verbose {
			r.Fields = append(r.Fields, event.Field{Name: name, Value: event.Int{Bits: bit, Size: 1}})
		}
	}
	if rest := word >> len(inetOptions); rest != 0 {
		r.Fields = append(r.Fields, event.Field{Name: "unused", Value: event.Int{Bits: rest, Size: 1, Base: event.Hex}})
	}
	return r
}

// shiftedLens decodes flags that are 1 shifted by the numbers of an enum, or by one less.
type shiftedLens struct {
	enum string
	less uint64
}

func (l shiftedLens) Decode(s *decode.Source, bits uint64) event.Value {
	f := event.Flags{Bits: bits, Size: 4, Base: event.Hex}
	for bit := range uint64(32) {
		if bits>>bit&1 == 0 {
			continue
		}
		switch name := values.Name(s, l.enum, bit+l.less); {
		case name == "":
			f.Rest |= 1 << bit
		case l.less != 0:
			f.Names = append(f.Names, "1<<("+name+"-"+values.Decimal(l.less)+")")
		default:
			f.Names = append(f.Names, "1<<"+name)
		}
	}
	return f
}
