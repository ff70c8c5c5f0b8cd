package lens

import (
	"bytes"

	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// Addresses of families that few programs use.

// ax25 decodes struct full_sockaddr_ax25: a station, and the stations that relay to it.
func (v *sockaddrView) ax25() {
	const callBytes, head, most = 7, 16, 8
	n := int32(v.s.Arch.Order.Uint32(v.b[12:]))
	v.add("fsa_ax25", event.Record{Fields: []event.Field{
		{Name: "sax25_call", Value: ax25Call(v.b[2 : 2+callBytes])},
		{Name: "sax25_ndigis", Value: event.Int{Bits: uint64(int64(n)), Size: 4, Signed: true}},
	}})
	var stations event.List
	rest := v.b[head:]
	for i := int32(0); i < min(n, most) && len(rest) >= callBytes; i++ {
		stations.Items = append(stations.Items, ax25Call(rest[:callBytes]))
		rest = rest[callBytes:]
	}
	stations.Cut = int(n) > len(stations.Items)
	if n > 0 {
		v.add("fsa_digipeater", stations)
	}
	v.more = len(rest) > 0
}

// ax25Call returns a call sign of amateur radio: six letters and a number, each shifted
// by one bit.
func ax25Call(b []byte) event.Value {
	var text []byte
	blank := false
	for _, x := range b[:6] {
		c := x >> 1
		letter := c >= '0' && c <= '9' || c >= 'A' && c <= 'Z'
		if x&1 != 0 || !letter && c != ' ' || letter && blank {
			return event.Record{Fields: []event.Field{{Name: "ax25_call", Value: event.Str{Text: string(b), Hex: true}}}}
		}
		if blank = c == ' '; !blank {
			text = append(text, c)
		}
	}
	return event.Verbatim{Text: "{" + string(text) + "-" + values.Decimal(uint64(b[6]>>1&15)) + "}"}
}

// bluetooth decodes an address by its size, which is different in each protocol.
func (v *sockaddrView) bluetooth() {
	switch len(v.b) {
	case 4, 6:
		v.add("hci_dev", event.Verbatim{Text: "htobs(" + values.Decimal(uint64(v.s.Arch.Order.Uint16(v.b[2:]))) + ")"})
		if len(v.b) == 6 {
			v.as("hci_channel", "hci_channel", 4, 2)
		}
	case 8:
		v.as("sco_bdaddr", "mac6", 2, 6)
	case 10:
		v.as("rc_bdaddr", "mac6", 2, 6)
		v.as("rc_channel", "uchar", 8, 1)
	case 12, 14:
		v.as("l2_psm", "l2cap_psm", 2, 2)
		v.as("l2_bdaddr", "mac6", 4, 6)
		v.as("l2_cid", "l2cap_cid", 10, 2)
		if len(v.b) == 14 {
			v.as("l2_bdaddr_type", "bdaddr_type", 12, 1)
		}
	default:
		v.data()
	}
}

// A dynamicRange is where dynamically assigned numbers begin.
type dynamicRange struct {
	from uint64
	name string
}

// bluetoothLens decodes a port or channel of L2CAP.
type bluetoothLens struct {
	enum    string
	dynamic []dynamicRange // highest first
}

func (l bluetoothLens) Decode(s *decode.Source, bits uint64) event.Value {
	text := values.Enum(s, l.enum, bits, 2)
	if values.Name(s, l.enum, bits) == "" {
		for _, r := range l.dynamic {
			if bits < r.from || r.from == 0x80 && bits > 0xff {
				continue
			}
			if text = r.name; bits > r.from {
				text += "+" + values.Decimal(bits-r.from)
			}
			break
		}
	}
	return event.Verbatim{Text: "htobs(" + text + ")"}
}

// vsock decodes struct sockaddr_vm (vsock(7)).
func (v *sockaddrView) vsock() {
	if v.b[2]|v.b[3] != 0 {
		v.add("svm_reserved1", event.Int{Bits: uint64(v.s.Arch.Order.Uint16(v.b[2:])), Size: 2, Base: event.Hex})
	}
	v.as("svm_cid", "vsock_cid", 8, 4)
	v.as("svm_port", "vsock_port", 4, 4)
	v.as("svm_flags", "vsock_flags", 12, 1)
	if zero := v.b[13:16]; len(bytes.TrimLeft(zero, "\x00")) > 0 {
		v.add("svm_zero", event.Str{Text: string(zero), Hex: true})
	}
}

// nfc decodes struct sockaddr_nfc, or the longer one of LLCP.
func (v *sockaddrView) nfc() {
	const plain, llcp = 16, 96
	name := "sockaddr_nfc"
	if len(v.b) >= llcp {
		name = "sockaddr_nfc_llcp"
	}
	r, _ := v.s.From(name, v.b, v.addr).(event.Record)
	v.fields = r.Fields
	v.more = len(v.b) > plain && len(v.b) < llcp
}

// rxrpc decodes an address that contains one of another family.
func (v *sockaddrView) rxrpc() {
	const inner = 8
	v.as("srx_service", "rxrpc_service", 2, 2)
	v.as("transport_type", "socket_type_plain", 4, 2)
	v.as("transport_len", "ushort", 6, 2)
	v.add("transport", sockaddrWithin(v.s, v.b[inner:], v.addr+inner))
}

// sockaddrWithin decodes an address inside another.
func sockaddrWithin(s *decode.Source, b []byte, addr uint64) event.Value {
	r, _ := sockaddr(s, b, addr).(event.Record)
	for i := range r.Fields {
		switch r.Fields[i].Name {
		case "sa_family":
			r.Fields[i].Name = "family"
		case "sa_data":
			r.Fields[i].Name = ""
		}
	}
	return r
}

// alg decodes the name of an algorithm (linux/if_alg.h), which may be longer than the
// struct.
func (v *sockaddrView) alg() {
	v.add("salg_type", cstringIn(v.b[2:16]))
	for i, name := range []string{"salg_feat", "salg_mask"} {
		word := uint64(v.s.Arch.Order.Uint32(v.b[16+4*i:]))
		v.add(name, values.Annotated(v.s, "crypto_flags", word, 4))
	}
	v.add("salg_name", cstringIn(v.b[24:]))
}

// socketTypeLens decodes the second argument of socket(2): a type, and flags in the same
// word.
type socketTypeLens struct{}

func (socketTypeLens) Decode(s *decode.Source, bits uint64) event.Value {
	const types = 0xf // SOCK_TYPE_MASK (linux/net.h)
	bits = uint64(uint32(bits))
	name := values.Name(s, "socket_type_plain", bits&types)
	f, ok := s.Named("socket_flags", bits&^types, 4).(event.Flags)
	if !ok || name == "" {
		return s.Named("socket_flags", bits, 4)
	}
	f.Enum = &event.Name{Name: name, Int: event.Int{Bits: bits & types, Size: 4, Base: event.Hex}}
	f.Names, f.Bits = append([]string{name}, f.Names...), bits
	return f
}
