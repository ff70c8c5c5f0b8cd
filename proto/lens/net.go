package lens

import (
	"encoding/binary"
	"slices"
	"strings"

	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// Numbers and addresses of networks, as C writes them.

// bytesOf returns the lowest n bytes of bits, as they lie in memory.
func bytesOf(s *decode.Source, bits uint64, n int) []byte {
	var b [8]byte
	s.Arch.Order.PutUint64(b[:], bits)
	return b[:n]
}

// netOrder decodes a number in network byte order: htons(80).
type netOrder struct {
	of   string // the function that makes the number
	enum string // has names of the number; "": none does
	hex  bool
}

func (l netOrder) Decode(s *decode.Source, bits uint64) event.Value {
	data := bytesOf(s, bits, 2)
	n := uint64(binary.BigEndian.Uint16(data))
	if l.of == "htonl" {
		data = bytesOf(s, bits, 4)
		n = uint64(binary.BigEndian.Uint32(data))
	}
	text := values.Decimal(n)
	switch {
	case l.hex:
		text = values.Hex(n)
	case l.enum != "":
		text = values.Enum(s, l.enum, n, 2)
	}
	return event.Verbatim{Text: l.of + "(" + text + ")", Data: string(data)}
}

// linkLens decodes the index of a network interface.
type linkLens struct{}

func (linkLens) Decode(s *decode.Source, bits uint64) event.Value {
	if s.Link != nil && bits != 0 {
		if name := s.Link(int(int32(bits))); name != "" {
			return event.Verbatim{Text: "if_nametoindex(" + decode.Quote(name) + ")"}
		}
	}
	return event.Int{Bits: uint64(uint32(bits)), Size: 4}
}

// inetLens decodes struct in_addr.
type inetLens struct{}

func (inetLens) Decode(s *decode.Source, bits uint64) event.Value {
	b := bytesOf(s, bits, 4)
	return event.Verbatim{Text: values.Inet(b), Data: string(b)}
}

// inet6Lens decodes struct in6_addr.
type inet6Lens struct{}

func (inet6Lens) Decode(s *decode.Source, addr uint64) event.Value {
	b := bytesAt(s, addr, 16)
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	return values.Inet6([16]byte(b), "")
}

func (inet6Lens) Bytes(_ *decode.Source, b []byte) event.Value { return values.Inet6([16]byte(b), "") }

// macLens decodes a hardware address of that many bytes.
type macLens int

func (l macLens) Decode(s *decode.Source, addr uint64) event.Value {
	b := bytesAt(s, addr, uint64(l))
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	return event.Verbatim{Text: values.MAC(b)}
}

func (macLens) Bytes(_ *decode.Source, b []byte) event.Value {
	return event.Verbatim{Text: values.MAC(b), Data: string(b)}
}

// cstringLens decodes a string in an array of size char. If it has no NUL, its last byte
// is not shown unless whole is set.
type cstringLens struct {
	size  int
	whole bool
}

func (l cstringLens) Decode(s *decode.Source, addr uint64) event.Value {
	b := bytesAt(s, addr, uint64(l.size))
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	return l.Bytes(s, b)
}

func (l cstringLens) Bytes(_ *decode.Source, b []byte) event.Value {
	if l.whole && slices.Index(b, 0) < 0 {
		return event.Str{Text: string(b)}
	}
	return cstringIn(b)
}

func cstringIn(b []byte) event.Value {
	if end := slices.Index(b, 0); end >= 0 {
		return event.Str{Text: string(b[:end])}
	}
	return event.Str{Text: string(b[:len(b)-1]), Cut: true}
}

// groupsLens decodes a set of netlink groups.
type groupsLens struct{}

func (groupsLens) Decode(_ *decode.Source, bits uint64) event.Value {
	text := strings.TrimPrefix(values.Hex(bits), "0x")
	if bits == 0 {
		return event.Verbatim{Text: "00000000"}
	}
	return event.Verbatim{Text: "0x" + strings.Repeat("0", max(0, 6-len(text))) + text}
}
