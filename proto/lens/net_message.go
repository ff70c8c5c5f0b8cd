package lens

import (
	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/netlink"
)

// iovecsLens decodes an array of n struct iovec whose buffers the callee filled
// (readv(2)), one after the other, with as many bytes as the result says. If the call
// failed, their addresses are shown.
type iovecsLens struct{}

func (iovecsLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	if s.Failed() {
		return vector{s, unlimited, bareBuffer}.decode(addr, n)
	}
	return vector{s, s.Result(), nil}.decode(addr, n)
}

func bareBuffer(addr, _ uint64) event.Value { return event.Pointer{Addr: addr} }

// A vector is a vector of buffers that is being decoded.
type vector struct {
	s    *decode.Source
	left uint64                              // bytes in the buffers that are not decoded yet
	data func(addr, size uint64) event.Value // decodes the bytes of a buffer; nil: as text
}

// unlimited is left if all buffers are full.
const unlimited = ^uint64(0)

// decode decodes n struct iovec at addr, and what the buffers contain.
func (v vector) decode(addr, n uint64) event.Value {
	s := v.s
	if addr == 0 {
		return event.Pointer{}
	}
	word := uint64(s.Arch.PtrSize)
	if n == 0 || int64(n*2*word) < 0 || n > 1<<60 {
		return unreadVector(n, addr)
	}
	show := min(n, uint64(s.Items())+1)
	var b []byte
	l := event.List{}
	for i := range show {
		if i == uint64(s.Items()) || !s.Spend() {
			l.Cut = true
			break
		}
		if len(b) == 0 {
			b = make([]byte, min(show-i, vectorChunk)*2*word)
			b = b[:s.Read(addr+i*2*word, b)]
		}
		if uint64(len(b)) < 2*word {
			if i == 0 {
				return event.Unreadable{Addr: addr}
			}
			l.Rest = addr + i*2*word
			break
		}
		l.Items = append(l.Items, v.buffer(wordOf(s, b), wordOf(s, b[word:])))
		b = b[2*word:]
	}
	return l
}

// vectorChunk is the number of elements that are read at once, because the tracee may
// claim more than there are.
const vectorChunk = 64

// unreadVector returns a vector that is not read: an empty list if n is 0, else its
// address.
func unreadVector(n, addr uint64) event.Value {
	if n == 0 {
		return event.List{}
	}
	return event.Pointer{Addr: addr}
}

func (v *vector) buffer(base, size uint64) event.Value {
	got := min(size, v.left)
	if v.left != unlimited {
		v.left -= got
	}
	data := v.data
	switch {
	case int64(size) < 0:
		data = func(addr, _ uint64) event.Value { return event.Pointer{Addr: addr} }
	case data == nil || base == 0:
		data = func(addr, n uint64) event.Value { return partAt(v.s, addr, n) }
	}
	return event.Record{Fields: []event.Field{
		{Name: "iov_base", Value: data(base, got)},
		{Name: "iov_len", Value: event.Int{Bits: size, Size: 8}},
	}}
}

// wordOf returns the machine word at the beginning of b.
func wordOf(s *decode.Source, b []byte) uint64 {
	if s.Arch.PtrSize == 4 {
		return uint64(s.Arch.Order.Uint32(b))
	}
	return s.Arch.Order.Uint64(b)
}

// partAt returns n bytes at addr, which may be the null pointer.
func partAt(s *decode.Source, addr, n uint64) event.Value {
	if addr == 0 {
		return event.Pointer{}
	}
	return dataAt(s, addr, n)
}

// A message is a struct msghdr that is being decoded.
type message struct {
	s    *decode.Source
	b    []byte
	room uint32 // bytes for the name before the call, if the message was received
	in   bool   // it was received
	left uint64 // bytes in its buffers
}

// packetLens decodes n bytes that were sent or received, as netlink messages if the
// call's descriptor is a netlink socket.
type packetLens struct{}

func (packetLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	if protocol, ok := netlink.ProtocolOf(s); ok {
		return netlink.Messages(s, protocol, addr, n)
	}
	return dataAt(s, addr, n)
}

// messageWords is the size of struct msghdr, in words. All members but two are words, and
// those two take a word each.
const messageWords = 7

// messageAt reads the struct msghdr at addr. It returns false if it can't.
func messageAt(s *decode.Source, addr uint64) (message, bool) {
	b := bytesAt(s, addr, messageWords*uint64(s.Arch.PtrSize))
	return message{s: s, b: b, left: unlimited}, b != nil
}

func (m *message) word(i int) uint64 { return wordOf(m.s, m.b[i*m.s.Arch.PtrSize:]) }

func (m *message) nameLength() uint32 { return m.s.Arch.Order.Uint32(m.b[m.s.Arch.PtrSize:]) }

func (m *message) value() event.Record {
	s := m.s
	v := vector{s, m.left, nil}
	if m.isNetlink() {
		protocol, ok := netlink.ProtocolOf(s)
		if !ok {
			protocol = -1
		}
		v.data = func(addr, n uint64) event.Value { return netlink.Messages(s, protocol, addr, n) }
	}
	r := event.Record{Fields: []event.Field{
		{Name: "msg_name", Value: m.name()},
		{Name: "msg_namelen", Value: m.length()},
		{Name: "msg_iov", Value: v.decode(m.word(2), m.word(3))},
		{Name: "msg_iovlen", Value: event.Int{Bits: m.word(3), Size: 8}},
	}}
	if size := m.word(5); size != 0 {
		r.Fields = append(r.Fields, event.Field{Name: "msg_control", Value: control(s, m.word(4), size)})
	}
	r.Fields = append(r.Fields,
		event.Field{Name: "msg_controllen", Value: event.Int{Bits: m.word(5), Size: 8}},
		event.Field{Name: "msg_flags", Value: s.Named("msg_flags", uint64(s.Arch.Order.Uint32(m.b[6*s.Arch.PtrSize:])), 4)})
	return r
}

