package proto

import "plait/event"

// socketTypeLens is the second argument of socket(2): a type, and flags in the
// same word.
type socketTypeLens struct{}

func (socketTypeLens) Decode(s *Source, bits uint64) event.Value {
	const types = 0xf // SOCK_TYPE_MASK (linux/net.h)
	bits = uint64(uint32(bits))
	name := s.nameOf("socket_type_plain", bits&types)
	f, ok := s.Named("socket_flags", bits&^types, 4).(event.Flags)
	if !ok || name == "" {
		return s.Named("socket_flags", bits, 4)
	}
	f.Apart = &event.Name{Name: name, Int: event.Int{Bits: bits & types, Size: 4, Base: event.Hex}}
	f.Names, f.Bits = append([]string{name}, f.Names...), bits
	return f
}
