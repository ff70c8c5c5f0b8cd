package netlink

import (
	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// ProtocolOf returns the netlink protocol of the socket that is the first argument of the
// call, or false if that is no netlink socket.
func ProtocolOf(s *decode.Source) (protocol int, ok bool) {
	if s.Netlink == nil {
		return 0, false
	}
	return s.Netlink(int(int32(s.Argument(0))))
}

// Messages decodes the n bytes at addr as messages of a protocol (netlink(7)), which is
// -1 if it is unknown. It returns a list if there are several messages.
func Messages(s *decode.Source, protocol int, addr, n uint64) event.Value {
	nl := netlink{s, protocol}
	return nl.messages(addr, n)
}

// A netlink decodes messages of one protocol (linux/netlink.h), which is -1 if it is
// unknown.
type netlink struct {
	s        *decode.Source
	protocol int
}

// Protocols (linux/netlink.h) whose messages are decoded beyond their headers.
const (
	netlinkRoute    = 0
	netlinkSockDiag = 4
	netlinkSELinux  = 7
)

// Types of messages that all protocols have, and the first type that a protocol defines
// itself.
const (
	nlmsgError   = 2
	nlmsgDone    = 3
	nlmsgMinType = 16
)

// nlmsgHead is the size of struct nlmsghdr. Messages begin at multiples of 4.
const nlmsgHead = 16

func align4(n int) int { return (n + 3) &^ 3 }

func (nl *netlink) messages(addr, n uint64) event.Value {
	if n == 0 {
		return event.Str{}
	}
	b := make([]byte, min(n, decode.MaxRead))
	b = b[:nl.s.Read(addr, b)]
	if len(b) == 0 || uint64(len(b)) < min(n, nlmsgHead) {
		return event.Unreadable{Addr: addr}
	}
	if len(b) < nlmsgHead {
		return bytesInHex(nl.s, b)
	}
	l := event.List{}
	for {
		size := int(min(nl.s.Arch.Order.Uint32(b), decode.MaxRead))
		l.Items = append(l.Items, nl.message(b[:min(max(size, nlmsgHead), len(b))], addr))
		if size < nlmsgHead || align4(size) >= len(b) {
			break
		}
		b, addr = b[align4(size):], addr+uint64(align4(size))
		if len(b) < nlmsgHead {
			l.Items = append(l.Items, bytesInHex(nl.s, b))
			break
		}
		if len(l.Items) == nl.s.Items() || !nl.s.Spend() {
			l.Cut = true
			break
		}
	}
	if len(l.Items) == 1 && !l.Cut {
		return l.Items[0]
	}
	return l
}

// bytesInHex returns data that is not understood.
func bytesInHex(s *decode.Source, b []byte) event.Value {
	show := min(len(b), s.Shown())
	return event.Str{Text: string(b[:show]), Cut: len(b) > show, Hex: true}
}

// message decodes one message, with its head.
func (nl *netlink) message(b []byte, addr uint64) event.Value {
	order := nl.s.Arch.Order
	kind, flags := order.Uint16(b[4:]), order.Uint16(b[6:])
	head := event.Record{Fields: []event.Field{
		{Name: "nlmsg_len", Value: event.Int{Bits: uint64(order.Uint32(b)), Size: 4}},
		{Name: "nlmsg_type", Value: nl.kind(kind)},
		{Name: "nlmsg_flags", Value: nl.s.Named(nl.flagSet(kind), uint64(flags), 2)},
		{Name: "nlmsg_seq", Value: event.Int{Bits: uint64(order.Uint32(b[8:])), Size: 4}},
		{Name: "nlmsg_pid", Value: event.Int{Bits: uint64(int64(int32(order.Uint32(b[12:])))), Size: 4, Signed: true}},
	}}
	if len(b) == nlmsgHead {
		return head
	}
	body := nl.body(kind, flags, b[nlmsgHead:], addr+nlmsgHead)
	return event.List{Items: append([]event.Value{head}, body...)}
}

// kind returns the type of a message.
func (nl *netlink) kind(kind uint16) event.Value {
	if kind >= nlmsgMinType {
		switch nl.protocol {
		case netlinkRoute:
			return nl.s.Named("nl_route_type", uint64(kind), 2)
		case netlinkSockDiag:
			return nl.s.Named("nl_sock_diag_type", uint64(kind), 2)
		case 6:
			return nl.s.Named("nl_xfrm_type", uint64(kind), 2)
		case netlinkSELinux:
			return nl.s.Named("nl_selinux_type", uint64(kind), 2)
		case 9:
			return nl.s.Named("nl_audit_type", uint64(kind), 2)
		case netlinkNetfilter:
			return event.Name{Name: nfnetlinkName(nl.s, kind), Int: event.Int{Bits: uint64(kind), Size: 2, Base: event.Hex}}
		case 16:
			return nl.s.Named("nl_generic_type", uint64(kind), 2)
		case 21:
			return nl.s.Named("nl_crypto_type", uint64(kind), 2)
		}
	}
	return nl.s.Named("nl_type", uint64(kind), 2)
}

// flagSet returns the name of the set of a message's flags. What some bits mean depends
// on the type.
func (nl *netlink) flagSet(kind uint16) string {
	const set = "nl_flags"
	if kind < nlmsgMinType {
		if kind == nlmsgError {
			return "nl_ack_flags"
		}
		return set
	}
	switch nl.protocol {
	case netlinkRoute:
		return [...]string{"nl_new_flags", "nl_delete_flags", "nl_get_flags", set}[kind&3]
	case netlinkNetfilter:
		return nfnetlinkFlags(nl.s, kind)
	case netlinkSockDiag:
		return "nl_get_flags"
	}
	return set
}

// body decodes what follows the header of a message.
func (nl *netlink) body(kind, flags uint16, b []byte, addr uint64) []event.Value {
	switch {
	case kind == nlmsgDone && len(b) == 4:
		status := int64(int32(nl.s.Arch.Order.Uint32(b)))
		return []event.Value{event.Int{Bits: uint64(status), Size: 4, Signed: true}}
	case kind == nlmsgError && len(b) >= 4+nlmsgHead:
		return []event.Value{nl.ack(flags, b, addr)}
	case kind < nlmsgMinType:
	case nl.protocol == netlinkRoute:
		return nl.route(kind, b, addr)
	case nl.protocol == netlinkSELinux && int(kind-nlmsgMinType) < len(selinuxForms):
		if form := selinuxForms[kind-nlmsgMinType]; len(b) >= 4 {
			return []event.Value{nl.s.From(form, b, addr)}
		}
	case nl.protocol == netlinkNetfilter:
		return nl.netfilter(b, addr)
	case nl.protocol == netlinkSockDiag:
		return nl.sockDiag(kind, flags, b, addr)
	}
	return []event.Value{bytesInHex(nl.s, b)}
}

// Flags of a message that answers another (linux/netlink.h).
const (
	ackCapped = 0x100 // NLM_F_CAPPED: only the header of the other follows
	ackTLVs   = 0x200 // NLM_F_ACK_TLVS: attributes follow
)

// ack decodes struct nlmsgerr, perhaps with attributes after it.
func (nl *netlink) ack(flags uint16, b []byte, addr uint64) event.Value {
	end := align4(4 + max(nlmsgHead, int(min(nl.s.Arch.Order.Uint32(b[4:]), decode.MaxRead))))
	if flags&ackCapped != 0 {
		end = 4 + nlmsgHead
	}
	if flags&ackTLVs == 0 || end >= len(b) {
		return nl.failure(b, addr)
	}
	table, _ := nl.s.Type("nlmsgerr_attrs").(*decode.Struct)
	return event.List{Items: []event.Value{nl.failure(b[:end], addr), attributes(nl.s, b[end:], addr+uint64(end), table)}}
}

// failure decodes struct nlmsgerr: an error and the message that caused it.
func (nl *netlink) failure(b []byte, addr uint64) event.Value {
	code := int32(nl.s.Arch.Order.Uint32(b))
	r := event.Record{Fields: []event.Field{{Name: "error", Value: event.Int{Bits: uint64(int64(code)), Size: 4, Signed: true}}}}
	if name := values.Name(nl.s, "errnum", uint64(-int64(code))); code < 0 && name != "" {
		r.Fields[0].Value = event.Name{Name: "-" + name, Int: event.Int{Bits: uint64(int64(code)), Size: 4, Signed: true}}
	}
	r.Fields = append(r.Fields, event.Field{Name: "msg", Value: nl.message(b[4:], addr+4)})
	return r
}

// selinuxForms are the messages of NETLINK_SELINUX, by type.
var selinuxForms = [...]string{"selnl_msg_setenforce", "selnl_msg_policyload"}

// A messageForm says what messages of some types consist of.
type messageForm struct {
	head  string // struct
	attrs string // union of the attributes that follow
}

// routeForms are the forms of rtnetlink(7), by groups of four types.
var routeForms = map[uint16]messageForm{
	16:  {"ifinfomsg", "ifla_attrs"},
	20:  {"ifaddrmsg", "ifa_attrs"},
	24:  {"rtmsg", "rta_attrs"},
	28:  {"ndmsg", "nda_attrs"},
	32:  {"fib_rule_hdr", "fra_attrs"},
	36:  {"tcmsg", "tca_attrs"},
	40:  {"tcmsg", "tca_attrs"},
	44:  {"tcmsg", "tca_attrs"},
	56:  {"ifaddrmsg", "ifa_attrs"},
	60:  {"ifaddrmsg", "ifa_attrs"},
	64:  {"ndtmsg", "ndta_attrs"},
	72:  {"ifaddrlblmsg", "ifal_attrs"},
	80:  {"netconfmsg", "netconfa_attrs"},
	48:  {"rtgenmsg4", "tca_act_attrs"},
	88:  {"rtgenmsg", "netnsa_attrs"},
	100: {"tcmsg", "tca_attrs"},
	104: {"nhmsg", "nha_attrs"},
}

func (nl *netlink) route(kind uint16, b []byte, addr uint64) []event.Value {
	form, ok := routeForms[kind&^3]
	if !ok {
		return []event.Value{nl.family(b)}
	}
	return nl.structured(form, b, addr)
}

// family decodes a struct that begins with a family and is otherwise unknown.
func (nl *netlink) family(b []byte) event.Value {
	r := event.Record{Fields: []event.Field{{Name: "family", Value: nl.s.Named("address_family", uint64(b[0]), 1)}}}
	if len(b) > 1 {
		r.Fields = append(r.Fields, event.Field{Name: "data", Value: bytesInHex(nl.s, b[1:])})
	}
	return r
}

// messageParts is what earlier parts of a message say about later ones.
type messageParts struct {
	family byte   // that the message begins with
	link   string // the table of the kind of link that it is about
}

// parts returns the messageParts of the message being decoded.
func parts(s *decode.Source) *messageParts {
	p, ok := s.Shared().(*messageParts)
	if !ok {
		p = &messageParts{}
		s.Share(p)
	}
	return p
}

// structured decodes a struct and the attributes after it. If the struct is cut short,
// only the family is shown.
func (nl *netlink) structured(form messageForm, b []byte, addr uint64) []event.Value {
	parts(nl.s).family = b[0]
	n, ok := nl.s.Type(form.head).(*decode.Struct)
	if !ok {
		return nil
	}
	if len(b) < n.Size {
		first := n.Members[0]
		v := nl.s.Load(first.Node, b[:decode.SizeOf(first.Node)], addr)
		return []event.Value{event.Record{Fields: []event.Field{{Name: first.Name, Value: v}}, Cut: true}}
	}
	out := []event.Value{nl.s.From(form.head, b, addr)}
	if at := align4(n.Size); form.attrs != "" && len(b) > at {
		attrs, _ := nl.s.Type(form.attrs).(*decode.Struct)
		out = append(out, attributes(nl.s, b[at:], addr+uint64(at), attrs))
	}
	return out
}
