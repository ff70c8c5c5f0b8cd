package lens

import (
	"fmt"
	"time"

	"plait/event"
	"plait/proto/decode"
)

// timeLens decodes time_t: seconds since 1970, with their date.
type timeLens struct{ result bool }

func (l timeLens) Decode(_ *decode.Source, bits uint64) event.Value {
	n := event.Int{Bits: bits, Size: 8, Signed: true}
	text := date(int64(bits), 0)
	if l.result && text != "" {
		return event.Note{Value: n, Extra: event.Verbatim{Text: text}}
	}
	return dated(n, int64(bits), 0)
}

// dated returns v with the date of a time as a comment.
func dated(v event.Value, sec, nsec int64) event.Value {
	if text := date(sec, nsec); text != "" {
		return event.Note{Value: v, Text: text}
	}
	return v
}

// date returns a time as date(1) writes it, in the time zone of plait. It returns "" for
// 0 and for years of more than four digits.
func date(sec, nsec int64) string {
	const year0, year9999 = -62167219200, 253402300799
	if sec == 0 && nsec == 0 || sec < year0 || sec > year9999 || nsec < 0 || nsec >= 1e9 {
		return ""
	}
	layout := "2006-01-02T15:04:05-0700"
	switch {
	case nsec%1000 != 0:
		layout = "2006-01-02T15:04:05.000000000-0700"
	case nsec != 0:
		layout = "2006-01-02T15:04:05.000000-0700"
	}
	return time.Unix(sec, nsec).Format(layout)
}

// stampLens decodes a timespec or timeval with its date. Two values of the nanoseconds
// have a special meaning for utimensat(2).
type stampLens struct {
	unit   string // name of the second member
	nanos  int64  // of one unit
	words  bool
	time64 bool // of 64 bits also in a 32-bit program
}

// size returns the size of each member.
func (l stampLens) size(s *decode.Source) int {
	if l.time64 {
		return 8
	}
	return s.Arch.PtrSize
}

func (l stampLens) Decode(s *decode.Source, addr uint64) event.Value {
	const now, omit = 1<<30 - 1, 1<<30 - 2 // linux/stat.h: UTIME_NOW, UTIME_OMIT
	size := l.size(s)
	sec, ok := signedWord(s, addr, size)
	part, ok2 := signedWord(s, addr+uint64(size), size)
	switch {
	case !ok || !ok2:
		return event.Unreadable{Addr: addr}
	case l.words && part == now:
		return event.Verbatim{Text: "UTIME_NOW"}
	case l.words && part == omit:
		return event.Verbatim{Text: "UTIME_OMIT"}
	}
	r := event.Record{Fields: []event.Field{
		{Name: "tv_sec", Value: event.Int{Bits: uint64(sec), Size: uint8(size), Signed: true}},
		{Name: l.unit, Value: event.Int{Bits: decode.Extend(uint64(part), size, false), Size: uint8(size)}},
	}}
	if part < 0 || part >= 1e9/l.nanos {
		return r
	}
	return l.dated(r, sec, part*l.nanos)
}

// stampsLens decodes two stamps (utimes(2)). If one can't be read, neither is shown.
type stampsLens struct{ stampLens }

func (l stampsLens) Decode(s *decode.Source, addr uint64) event.Value {
	size := 2 * uint64(l.size(s))
	if addr == 0 {
		return event.Pointer{}
	}
	if bytesAt(s, addr, 2*size) == nil {
		return event.Unreadable{Addr: addr}
	}
	return event.List{Items: []event.Value{l.stampLens.Decode(s, addr), l.stampLens.Decode(s, addr+size)}}
}

// dated returns r with the date as a comment. The fraction has as many digits as the
// unit.
func (l stampLens) dated(r event.Value, sec, nsec int64) event.Value {
	text := date(sec, nsec)
	if text == "" {
		return r
	}
	if nsec != 0 {
		digits := "000000000"
		if l.nanos > 1 {
			digits = "000000"
		}
		text = time.Unix(sec, nsec).Format("2006-01-02T15:04:05." + digits + "-0700")
	}
	return event.Note{Value: r, Text: text}
}

// signedWord reads the integer of size bytes at addr, sign-extended.
func signedWord(s *decode.Source, addr uint64, size int) (int64, bool) {
	w, ok := s.Word(addr, size)
	return int64(decode.Extend(w, size, true)), ok
}

// ticksLens decodes a time in clock ticks.
type ticksLens struct{}

func (ticksLens) Decode(_ *decode.Source, bits uint64) event.Value {
	return ticks(bits)
}

// ticks returns a time in clock ticks. A second has 100 (asm/param.h, HZ).
func ticks(n uint64) event.Value {
	value := event.Int{Bits: n, Size: 8}
	if n == 0 {
		return value
	}
	return event.Note{Value: value, Text: fmt.Sprintf("%d.%02d s", n/100, n%100)}
}
