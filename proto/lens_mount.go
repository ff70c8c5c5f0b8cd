package proto

import (
	"slices"

	"plait/event"
)

// quotaLens is what quotactl(2) is to do, and of whose quotas.
type quotaLens struct{}

func (quotaLens) Decode(s *Source, bits uint64) event.Value {
	const command, kind = 8, 0xff // SUBCMDSHIFT, SUBCMDMASK
	return event.Raw{Text: "QCMD(" + s.inWords("quota_command", uint64(uint32(bits))>>command) + ", " +
		s.inWords("quota_type", bits&kind) + ")"}
}

// swapLens is the flags of swapon(2), with a priority in their lowest bits.
type swapLens struct{}

func (swapLens) Decode(s *Source, bits uint64) event.Value {
	const priority = 0x7fff // SWAP_FLAG_PRIO_MASK
	f, ok := s.Named("swap_bits", bits&^priority, 4).(event.Flags)
	if !ok || bits&priority == 0 {
		return f
	}
	names := slices.Clone(f.Names)
	if f.Rest != 0 {
		names = append(names, hexText(f.Rest))
	}
	return event.Flags{Names: append(names, decimal(bits&priority)), Bits: bits, Size: 4}
}
