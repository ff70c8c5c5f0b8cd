package proto

import (
	"encoding/binary"
	"net/netip"
	"strings"

	"plait/event"
)

// sockaddrLens is a struct sockaddr of n bytes, by its family (socket(7)).
type sockaddrLens struct{}

// Address families (bits/socket.h) whose addresses have members of their own.
const (
	afUnix    = 1
	afInet    = 2
	afInet6   = 10
	afNetlink = 16
	afPacket  = 17
)

// maxSockaddr is the size of struct sockaddr_storage, the largest address.
const maxSockaddr = 128

func (sockaddrLens) DecodeSized(s *Source, addr, n uint64) event.Value {
	if n < 2 || int64(n) < 0 {
		return event.Pointer{Addr: addr}
	}
	b := s.bytesAt(addr, min(n, maxSockaddr))
	if b == nil {
		return event.Unread{Addr: addr}
	}
	v := sockaddrView{s, b, nil}
	family := s.Arch.Order.Uint16(b)
	v.add("sa_family", s.Named("address_family", uint64(family), 2))
	switch {
	case len(b) == 2:
	case family == afUnix:
		v.unix()
	case family == afInet && len(b) >= 8:
		v.inet()
	case family == afInet6 && len(b) >= 24:
		v.inet6()
	case family == afNetlink && len(b) >= 12:
		v.netlink()
	case family == afPacket && len(b) >= 12:
		v.packet()
	default:
		v.add("sa_data", v.text(2))
	}
	return event.Record{Fields: v.fields}
}

// sockaddrView is an address that is being decoded.
type sockaddrView struct {
	s      *Source
	b      []byte
	fields []event.Field
}

func (v *sockaddrView) add(name string, value event.Value) {
	v.fields = append(v.fields, event.Field{Name: name, Value: value})
}

// big reads a number in network byte order.
func (v *sockaddrView) big(off int) uint64 { return uint64(binary.BigEndian.Uint16(v.b[off:])) }

// word reads a number in the machine's own.
func (v *sockaddrView) word(off int) uint64 { return uint64(v.s.Arch.Order.Uint32(v.b[off:])) }

// text is all from off on as a string.
func (v *sockaddrView) text(off int) event.Value {
	show := min(len(v.b)-off, v.s.text())
	return event.Str{Text: string(v.b[off : off+show]), Cut: len(v.b)-off > show}
}

func (v *sockaddrView) port(name string, off int) {
	v.add(name, event.Raw{Text: "htons(" + decimal(v.big(off)) + ")"})
}

// unix has a path, up to a NUL or the end, or a name behind a NUL.
func (v *sockaddrView) unix() {
	path := v.b[2:]
	if path[0] == 0 && len(path) > 1 {
		v.add("sun_path", event.Raw{Text: "@" + cString(path[1:])})
		return
	}
	text, _, _ := strings.Cut(string(path), "\x00")
	v.add("sun_path", event.Str{Text: text, Path: true})
}

func (v *sockaddrView) inet() {
	v.port("sin_port", 2)
	v.add("sin_addr", event.Raw{Text: `inet_addr("` + netip.AddrFrom4([4]byte(v.b[4:8])).String() + `")`})
}

// inet6 may end before the scope, which older programs don't have.
func (v *sockaddrView) inet6() {
	v.port("sin6_port", 2)
	v.add("sin6_flowinfo", event.Raw{Text: "htonl(" + decimal(uint64(binary.BigEndian.Uint32(v.b[4:]))) + ")"})
	v.add("", event.Raw{Text: `inet_pton(AF_INET6, "` + netip.AddrFrom16([16]byte(v.b[8:24])).String() + `", &sin6_addr)`})
	if len(v.b) >= 28 {
		v.add("sin6_scope_id", event.Int{Bits: v.word(24), Size: 4})
	}
}

func (v *sockaddrView) netlink() {
	v.add("nl_pid", event.Int{Bits: v.word(4), Size: 4, Signed: true})
	groups := "00000000"
	if n := v.word(8); n != 0 {
		groups = strings.TrimPrefix(hexText(n), "0x")
		groups = "0x" + strings.Repeat("0", max(0, 6-len(groups))) + groups
	}
	v.add("nl_groups", event.Raw{Text: groups})
}

// packet is struct sockaddr_ll (packet(7)).
func (v *sockaddrView) packet() {
	protocol := hexText(v.big(2))
	if name := v.s.nameOf("eth_protocol", v.big(2)); name != "" {
		protocol = name
	}
	v.add("sll_protocol", event.Raw{Text: "htons(" + protocol + ")"})
	v.add("sll_ifindex", event.Int{Bits: v.word(4), Size: 4})
	v.add("sll_hatype", v.s.Named("arp_hardware", uint64(v.s.Arch.Order.Uint16(v.b[8:])), 2))
	v.add("sll_pkttype", v.s.Named("packet_type", uint64(v.b[10]), 1))
	v.add("sll_halen", event.Int{Bits: uint64(v.b[11]), Size: 1})
	address := v.b[12:]
	if n := int(v.b[11]); n < len(address) {
		address = address[:n]
	}
	l := event.List{}
	for _, x := range address {
		l.Items = append(l.Items, event.Int{Bits: uint64(x), Size: 1, Base: event.Hex})
	}
	v.add("sll_addr", l)
}

// cString writes bytes as a C string literal, for texts that no event.Str can
// hold: the rest of it is not the string's.
func cString(b []byte) string {
	var out strings.Builder
	out.WriteByte('"')
	for i, c := range b {
		switch {
		case c == '"' || c == '\\':
			out.WriteByte('\\')
			out.WriteByte(c)
		case c >= ' ' && c < 0x7f:
			out.WriteByte(c)
		default:
			out.WriteString(octalEscape(c, i+1 < len(b) && b[i+1] >= '0' && b[i+1] <= '7'))
		}
	}
	out.WriteByte('"')
	return out.String()
}

// octalEscape is the shortest escape of c that a following digit can't change.
func octalEscape(c byte, digitFollows bool) string {
	digits := []byte{'0' + c>>6, '0' + c>>3&7, '0' + c&7}
	for !digitFollows && len(digits) > 1 && digits[0] == '0' {
		digits = digits[1:]
	}
	return `\` + string(digits)
}

// sockoptLens is an option's value of n bytes (setsockopt(2)): an int if it is
// as large as one.
type sockoptLens struct{}

func (sockoptLens) DecodeSized(s *Source, addr, n uint64) event.Value {
	n = uint64(uint32(n))
	if n != 4 {
		if n == 0 || int32(n) < 0 {
			return event.Pointer{Addr: addr}
		}
		return s.data(addr, n)
	}
	word, ok := s.Word(addr, 4)
	if !ok {
		return event.Unread{Addr: addr}
	}
	return event.List{Items: []event.Value{event.Int{Bits: uint64(int64(int32(word))), Size: 4, Signed: true}}}
}
