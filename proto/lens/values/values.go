// Package values has what lenses of all families write in the same way: numbers, names,
// flags and addresses, as C has them.
//
// It does not know which structs these stand in. What only one family needs stays in
// its file in plait/proto/lens.
//
// # Adding to it
//
// A function comes here when a second room of lenses needs it. It returns text or a
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

// Name returns the name that the enum of that name has for n; "" if it has none.
func Name(s *decode.Source, enum string, n uint64) string {
	v, _ := s.Named(enum, n, 4).(event.Name)
	return v.Name
}

// Enum returns the name of n, a number of size bytes, in an enum, or the number, with
// what is missing as a comment. It is a part of other text.
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

// Remarked returns a number of size bytes in hexadecimal, with the flags that it means
// as a remark.
func Remarked(s *decode.Source, set string, word uint64, size int) event.Value {
	n := event.Int{Bits: word, Size: uint8(size), Base: event.Hex}
	f, ok := s.Named(set, word, size).(event.Flags)
	if !ok || word == 0 {
		return n
	}
	return event.Note{Value: n, Text: Flags(f)}
}

// Flags returns a set of flags as a part of other text.
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

// Inet returns the call that makes an address of IPv4, which b is in network byte
// order: inet_addr(3). B has 4 bytes.
func Inet(b []byte) string {
	return `inet_addr("` + netip.AddrFrom4([4]byte(b)).String() + `")`
}

// Inet6 returns the call that makes an address of IPv6 and stores it in a member:
// inet_pton(3).
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
