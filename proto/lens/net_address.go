package lens

import (
	"net/netip"
	"strings"

	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// sockaddrLens decodes a struct sockaddr of n bytes by its family (socket(7)).
type sockaddrLens struct{}

// maxSockaddr is the size of struct sockaddr_storage, the largest address.
const maxSockaddr = 128

// A sockaddrForm says how addresses of a family are decoded: as a named type, or by code.
// Addresses of fewer than least bytes are not.
type sockaddrForm struct {
	least int
	name  string
	code  func(*sockaddrView)
}

// sockaddrFormOf returns the form of a family (bits/socket.h), or the zero form if its
// addresses have no members of their own.
func sockaddrFormOf(family uint16) sockaddrForm {
	switch family {
	case 1:
		return sockaddrForm{least: 3, code: (*sockaddrView).unix}
	case 2:
		return sockaddrForm{least: 16, name: "sockaddr_in"}
	case 3:
		return sockaddrForm{least: 16, code: (*sockaddrView).ax25}
	case 4:
		return sockaddrForm{least: 16, name: "sockaddr_ipx"}
	case 9:
		return sockaddrForm{least: 18, name: "sockaddr_x25"}
	case 10:
		return sockaddrForm{least: 24, code: (*sockaddrView).inet6}
	case 16:
		return sockaddrForm{least: 12, name: "sockaddr_nl"}
	case 17:
		return sockaddrForm{least: 20, code: (*sockaddrView).packet}
	case 31:
		return sockaddrForm{least: 4, code: (*sockaddrView).bluetooth}
	case 33:
		return sockaddrForm{least: 36, code: (*sockaddrView).rxrpc}
	case 36:
		return sockaddrForm{least: 20, name: "sockaddr_ieee802154"}
	case 38:
		return sockaddrForm{least: 25, code: (*sockaddrView).alg}
	case 39:
		return sockaddrForm{least: 16, code: (*sockaddrView).nfc}
	case 40:
		return sockaddrForm{least: 16, code: (*sockaddrView).vsock}
	case 42:
		return sockaddrForm{least: 12, name: "sockaddr_qrtr"}
	case 44:
		return sockaddrForm{least: 16, name: "sockaddr_xdp"}
	case 45:
		return sockaddrForm{least: 12, name: "sockaddr_mctp"}
	}
	return sockaddrForm{}
}

func (sockaddrLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	if n < 2 || int32(n) < 0 {
		return event.Pointer{Addr: addr}
	}
	b := bytesAt(s, addr, min(uint64(uint32(n)), maxSockaddr))
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	return sockaddr(s, b, addr)
}

// sockaddr decodes the address in b, which has at least the bytes of the family.
func sockaddr(s *decode.Source, b []byte, addr uint64) event.Value {
	family := s.Arch.Order.Uint16(b)
	v := sockaddrView{s: s, b: b, addr: addr}
	form := sockaddrFormOf(family)
	fits := form.least > 0 && len(b) >= form.least
	if fits && form.name != "" {
		return s.From(form.name, b, addr)
	}
	v.add("sa_family", s.Named("address_family", uint64(family), 2))
	if fits {
		form.code(&v)
	} else if len(b) > 2 {
		v.data()
	}
	return event.Record{Fields: v.fields, Cut: v.more}
}

// sockaddrView is an address that is being decoded.
type sockaddrView struct {
	s      *decode.Source
	b      []byte
	addr   uint64 // of b
	fields []event.Field
	more   bool // it is longer than what the kernel looks at
}

func (v *sockaddrView) add(name string, value event.Value) {
	v.fields = append(v.fields, event.Field{Name: name, Value: value})
}

// as adds a member: n bytes at offset off, decoded as the named type.
func (v *sockaddrView) as(name, typ string, off, n int) {
	v.add(name, v.s.From(typ, v.b[off:off+n], v.addr+uint64(off)))
}

// data adds the bytes after the family, for a family without members of its own.
func (v *sockaddrView) data() { v.add("sa_data", event.Str{Text: string(v.b[2:])}) }

// unix adds a path, which ends at a NUL or at the end, or an abstract name, which follows
// a NUL.
func (v *sockaddrView) unix() {
	const most = 108 // bytes of sun_path
	path := v.b[2:min(len(v.b), 2+most)]
	if path[0] == 0 {
		v.add("sun_path", event.Verbatim{Text: "@" + decode.Quote(string(path[1:]))})
		return
	}
	text, _, _ := strings.Cut(string(path), "\x00")
	v.add("sun_path", event.Str{Text: text, Path: true})
}

// inet6 decodes struct sockaddr_in6. Older programs leave out the scope. For an address
// that is valid on one link only, the scope is an interface.
func (v *sockaddrView) inet6() {
	v.as("sin6_port", "htons", 2, 2)
	v.as("sin6_flowinfo", "htonl", 4, 4)
	addr := netip.AddrFrom16([16]byte(v.b[8:24]))
	v.add("", values.Inet6(addr.As16(), "sin6_addr"))
	if len(v.b) == 24 {
		return
	}
	var scope [4]byte
	copy(scope[:], v.b[24:])
	if addr.IsLinkLocalUnicast() || addr.IsLinkLocalMulticast() {
		v.add("sin6_scope_id", v.s.From("if_index", scope[:], 0))
	} else {
		v.add("sin6_scope_id", v.s.From("uint", scope[:], 0))
	}
}

// packet decodes struct sockaddr_ll (packet(7)).
func (v *sockaddrView) packet() {
	v.as("sll_protocol", "htons_eth", 2, 2)
	v.as("sll_ifindex", "if_index", 4, 4)
	v.as("sll_hatype", "arp_hardware", 8, 2)
	v.as("sll_pkttype", "packet_type", 10, 1)
	v.as("sll_halen", "uchar", 11, 1)
	address, want := v.b[12:], int(v.b[11])
	l := event.List{Cut: want > len(address)}
	for _, x := range address[:min(want, len(address))] {
		l.Items = append(l.Items, byteInHex(x))
	}
	v.add("sll_addr", l)
}

// byteInHex returns a byte of a hardware address, as in sll_addr=[0x1, 00].
func byteInHex(x byte) event.Value {
	if x == 0 {
		return event.Verbatim{Text: "00"}
	}
	return event.Int{Bits: uint64(x), Size: 1, Base: event.Hex}
}
