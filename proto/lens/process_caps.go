package lens

import (
	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// capsLens decodes the sets of capget(2). In version 1 each has one word. Later versions
// add a second word of each after all the first words.
type capsLens struct{}

func (capsLens) Decode(s *decode.Source, addr uint64) event.Value {
	const version1 = 0x19980330 // linux/capability.h: _LINUX_CAPABILITY_VERSION_1
	const words = 3
	if addr == 0 {
		return event.Pointer{}
	}
	version, _ := s.Word(s.Argument(0), 4)
	size := uint64(2 * words * 4)
	if version == version1 {
		size = words * 4
	}
	b := bytesAt(s, addr, size)
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	var r event.Record
	for i, name := range [words]string{"effective", "permitted", "inheritable"} {
		set := uint64(s.Arch.Order.Uint32(b[4*i:]))
		if len(b) > words*4 {
			set |= uint64(s.Arch.Order.Uint32(b[4*(words+i):])) << 32
		}
		r.Fields = append(r.Fields, event.Field{Name: name, Value: capabilities(s, set)})
	}
	return r
}

// capabilities returns flags, each written as the shift that makes it. Bits without a
// name are shown as bits of the lower or upper word.
func capabilities(s *decode.Source, set uint64) event.Value {
	f := event.Flags{Bits: set, Size: 8, Base: event.Hex}
	for half := range uint64(2) {
		word := event.Flags{Want: "CAP_???", Base: event.Hex}
		for bit := range uint64(32) {
			if set>>(32*half+bit)&1 == 0 {
				continue
			}
			if name := values.Name(s, "cap", 32*half+bit); name != "" {
				word.Names = append(word.Names, "1<<"+name)
			} else {
				word.Rest |= 1 << bit
			}
		}
		f.Names = append(f.Names, word.Names...)
		if word.Rest != 0 {
			f.Names = append(f.Names, decode.Unnamed(word))
		}
	}
	return f
}
