package lens

import (
	"bytes"

	"plait/event"
	"plait/proto/decode"
)

// ifreqLens decodes struct ifreq (netdevice(7)): the name of an interface, and the member
// that the request of ioctl(2) uses.
type ifreqLens struct{}

const ifNameBytes = 16

// ifreqMembers are the members by the last byte of the request, with their types where
// these are not int.
var ifreqMembers = map[uint64]struct{ name, kind string }{
	0x10: {"ifr_name", ""},
	0x13: {"ifr_flags", "iff_flags"}, 0x14: {"ifr_flags", "iff_flags"},
	0x15: {"ifr_addr", "sockaddr"}, 0x16: {"ifr_addr", "sockaddr"},
	0x17: {"ifr_dstaddr", "sockaddr"}, 0x18: {"ifr_dstaddr", "sockaddr"},
	0x19: {"ifr_broadaddr", "sockaddr"}, 0x1a: {"ifr_broadaddr", "sockaddr"},
	0x1b: {"ifr_netmask", "sockaddr"}, 0x1c: {"ifr_netmask", "sockaddr"},
	0x1d: {"ifr_metric", ""}, 0x1e: {"ifr_metric", ""},
	0x21: {"ifr_mtu", ""}, 0x22: {"ifr_mtu", ""},
	0x23: {"ifr_newname", "name"},
	0x27: {"ifr_hwaddr", "hardware"},
	0x33: {"ifr_ifindex", ""},
	0x42: {"ifr_qlen", ""}, 0x43: {"ifr_qlen", ""},
}

func (ifreqLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	b := bytesAt(s, addr, n)
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	const byIndex = 0x10 // SIOCGIFNAME asks for the name of an index
	request := s.Argument(1) & 0xff
	name := event.Field{Name: "ifr_name", Value: interfaceName(b)}
	if request == byIndex {
		fields := []event.Field{{Name: "ifr_ifindex", Value: plainSigned(int64(int32(s.Arch.Order.Uint32(b[ifNameBytes:]))))}}
		if !s.Failed() {
			fields = append(fields, name)
		}
		return event.Record{Fields: fields}
	}
	if s.Returning() && s.Failed() {
		return event.Record{Fields: []event.Field{name}}
	}
	m := ifreqMembers[request]
	return event.Record{Fields: []event.Field{name, {Name: m.name, Value: ifreqMember(s, m.kind, b[ifNameBytes:], addr+ifNameBytes)}}}
}

// interfaceName returns the name at the beginning of b.
func interfaceName(b []byte) event.Value {
	name, _, ended := bytes.Cut(b[:ifNameBytes], []byte{0})
	if !ended {
		return event.Str{Text: string(b[:ifNameBytes-1]), Cut: true}
	}
	return event.Str{Text: string(name)}
}

func ifreqMember(s *decode.Source, kind string, b []byte, addr uint64) event.Value {
	switch kind {
	case "":
		return plainSigned(int64(int32(s.Arch.Order.Uint32(b))))
	case "name":
		return interfaceName(b)
	case "sockaddr":
		return sockaddrLens{}.DecodeSized(s, addr, 16)
	case "hardware":
		return hardwareAddress(s, b)
	}
	return s.Named(kind, uint64(s.Arch.Order.Uint16(b)), 2)
}

// hardwareAddress decodes a struct sockaddr that contains a hardware address, whose first
// six bytes are shown.
func hardwareAddress(s *decode.Source, b []byte) event.Value {
	text := ""
	for i, x := range b[2:8] {
		if i > 0 {
			text += ":"
		}
		text += string("0123456789abcdef"[x>>4]) + string("0123456789abcdef"[x&15])
	}
	return event.Record{Fields: []event.Field{
		{Name: "sa_family", Value: s.Named("arp_hardware", uint64(s.Arch.Order.Uint16(b)), 2)},
		{Name: "sa_data", Value: event.Verbatim{Text: text}},
	}}
}
