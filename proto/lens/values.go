package lens

import (
	"strconv"

	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// Helpers of all lenses, and lenses of a few lines.

// bytesAt returns n bytes at addr, at most MaxRead, or nil if they can't be read.
func bytesAt(s *decode.Source, addr, n uint64) []byte {
	if n > decode.MaxRead {
		return nil
	}
	b := make([]byte, n)
	if s.Read(addr, b) < len(b) {
		return nil
	}
	return b
}

// rlimLens decodes rlim_t (getrlimit(2)). Multiples of 1024 are shown as such, and the
// highest value means no limit.
type rlimLens struct{}

func (rlimLens) Decode(_ *decode.Source, bits uint64) event.Value {
	const infinity32 = 1<<32 - 1 // as an unsigned long of a 32-bit program
	n := event.Int{Bits: bits, Size: 8}
	switch {
	case bits == ^uint64(0):
		return event.Name{Name: "RLIM64_INFINITY", Int: n}
	case bits == infinity32:
		return event.Name{Name: "RLIM_INFINITY", Int: n}
	case bits > 1024 && bits%1024 == 0:
		return event.Name{Name: values.Decimal(bits/1024) + "*1024", Int: n}
	}
	return n
}

// dataAt returns n bytes at addr as a string, cut at the limit.
func dataAt(s *decode.Source, addr, n uint64) event.Value {
	if n == 0 {
		return event.Str{}
	}
	show := min(n, uint64(s.Shown()))
	b, _, _ := s.Fetch(addr, int(show), 1, false)
	if len(b) == 0 || s.Kind == event.System && uint64(len(b)) < show {
		return event.Unreadable{Addr: addr}
	}
	return event.Str{Text: string(b), Cut: n > uint64(len(b))}
}

// numberedLens decodes a number, as in syslog(2), with its name as a comment.
type numberedLens struct{ enum, want string }

func (l numberedLens) Decode(s *decode.Source, bits uint64) event.Value {
	name := values.Name(s, l.enum, bits)
	if name == "" {
		name = l.want
	}
	return event.Note{Value: plainSigned(int64(int32(bits))), Text: name}
}

// keyCapsLens decodes the n bytes that KEYCTL_CAPABILITIES of keyctl(2) returns.
type keyCapsLens struct{}

func (keyCapsLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	const most = 64 // bytes; the kernel knows two
	b := bytesAt(s, addr, min(n, most))
	if b == nil {
		return event.Unreadable{Addr: addr}
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

// callNumber decodes the number of a system call as its name, if it has one.
type callNumber struct{}

func (callNumber) Decode(s *decode.Source, bits uint64) event.Value {
	v := event.Name{Int: event.Int{Bits: bits, Size: 8, Signed: true}}
	if s.System == nil {
		return v.Int
	}
	if call := s.System(strconv.FormatUint(bits, 10)); call.Name != "" {
		v.Name = "SYS_" + call.Name
		return v
	}
	return v.Int
}
