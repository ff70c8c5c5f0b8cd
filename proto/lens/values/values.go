// Package values formats what lenses of all families write in the same way: numbers,
// names, flags and addresses, as C writes them.
//
// It owns that spelling. It does not know which structs the values are in. What only one
// family needs stays in its file in plait/proto/lens.
//
// # Adding to it
//
// A function moves here when a second room of lenses needs it. It returns text or a
// value, and reads no memory.
package values

import (
	"net/netip"
	"strconv"
	"strings"

	"plait/event"
	"plait/proto/decode"
)

// Decimal writes n as printf's %u does.
func Decimal(n uint64) string { return strconv.FormatUint(n, 10) }

// Hex writes n as printf's %#x does.
func Hex(n uint64) string {
	if n == 0 {
		return "0"
	}
	return "0x" + strconv.FormatUint(n, 16)
}

// Name returns the name of n in the named enum, or "" if it has none.
func Name(s *decode.Source, enum string, n uint64) string {
	v, _ := s.Named(enum, n, 4).(event.Name)
	return v.Name
}

// Enum returns the name of n, a number of size bytes, in the named enum. If there is
// none, it returns the number, with the kind of name as a comment. It is for use within
// other text.
func Enum(s *decode.Source, enum string, n uint64, size int) string {
	v, _ := s.Named(enum, n, size).(event.Name)
	switch {
	case v.Name != "":
		return v.Name
	case v.Want != "":
		return Hex(n) + " /* " + v.Want + " */"
	}
	return Hex(n)
}

// Annotated returns a number of size bytes in hexadecimal, with the names of its flags as
// an annotation.
func Annotated(s *decode.Source, set string, word uint64, size int) event.Value {
	n := event.Int{Bits: word, Size: uint8(size), Base: event.Hex}
	f, ok := s.Named(set, word, size).(event.Flags)
	if !ok || word == 0 {
		return n
	}
	return event.Note{Value: n, Text: Flags(f)}
}

// Flags returns a set of flags for use within other text.
func Flags(f event.Flags) string {
	text := ""
	for _, name := range f.Names {
		text += name + "|"
	}
	switch {
	case len(f.Names) == 0:
		return f.Want
	case f.Rest != 0:
		return text + Hex(f.Rest)
	}
	return text[:len(text)-1]
}

// Inet returns an IPv4 address as a call of inet_addr(3). b has its 4 bytes in network
// byte order.
func Inet(b []byte) string {
	return `inet_addr("` + netip.AddrFrom4([4]byte(b)).String() + `")`
}

// Inet6 returns an IPv6 address as the call of inet_pton(3) that stores it in a member.
func Inet6(b [16]byte, member string) event.Verbatim {
	return event.Verbatim{Text: `inet_pton(AF_INET6, "` + netip.AddrFrom16(b).String() + `")`, Data: string(b[:]), Into: member}
}

// MAC returns a hardware address, with colons between its bytes.
func MAC(b []byte) string {
	parts := make([]string, len(b))
	for i, x := range b {
		parts[i] = string("0123456789abcdef"[x>>4]) + string("0123456789abcdef"[x&15])
	}
	return strings.Join(parts, ":")
}
