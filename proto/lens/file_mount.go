package lens

import (
	"slices"

	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// quotaLens decodes the first argument of quotactl(2): what to do, and whose quotas are
// meant.
type quotaLens struct{}

func (quotaLens) Decode(s *decode.Source, bits uint64) event.Value {
	const command, kind = 8, 0xff // SUBCMDSHIFT, SUBCMDMASK
	word := uint64(uint32(bits))
	return event.Name{
		Name: "QCMD(" + enumArg(s, "quota_command", word>>command) + ", " + enumArg(s, "quota_type", word&kind) + ")",
		Int:  event.Int{Bits: word, Size: 4},
	}
}

// swapLens decodes the flags of swapon(2), which have a priority in their lowest bits.
type swapLens struct{}

func (swapLens) Decode(s *decode.Source, bits uint64) event.Value {
	const priority = 0x7fff // SWAP_FLAG_PRIO_MASK
	f, ok := s.Named("swap_bits", bits&^priority, 4).(event.Flags)
	if !ok || bits&priority == 0 {
		return f
	}
	names := slices.Clone(f.Names)
	if f.Rest != 0 {
		names = append(names, values.Hex(f.Rest))
	}
	return event.Flags{Names: append(names, values.Decimal(bits&priority)), Bits: bits, Size: 4}
}
