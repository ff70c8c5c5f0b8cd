package syscalls

import (
	"fmt"
	"strconv"
	"strings"
)

// maxSignal is the highest number that a set of signals may name: strace's bound, above the
// kernel's 64.
const maxSignal = 255

// Signals is a set of signals (strace(1), "-e signal="). A nil Signals contains all of them.
// Signals are immutable.
type Signals struct{ bits bitSet }

// ParseSignals reads a set in strace's grammar: names in any case, with or without "SIG", and
// numbers from 0 to 255, with commas between them, or "all" or "none"; a "!" before them
// negates.
func ParseSignals(text string) (*Signals, error) {
	s := &Signals{newBitSet(maxSignal + 1)}
	list := strings.TrimLeft(text, "!")
	values := strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
	if len(values) == 0 {
		return nil, fmt.Errorf("invalid signal '%s'", text)
	}
	switch list {
	case "none":
		values = nil
	case "all":
		values = nil
		s.bits.invert()
	}
	for _, value := range values {
		if !s.add(value) {
			return nil, fmt.Errorf("invalid signal '%s'", value)
		}
	}
	if (len(text)-len(list))%2 != 0 {
		s.bits.invert()
	}
	return s, nil
}

// add adds the signal that one value names, and reports whether there is such a signal.
func (s *Signals) add(value string) bool {
	if n, err := strconv.ParseUint(value, 10, 64); err == nil {
		if n <= maxSignal {
			s.bits.add(n)
		}
		return n <= maxSignal
	}
	n, ok := SignalByName(value)
	if ok {
		s.bits.add(uint64(n))
	}
	return ok
}

// Has reports whether the signal of that number is in the set.
func (s *Signals) Has(signal int) bool {
	return s == nil || signal >= 0 && signal <= maxSignal && s.bits.has(uint64(signal))
}
