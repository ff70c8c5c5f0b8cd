package lens

import (
	"plait/event"
	"plait/proto/decode"
)

// controlLens decodes the n bytes of control messages of a struct msghdr (cmsg(3)).
type controlLens struct{}

func (controlLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	return control(s, addr, n)
}

// control decodes n bytes of control messages at addr. A message whose length is greater
// than what is left ends there. One whose length is less than its head is decoded as that
// head.
func control(s *decode.Source, addr, n uint64) event.Value {
	const maxControl = 1 << 16 // optmem_max is below it by default
	word := s.Arch.PtrSize
	head := word + 8
	if n < uint64(head) || n > maxControl {
		return event.Pointer{Addr: addr}
	}
	b := bytesAt(s, addr, n)
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	l := event.List{}
	for {
		size := wordOf(s, b)
		l.Items = append(l.Items, controlMessage(s, b[:min(max(size, uint64(head)), uint64(len(b)))], addr))
		size = (max(size, uint64(head)) + uint64(word) - 1) &^ uint64(word-1)
		if size >= uint64(len(b)) {
			return l
		}
		b, addr = b[size:], addr+size
		switch {
		case len(b) < head:
			l.Rest = addr
			return l
		case len(l.Items) == s.Items() || !s.Spend():
			l.Cut = true
			return l
		}
	}
}

// A controlForm says what a kind of control message contains.
type controlForm struct {
	level, kind uint32
	least       int    // bytes of data
	name        string // type of the data
	list        bool   // shown as a list of one element
	code        func(s *decode.Source, b []byte, addr uint64) event.Value
}

// Levels of control messages (bits/socket.h).
const (
	solIP     = 0
	solSocket = 1
	solIPv6   = 41
)

// controlForms are those of socket(7), unix(7), ip(7) and ipv6(7).
var controlForms = []controlForm{
	{level: solSocket, kind: 1, least: 4, code: passedFiles},
	{level: solSocket, kind: 2, least: 12, name: "ucred"},
	{level: solSocket, kind: 3, least: 1, code: passedText},
	{level: solSocket, kind: 4, least: 4, name: "fd"},
	{level: solSocket, kind: 29, name: "timeval"},
	{level: solSocket, kind: 35, name: "timespec"},
	{level: solSocket, kind: 37, name: "timestamps"},
	{level: solSocket, kind: 63, name: "timeval"},
	{level: solSocket, kind: 64, name: "timespec"},
	{level: solSocket, kind: 65, name: "timestamps"},
	{level: solIP, kind: 1, least: 1, code: passedBytes},
	{level: solIP, kind: 2, least: 4, name: "uint", list: true},
	{level: solIP, kind: 6, least: 1, code: passedBytes},
	{level: solIP, kind: 7, least: 1, code: passedBytes},
	{level: solIP, kind: 8, least: 12, name: "in_pktinfo"},
	{level: solIP, kind: 11, least: 32, code: passedError},
	{level: solIP, kind: 20, least: 16, code: passedAddress},
	{level: solIP, kind: 23, least: 4, name: "uint", list: true},
	{level: solIPv6, kind: 50, least: 20, name: "in6_pktinfo"},
	{level: solIPv6, kind: 52, least: 4, name: "int", list: true},
	{level: solIPv6, kind: 67, least: 4, name: "int", list: true},
	{level: solIPv6, kind: 25, least: 44, code: passedError},
	{level: solIPv6, kind: 74, least: 28, code: passedAddress},
}

// controlMessage decodes one message, which lies at addr, with its head.
func controlMessage(s *decode.Source, b []byte, addr uint64) event.Value {
	word := s.Arch.PtrSize
	head := word + 8
	level, kind := s.Arch.Order.Uint32(b[word:]), s.Arch.Order.Uint32(b[word+4:])
	r := event.Record{Fields: []event.Field{
		{Name: "cmsg_len", Value: event.Int{Bits: wordOf(s, b), Size: 8}},
		{Name: "cmsg_level", Value: s.Named("socket_level", uint64(level), 4)},
		{Name: "cmsg_type", Value: controlType(s, level, kind)},
	}}
	data := b[head:]
	for _, f := range controlForms {
		if f.level == level && f.kind == kind && len(data) > 0 && len(data) >= f.least {
			r.Fields = append(r.Fields, event.Field{Name: "cmsg_data", Value: f.data(s, data, addr+uint64(head))})
		}
	}
	return r
}

func controlType(s *decode.Source, level, kind uint32) event.Value {
	switch level {
	case solSocket:
		return s.Named("scm_type", uint64(kind), 4)
	case solIP:
		return s.Named("ip_control", uint64(kind), 4)
	case solIPv6:
		return s.Named("ipv6_control", uint64(kind), 4)
	}
	return event.Int{Bits: uint64(kind), Size: 4, Base: event.Hex}
}

func (f *controlForm) data(s *decode.Source, b []byte, addr uint64) event.Value {
	if f.code != nil {
		return f.code(s, b, addr)
	}
	if n := s.Type(f.name); n == nil || len(b) < decode.SizeOf(n) {
		return event.Verbatim{Text: "???"}
	}
	v := s.From(f.name, b, addr)
	if f.list {
		return event.List{Items: []event.Value{v}}
	}
	return v
}

// passedFiles decodes descriptors that are passed on (SCM_RIGHTS).
func passedFiles(s *decode.Source, b []byte, _ uint64) event.Value {
	l := event.List{}
	for ; len(b) >= 4; b = b[4:] {
		if len(l.Items) == s.Items() {
			l.Cut = true
			break
		}
		l.Items = append(l.Items, s.Descriptor(int(int32(s.Arch.Order.Uint32(b)))))
	}
	return l
}

// passedText decodes a security label.
func passedText(s *decode.Source, b []byte, _ uint64) event.Value {
	show := min(len(b), s.Shown())
	return event.Str{Text: string(b[:show]), Cut: len(b) > show}
}

// passedBytes decodes IP options and the like.
func passedBytes(s *decode.Source, b []byte, _ uint64) event.Value {
	l := event.List{}
	for _, x := range b {
		if len(l.Items) == s.Items() {
			l.Cut = true
			break
		}
		l.Items = append(l.Items, event.Int{Bits: uint64(x), Size: 1, Base: event.Hex})
	}
	return l
}

// passedError decodes struct sock_extended_err and the address of the host that caused
// the error.
func passedError(s *decode.Source, b []byte, addr uint64) event.Value {
	const head = 16
	r, _ := s.From("sock_extended_err", b, addr).(event.Record)
	r.Fields = append(r.Fields, event.Field{Name: "offender", Value: sockaddr(s, b[head:], addr+head)})
	return r
}

func passedAddress(s *decode.Source, b []byte, addr uint64) event.Value { return sockaddr(s, b, addr) }
