package proto

import "plait/event"

func netlinkOf(s *Source) func(addr, n uint64) event.Value { return nil }

// packetLens is n bytes that were sent or received.
type packetLens struct{}

func (packetLens) DecodeSized(s *Source, addr, n uint64) event.Value { return s.data(addr, n) }
