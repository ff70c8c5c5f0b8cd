package netlink

import (
	"bytes"

	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// Contents of attributes of rtnetlink(7) that need code.

// linkKinds are the tables of attributes by the kind of link that they belong to
// (linux/if_link.h).
var linkKinds = map[string]string{"bridge": "ifla_br_attrs", "tun": "ifla_tun_attrs"}

// attrLinkKind decodes the kind of a link. The attribute with the link's data follows it.
type attrLinkKind struct{ inAttribute }

func (attrLinkKind) payload(s *decode.Source, b []byte, addr uint64) event.Value {
	name, _, _ := bytes.Cut(b, []byte{0})
	parts(s).link = linkKinds[string(name)]
	return attrText{}.payload(s, b, addr)
}

// attrLinkData decodes the attributes of that kind of link.
type attrLinkData struct{ inAttribute }

func (attrLinkData) payload(s *decode.Source, b []byte, addr uint64) event.Value {
	if parts(s).link == "" {
		return bytesInHex(s, b)
	}
	table, _ := s.Type(parts(s).link).(*decode.Struct)
	parts(s).link = ""
	return attributes(s, b, addr, table)
}

// attrMultipath decodes the next hops of a route, each with attributes.
type attrMultipath struct{ inAttribute }

func (attrMultipath) payload(s *decode.Source, b []byte, addr uint64) event.Value {
	const head = 8 // struct rtnexthop
	table, _ := s.Type("rta_attrs").(*decode.Struct)
	l := event.List{}
	for len(b) >= head {
		if len(l.Items) == s.Items() || !s.Spend() {
			l.Cut = true
			break
		}
		size := int(s.Arch.Order.Uint16(b))
		hop := b[:min(max(size, head), len(b))]
		item := s.From("rtnexthop", hop, addr)
		if len(hop) > head {
			item = event.List{Items: []event.Value{item, attributes(s, hop[head:], addr+head, table)}}
		}
		l.Items = append(l.Items, item)
		if size < head || align4(size) >= len(b) {
			break
		}
		b, addr = b[align4(size):], addr+uint64(align4(size))
	}
	switch {
	case len(l.Items) == 0:
		return bytesInHex(s, b)
	case len(l.Items) == 1 && !l.Cut:
		return l.Items[0]
	}
	return l
}

// attrVia decodes struct rtvia: a gateway of another family than the route's.
type attrVia struct{ inAttribute }

func (attrVia) payload(s *decode.Source, b []byte, _ uint64) event.Value {
	const inet, inet6 = 2, 10
	if len(b) < 2 {
		return bytesInHex(s, b)
	}
	family := uint64(s.Arch.Order.Uint16(b))
	r := event.Record{Fields: []event.Field{{Name: "rtvia_family", Value: s.Named("address_family", family, 2)}}}
	switch b = b[2:]; {
	case family == inet && len(b) >= 4:
		r.Fields = append(r.Fields, event.Field{Name: "rtvia_addr", Value: event.Verbatim{Text: values.Inet(b[:4]), Data: string(b[:4])}})
	case family == inet6 && len(b) >= 16:
		r.Fields = append(r.Fields, event.Field{Value: values.Inet6([16]byte(b[:16]), "rtvia_addr")})
	case len(b) > 0:
		r.Fields = append(r.Fields, event.Field{Name: "rtvia_addr", Value: bytesInHex(s, b)})
	}
	return r
}
