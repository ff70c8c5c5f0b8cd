package lens

import (
	"math/bits"

	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// An optionForm is the form of a socket option's value (socket(7), ip(7), ipv6(7),
// packet(7), netlink(7)).
type optionForm struct {
	level, from, to uint32 // options from ... to of a level
	least           int    // bytes; of a shorter value the pointer is shown
	exact           bool   // of a longer one as well
	typ             string // of the value
	list            bool   // shown as a list of one
	code            func(s *decode.Source, b []byte, addr uint64) event.Value
}

// Levels of options (bits/socket.h).
const (
	solRaw     = 255
	solPacket  = 263
	solNetlink = 270
)

// optionsSet are the options for setsockopt(2) whose value is not an int.
var optionsSet = []optionForm{
	{level: solSocket, from: 13, to: 13, least: 8, typ: "linger"},
	{level: solSocket, from: 26, to: 26, least: 16, typ: "sock_fprog"},
	{level: solSocket, from: 51, to: 51, least: 16, typ: "sock_fprog"},
	{level: solSocket, from: 74, to: 74, least: 4, typ: "sock_txrehash", list: true},
	{level: solIP, from: 35, to: 36, least: 8, typ: "ip_mreq"},
	{level: solIP, from: 42, to: 42, least: 136, code: groupRequest},
	{level: solIP, from: 45, to: 45, least: 136, code: groupRequest},
	{level: solIPv6, from: 42, to: 42, least: 136, code: groupRequest},
	{level: solIPv6, from: 45, to: 45, least: 136, code: groupRequest},
	{level: solIPv6, from: 20, to: 21, least: 20, code: ipv6Membership},
	{level: solIPv6, from: 27, to: 28, least: 20, code: ipv6Membership},
	{level: solPacket, from: 5, to: 5, least: 16, exact: true, typ: "tpacket_req"},
	{level: solPacket, from: 13, to: 13, least: 16, exact: true, typ: "tpacket_req"},
	{level: solPacket, from: 1, to: 2, least: 16, exact: true, code: packetMembership},
	{level: solRaw, from: 1, to: 1, least: 4, code: icmpFilter},
	{level: solNetlink, to: ^uint32(0), least: 4, typ: "int", list: true},
}

// optionsGot are the options for getsockopt(2) whose value is not an int. A struct that
// is cut short is shown as far as it goes.
var optionsGot = []optionForm{
	{level: solSocket, from: 13, to: 13, least: 1, typ: "linger"},
	{level: solSocket, from: 17, to: 17, least: 1, typ: "ucred"},
	{level: solSocket, from: 4, to: 4, least: 1, typ: "errnum", list: true},
	{level: solSocket, from: 74, to: 74, least: 1, typ: "sock_txrehash", list: true},
	{level: solSocket, from: 77, to: 77, least: 4, typ: "fd", list: true},
	{level: solSocket, from: 1, to: 2, least: 1, typ: "int", list: true},
	{level: solSocket, from: 5, to: 12, least: 1, typ: "int", list: true},
	{level: solSocket, from: 14, to: 19, least: 1, typ: "int", list: true},
	{level: solSocket, from: 27, to: 27, least: 1, typ: "int", list: true},
	{level: solSocket, from: 29, to: 30, least: 1, typ: "int", list: true},
	{level: solSocket, from: 32, to: 37, least: 1, typ: "int", list: true},
	{level: solSocket, from: 40, to: 46, least: 1, typ: "int", list: true},
	{level: solSocket, from: 49, to: 49, least: 1, typ: "int", list: true},
	{level: solSocket, from: 53, to: 53, least: 1, typ: "int", list: true},
	{level: solSocket, from: 56, to: 56, least: 1, typ: "int", list: true},
	{level: solSocket, from: 60, to: 60, least: 1, typ: "int", list: true},
	{level: solSocket, from: 63, to: 65, least: 1, typ: "int", list: true},
	{level: solSocket, from: 68, to: 70, least: 1, typ: "int", list: true},
	{level: solSocket, from: 73, to: 73, least: 1, typ: "int", list: true},
	{level: solSocket, from: 75, to: 75, least: 1, typ: "int", list: true},
	{level: solPacket, from: 6, to: 6, least: 1, typ: "tpacket_stats"},
	{level: solRaw, from: 1, to: 1, least: 4, code: icmpFilter},
	{level: solNetlink, from: 9, to: 9, code: groupNumbers},
	{level: solNetlink, to: ^uint32(0), least: 4, typ: "int", list: true},
}

// optionIn returns the form of the option of the call being decoded, or nil if its value
// is an int.
func optionIn(s *decode.Source, forms []optionForm) *optionForm {
	level, name := uint32(s.Argument(1)), uint32(s.Argument(2))
	for i, f := range forms {
		if f.level == level && f.from <= name && name <= f.to {
			return &forms[i]
		}
	}
	return nil
}

// isTimeout reports whether the option is SO_RCVTIMEO or SO_SNDTIMEO, of either
// kind of struct timeval.
func isTimeout(s *decode.Source) bool {
	if s.Argument(1) != solSocket {
		return false
	}
	switch s.Argument(2) {
	case 20, 21, 66, 67:
		return true
	}
	return false
}

// sockoptLens decodes the value of an option, n bytes long (setsockopt(2)).
type sockoptLens struct{}

func (sockoptLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	f := optionIn(s, optionsSet)
	if f == nil {
		return plainOption(s, addr, n)
	}
	n = uint64(uint32(n))
	if int32(n) < int32(f.least) || f.exact && int(n) != f.least {
		return event.Pointer{Addr: addr}
	}
	b := bytesAt(s, addr, uint64(f.least))
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	return f.value(s, b, addr)
}

func (f *optionForm) value(s *decode.Source, b []byte, addr uint64) event.Value {
	if f.code != nil {
		return f.code(s, b, addr)
	}
	v := partOf(s, f.typ, b, addr)
	if f.list {
		if _, ok := v.(event.Str); !ok {
			return event.List{Items: []event.Value{v}}
		}
	}
	return v
}

// partOf decodes as much of a value as b has. Part of a number is shown as bytes.
func partOf(s *decode.Source, typ string, b []byte, addr uint64) event.Value {
	n, ok := s.Type(typ).(*decode.Struct)
	if !ok || len(b) >= n.Size {
		return s.From(typ, b, addr)
	}
	whole := make([]byte, n.Size)
	copy(whole, b)
	r, _ := s.From(typ, whole, addr).(event.Record)
	for i, m := range n.Members {
		end := m.Off + decode.SizeOf(m.Node)
		if end <= len(b) || i >= len(r.Fields) {
			continue
		}
		if m.Off < len(b) {
			r.Fields[i].Value = event.Str{Text: string(b[m.Off:]), Hex: true}
			i++
		}
		r.Fields = r.Fields[:i]
		break
	}
	return r
}

// plainOption decodes an int if the value is as large as one, else bytes.
func plainOption(s *decode.Source, addr, n uint64) event.Value {
	n = uint64(uint32(n))
	switch {
	case n == 16 && isTimeout(s):
		return s.At("timeval", addr)
	case n == 4:
		word, ok := s.Word(addr, 4)
		if !ok {
			return event.Unreadable{Addr: addr}
		}
		return event.List{Items: []event.Value{event.Int{Bits: uint64(int64(int32(word))), Size: 4, Signed: true}}}
	}
	return dataAt(s, addr, n)
}

// sockoptOutLens decodes the value of an option that getsockopt(2) wrote. Its length is
// the int at lenptr after the call, but no more than that int said before the call.
type sockoptOutLens struct{}

func (sockoptOutLens) Note(s *decode.Source, addr, lenptr uint64) uint64 {
	return sockaddrOutLens{}.Note(s, addr, lenptr)
}

func (sockoptOutLens) DecodeSized(s *decode.Source, addr, lenptr uint64) event.Value {
	const getFilter = 26
	n, ok := s.Word(lenptr, 4)
	if !ok || s.Noted() == unlimited || int32(n) < 0 {
		return event.Pointer{Addr: addr}
	}
	if s.Argument(1) == solSocket && s.Argument(2) == getFilter {
		return filters{}.DecodeSized(s, addr, n)
	}
	n = min(n, s.Noted())
	f := optionIn(s, optionsGot)
	if f == nil {
		return plainOption(s, addr, n)
	}
	if n < uint64(f.least) {
		return event.Pointer{Addr: addr}
	}
	b := bytesAt(s, addr, n)
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	return f.value(s, b, addr)
}

// groupRequest decodes struct group_req.
func groupRequest(s *decode.Source, b []byte, addr uint64) event.Value {
	const group = 8
	return event.Record{Fields: []event.Field{
		{Name: "gr_interface", Value: s.From("if_index", b, addr)},
		{Name: "gr_group", Value: sockaddr(s, b[group:], addr+group)},
	}}
}

// ipv6Membership decodes struct ipv6_mreq.
func ipv6Membership(s *decode.Source, b []byte, addr uint64) event.Value {
	return event.Record{Fields: []event.Field{
		{Value: values.Inet6([16]byte(b[:16]), "ipv6mr_multiaddr")},
		{Name: "ipv6mr_interface", Value: s.From("if_index", b[16:], addr+16)},
	}}
}

// packetMembership decodes struct packet_mreq.
func packetMembership(s *decode.Source, b []byte, addr uint64) event.Value {
	size := s.Arch.Order.Uint16(b[6:])
	address := b[8:16]
	return event.Record{Fields: []event.Field{
		{Name: "mr_ifindex", Value: s.From("if_index", b, addr)},
		{Name: "mr_type", Value: s.From("packet_membership", b[4:], addr+4)},
		{Name: "mr_alen", Value: event.Int{Bits: uint64(size), Size: 2}},
		{Name: "mr_address", Value: event.Verbatim{Text: values.MAC(address[:min(int(size), len(address))])}},
	}}
}

// icmpFilter decodes the set of ICMP messages that a socket does not receive.
func icmpFilter(s *decode.Source, b []byte, _ uint64) event.Value {
	const most = 32 * 2 / 3
	set := s.Arch.Order.Uint32(b)
	l := event.List{Set: true}
	if bits.OnesCount32(set) > most {
		l.Not, set = true, ^set
	}
	for ; set != 0; set &= set - 1 {
		l.Items = append(l.Items, s.Named("icmp_type", uint64(bits.TrailingZeros32(set)), 1))
	}
	return l
}

// groupNumbers decodes a list of netlink groups.
func groupNumbers(s *decode.Source, b []byte, _ uint64) event.Value {
	l := event.List{}
	for ; len(b) >= 4; b = b[4:] {
		if len(l.Items) == s.Items() {
			l.Cut = true
			break
		}
		l.Items = append(l.Items, event.Int{Bits: uint64(s.Arch.Order.Uint32(b)), Size: 4})
	}
	return l
}
