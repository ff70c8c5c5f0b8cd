package proto

import "plait/event"

// numberedLens is a number with its name as a comment, as syslog(2) has it.
type numberedLens struct{ enum, want string }

func (l numberedLens) Decode(s *Source, bits uint64) event.Value {
	name := s.nameOf(l.enum, bits)
	if name == "" {
		name = l.want
	}
	return event.Note{Value: plainSigned(int64(int32(bits))), Text: name}
}

// keyCapsLens is what keyctl(2) KEYCTL_CAPABILITIES says, n bytes of it.
type keyCapsLens struct{}

func (keyCapsLens) DecodeSized(s *Source, addr, n uint64) event.Value {
	const most = 64 // bytes; the kernel knows two
	b := s.bytesAt(addr, min(n, most))
	if b == nil {
		return event.Unread{Addr: addr}
	}
	l := event.List{Cut: n > most}
	for i, x := range b {
		switch i {
		case 0:
			l.Items = append(l.Items, s.Named("key_caps0", uint64(x), 1))
		case 1:
			l.Items = append(l.Items, s.Named("key_caps1", uint64(x), 1))
		default:
			l.Items = append(l.Items, event.Int{Bits: uint64(x), Size: 1, Base: event.Hex})
		}
	}
	return l
}
