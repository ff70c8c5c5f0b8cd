package netlink

import (
	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// Requests and responses of sock_diag(7), by the family of the sockets.

// Types of messages (linux/sock_diag.h, linux/inet_diag.h).
const (
	tcpDiagGetSock    = 18
	dccpDiagGetSock   = 19
	nlmRequest        = 1 // NLM_F_REQUEST
	inetDiagIDBytes   = 48
	inetDiagAddresses = 4 // offset in struct inet_diag_sockid
)

// diagForms are requests and responses by family. Those of AF_INET and AF_INET6 need code
// instead.
var diagForms = map[byte]struct{ request, response messageForm }{
	1:  {messageForm{"unix_diag_req", ""}, messageForm{"unix_diag_msg", "unix_diag_attrs"}},
	16: {messageForm{"netlink_diag_req", ""}, messageForm{"netlink_diag_msg", "netlink_diag_attrs"}},
	17: {messageForm{"packet_diag_req", ""}, messageForm{"packet_diag_msg", "packet_diag_attrs"}},
}

func (nl *netlink) sockDiag(kind, flags uint16, b []byte, addr uint64) []event.Value {
	request := flags&nlmRequest != 0
	if kind != tcpDiagGetSock && kind != dccpDiagGetSock {
		return nl.diagByFamily(request, b, addr)
	}
	if request {
		return nl.inetDiag(inetCompatRequest, b, addr)
	}
	return nl.inetDiag(inetResponse, b, addr)
}

func (nl *netlink) diagByFamily(request bool, b []byte, addr uint64) []event.Value {
	const inet, inet6 = 2, 10
	family := b[0]
	forms, known := diagForms[family]
	switch {
	case len(b) == 1:
	case (family == inet || family == inet6) && request:
		return nl.inetDiag(inetRequest, b, addr)
	case family == inet || family == inet6:
		return nl.inetDiag(inetResponse, b, addr)
	case known && request:
		return nl.structured(forms.request, b, addr)
	case known:
		return nl.structured(forms.response, b, addr)
	}
	return []event.Value{nl.family(b)}
}

// An inetDiagForm is the layout of a struct that contains a struct inet_diag_sockid: what
// comes before it, where it is, and what follows it.
type inetDiagForm struct {
	before, after string
	id, size      int
	attrs         string
}

var (
	inetRequest       = inetDiagForm{before: "inet_diag_req_v2", id: 8, size: 56, attrs: "inet_diag_req_attrs"}
	inetCompatRequest = inetDiagForm{before: "inet_diag_req", id: 4, after: "inet_diag_req_after", size: 60, attrs: "inet_diag_req_attrs"}
	inetResponse      = inetDiagForm{before: "inet_diag_msg", id: 4, after: "inet_diag_msg_after", size: 72, attrs: "inet_diag_attrs"}
)

func (nl *netlink) inetDiag(form inetDiagForm, b []byte, addr uint64) []event.Value {
	s := nl.s
	if len(b) < form.size {
		return nl.structured(messageForm{form.before, ""}, b[:1], addr)
	}
	r, _ := s.From(form.before, b, addr).(event.Record)
	r.Fields = append(r.Fields, event.Field{Name: "id", Value: inetDiagID(s, b[form.id:], addr+uint64(form.id), b[0])})
	if form.after != "" {
		at := form.id + inetDiagIDBytes
		after, _ := s.From(form.after, b[at:], addr+uint64(at)).(event.Record)
		r.Fields = append(r.Fields, after.Fields...)
	}
	out := []event.Value{r}
	if len(b) > form.size {
		attrs, _ := s.Type(form.attrs).(*decode.Struct)
		out = append(out, attributes(s, b[form.size:], addr+uint64(form.size), attrs))
	}
	return out
}

// inetDiagID decodes struct inet_diag_sockid.
func inetDiagID(s *decode.Source, b []byte, addr uint64, family byte) event.Value {
	const address, behind = 16, inetDiagAddresses + 2*16
	r, _ := s.From("inet_diag_ports", b, addr).(event.Record)
	for i, name := range []string{"idiag_src", "idiag_dst"} {
		at := b[inetDiagAddresses+i*address:][:address]
		if family == 10 {
			r.Fields = append(r.Fields, event.Field{Value: values.Inet6([16]byte(at), name)})
			continue
		}
		r.Fields = append(r.Fields, event.Field{Name: name, Value: event.Verbatim{Text: values.Inet(at[:4]), Data: string(at[:4])}})
	}
	rest, _ := s.From("inet_diag_where", b[behind:], addr+behind).(event.Record)
	r.Fields = append(r.Fields, rest.Fields...)
	return r
}