// name returns the address of the other end. The kernel writes no more of it than there
// is room for.
func (m *message) name() event.Value {
	n := m.nameLength()
	if m.in && int32(m.room) >= 0 {
		n = min(n, m.room)
	}
	if m.word(0) == 0 {
		return event.Pointer{}
	}
	return sockaddrLens{}.DecodeSized(m.s, m.word(0), uint64(n))
}

// isNetlink reports whether the name is an address of netlink(7).
func (m *message) isNetlink() bool {
	const family = 16 // AF_NETLINK
	n, ok := m.s.Word(m.word(0), 2)
	return ok && n == family && int32(m.nameLength()) >= 2
}

func (m *message) length() event.Value {
	now := event.Int{Bits: uint64(int64(int32(m.nameLength()))), Size: 4, Signed: true}
	if !m.in || m.room == m.nameLength() {
		return now
	}
	was := now
	was.Bits = uint64(int64(int32(m.room)))
	return event.Change{Before: was, After: now}
}

// msghdrLens decodes a struct msghdr to be sent.
type msghdrLens struct{}

func (msghdrLens) Decode(s *decode.Source, addr uint64) event.Value {
	if addr == 0 {
		return event.Pointer{}
	}
	m, ok := messageAt(s, addr)
	if !ok {
		return event.Unreadable{Addr: addr}
	}
	return m.value()
}

// receivedLens decodes a struct msghdr that recvmsg(2) filled with n bytes of data. If
// the call failed, only the room for the name is shown.
type receivedLens struct{}

func (receivedLens) Note(s *decode.Source, addr, _ uint64) uint64 {
	m, ok := messageAt(s, addr)
	if !ok {
		return 0
	}
	return uint64(m.nameLength())
}

func (receivedLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	m, ok := messageAt(s, addr)
	if !ok {
		return event.Unreadable{Addr: addr}
	}
	m.in, m.room, m.left = true, uint32(s.Noted()), n
	if s.Failed() {
		return event.Record{Fields: []event.Field{{Name: "msg_namelen", Value: event.Int{
			Bits: uint64(int64(int32(m.room))), Size: 4, Signed: true,
		}}}}
	}
	return m.value()
}

// messagesLens decodes an array of n struct mmsghdr: those that recvmmsg(2) has received,
// or all that sendmmsg(2) was given.
type messagesLens struct{ in bool }

func (l messagesLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	if l.in && s.Failed() {
		return event.Pointer{Addr: addr}
	}
	done := s.Result()
	size := uint64(s.Arch.PtrSize) * (messageWords + 1)
	list := event.List{}
	for i := range n {
		if i == uint64(s.Items()) || !s.Spend() {
			list.Cut = true
			break
		}
		at := addr + i*size
		m, ok := messageAt(s, at)
		length, ok2 := s.Word(at+messageWords*uint64(s.Arch.PtrSize), 4)
		if !ok || !ok2 {
			if i == 0 {
				return event.Unreadable{Addr: addr}
			}
			list.Rest = at
			break
		}
		if l.in {
			m.left = length
		}
		r := event.Record{Fields: []event.Field{{Name: "msg_hdr", Value: m.value()}}}
		if i < done {
			r.Fields = append(r.Fields, event.Field{Name: "msg_len", Value: event.Int{Bits: length, Size: 4}})
		}
		list.Items = append(list.Items, r)
	}
	return list
}

// recvmmsgResult decodes the result of recvmmsg(2): the number of messages, and the time
// that is left.
type recvmmsgResult struct{ time64 bool } // the time is a timespec of 64 bits

func (r recvmmsgResult) Decode(s *decode.Source, bits uint64) event.Value {
	const timeout = 4
	n := plainSigned(int64(int32(bits)))
	switch addr := s.Argument(timeout); {
	case bits == 0:
		return event.Note{Value: n, Brief: "Timeout"}
	case int32(bits) > 0 && addr != 0:
		if left := remainingTime(s, addr, r.time64); left != nil {
			return event.Note{Value: n, Brief: "left", Extra: left}
		}
	}
	return n
}

// sockaddrOutLens decodes an address that the kernel writes. Its length is the int at
// lenptr after the call, but no more is written than that int said before the call.
type sockaddrOutLens struct{}

func (sockaddrOutLens) Note(s *decode.Source, _, lenptr uint64) uint64 {
	n, ok := s.Word(lenptr, 4)
	if !ok {
		return unlimited
	}
	return n
}

func (sockaddrOutLens) DecodeSized(s *decode.Source, addr, lenptr uint64) event.Value {
	n, ok := s.Word(lenptr, 4)
	if !ok || s.Noted() == unlimited {
		return event.Pointer{Addr: addr}
	}
	if room := uint32(s.Noted()); int32(room) >= 0 && int32(n) >= 0 {
		n = min(n, uint64(room))
	}
	return sockaddrLens{}.DecodeSized(s, addr, n)
}
