package lens

import (
	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// fdLens decodes a file descriptor. If cwd is set, it may be AT_FDCWD (openat(2)).
type fdLens struct{ cwd bool }

func (l fdLens) Decode(s *decode.Source, bits uint64) event.Value {
	n := int(int32(bits))
	if n == decode.AtFDCWD && !l.cwd {
		return event.FD{Num: n}
	}
	return s.Descriptor(n)
}

// pidLens decodes the ID of a process or thread. If group is set, it is the ID of a
// process group or session, which has no name.
type pidLens struct{ group bool }

func (l pidLens) Decode(s *decode.Source, bits uint64) event.Value {
	n := int(int32(bits))
	if s == nil || s.PID == nil || n <= 0 {
		return event.Int{Bits: uint64(int64(n)), Size: 4, Signed: true}
	}
	v := s.PID(n)
	if l.group {
		v.Comm = ""
	}
	return v
}

// idLens decodes a user or group ID; -1 means none (chown(2)).
type idLens struct{ short bool }

func (l idLens) Decode(_ *decode.Source, bits uint64) event.Value {
	if uint32(bits) == ^uint32(0) || l.short && uint16(bits) == ^uint16(0) {
		return event.Int{Bits: ^uint64(0), Size: 4, Signed: true}
	}
	return event.Int{Bits: uint64(uint32(bits)), Size: 4}
}

// devLens decodes a device number, packed as by gnu_dev_makedev(3).
type devLens struct{}

func (devLens) Decode(_ *decode.Source, bits uint64) event.Value {
	major := bits>>8&0xfff | bits>>32&0xfffff000
	minor := bits&0xff | bits>>12&0xffffff00
	return event.Name{
		Name: "makedev(" + values.Hex(major) + ", " + values.Hex(minor) + ")",
		Int:  event.Int{Bits: bits, Size: 8, Base: event.Hex},
	}
}
