package lens

import (
	"strings"

	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// pollResult decodes the result of poll(2) and ppoll(2): how many descriptors are ready,
// and which. For ppoll it adds the time that is left.
type pollResult struct {
	timed  bool
	time64 bool // it is a timespec of 64 bits
}

func (r pollResult) Decode(s *decode.Source, bits uint64) event.Value {
	n := plainSigned(int64(int32(bits)))
	switch {
	case int32(bits) < 0:
		return n
	case bits == 0:
		return event.Note{Value: n, Brief: "Timeout"}
	}
	note := event.Note{Value: n, Extra: r.ready(s)}
	if r.timed {
		note.Remaining = remainingTime(s, s.Argument(2), r.time64)
	}
	return note
}

// remainingTime returns the timespec at addr, from which the kernel has subtracted the
// time that passed, or nil if there is none.
func remainingTime(s *decode.Source, addr uint64, time64 bool) event.Value {
	typ := "timespec"
	if time64 {
		typ = "timespec64"
	}
	if left, ok := s.At(typ, addr).(event.Record); ok {
		return left
	}
	return nil
}

// ready lists the descriptors on which something happened.
func (r pollResult) ready(s *decode.Source) event.Value {
	const size = 8 // of struct pollfd
	show := min(s.Argument(1), decode.MaxBudget)
	b := make([]byte, show*size)
	b = b[:s.Read(s.Argument(0), b)/size*size]
	l := event.List{}
	for ; len(b) > 0; b = b[size:] {
		revents := s.Arch.Order.Uint16(b[6:])
		if revents == 0 {
			continue
		}
		if len(l.Items) == s.Items() {
			l.Cut = true
			break
		}
		l.Items = append(l.Items, event.Record{Fields: []event.Field{
			{Name: "fd", Value: event.FD{Num: int(int32(s.Arch.Order.Uint32(b)))}}, // decorated in the argument
			{Name: "revents", Value: s.Named("poll_events", uint64(revents), 2)},
		}})
	}
	return l
}

// selectResult decodes the result of select(2) and pselect(2): how many descriptors are
// ready, which they are, and the time that is left. unit is the unit of its fraction. If
// time64 is set, its numbers have 64 bits on every machine.
type selectResult struct {
	unit   string
	time64 bool
}

func (r selectResult) Decode(s *decode.Source, bits uint64) event.Value {
	n := plainSigned(int64(int32(bits)))
	if int32(bits) < 0 {
		return n
	}
	if bits == 0 {
		return event.Note{Value: n, Brief: "Timeout"}
	}
	if text := r.text(s); text != "" {
		return event.Note{Value: n, Extra: event.Verbatim{Text: text}}
	}
	return n
}

// text returns what is ready in each set, and the time that is left.
func (r selectResult) text(s *decode.Source) string {
	var parts []string
	for i, name := range [...]string{"in", "out", "except"} {
		if set := readySet(s, s.Argument(i+1)); set != "" {
			parts = append(parts, name+" ["+set+"]")
		}
	}
	size := s.Arch.PtrSize
	if r.time64 {
		size = 8
	}
	if b := bytesAt(s, s.Argument(4), uint64(2*size)); b != nil {
		parts = append(parts, "left {tv_sec="+values.Decimal(s.Number(b[:size]))+", "+r.unit+"="+values.Decimal(s.Number(b[size:2*size]))+"}")
	}
	return strings.Join(parts, ", ")
}

// readySet returns the numbers in an fd_set, separated by blanks.
func readySet(s *decode.Source, addr uint64) string {
	n := s.Argument(0)
	if addr == 0 || n > 8*maxSetBytes {
		return ""
	}
	b := bytesAt(s, addr, (n+7)/8)
	var members []string
	for _, v := range (bitSetLens{fd: true}).members(s, b, n).Items {
		if fd, ok := v.(event.FD); ok {
			members = append(members, values.Decimal(uint64(fd.Num)))
		}
	}
	return strings.Join(members, " ")
}
