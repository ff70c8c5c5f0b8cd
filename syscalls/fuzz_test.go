package syscalls

import (
	"errors"
	"testing"

	"plait/arch"
	"plait/bound"
	"plait/event"
	"plait/proto/decode"
)

// FuzzDecode decodes any call with any words over any memory, before and after the
// memory changed. It must not panic, and its work is bounded.
func FuzzDecode(f *testing.F) {
	f.Add(uint16(13), uint64(2), uint64(0x1000), uint64(0x1020), uint64(8), uint64(0), uint64(0), uint64(0), []byte("\x01\x00\x00\x00"))
	f.Add(uint16(47), uint64(3), uint64(0x1000), uint64(0), uint64(0), uint64(0), uint64(0), uint64(5), make([]byte, 64))
	f.Add(uint16(217), uint64(3), uint64(0x1000), uint64(100), uint64(0), uint64(0), uint64(0), uint64(48), make([]byte, 48))
	f.Add(uint16(54), uint64(3), uint64(1), uint64(2), uint64(0x1000), uint64(1<<63), uint64(0), uint64(0), []byte{1, 0, 0, 0})
	f.Add(uint16(270), ^uint64(0), uint64(0x1000), uint64(0x1000), uint64(0x1000), uint64(0x1000), uint64(0x1000), uint64(1), make([]byte, 32))
	link := []byte("\x28\x00\x00\x00\x10\x00\x05\x06\x01\x00\x00\x00\x00\x00\x00\x00" + // RTM_NEWLINK
		"\x00\x00\x01\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x08\x00\x04\x00\xdc\x05\x00\x00")
	for _, fd := range []uint64{100, 104, 107, 112, 116} {
		f.Add(uint16(44), fd, uint64(0x1000), uint64(len(link)), uint64(0), uint64(0), uint64(0), uint64(len(link)), link)
		f.Add(uint16(45), fd, uint64(0x1000), uint64(512), uint64(0), uint64(0), uint64(0), uint64(len(link)), link)
	}
	f.Add(uint16(46), uint64(100), uint64(0x1000), uint64(0), uint64(0), uint64(0), uint64(0), uint64(5), []byte("\x10\x10\x00\x00\x00\x00\x00\x00\x10\x00\x00\x00"))
	f.Add(uint16(55), uint64(3), uint64(1), uint64(17), uint64(0x1000), uint64(0x1008), uint64(0), uint64(0), []byte("\x0c\x00\x00\x00"))
	f.Add(uint16(321), uint64(5), uint64(0x1000), uint64(120), uint64(0), uint64(0), uint64(0), uint64(0), make([]byte, 144))
	const old = 0x8000 // a call of an i386 program
	f.Add(uint16(old|67), uint64(2), uint64(0x1000), uint64(0x1020), uint64(8), uint64(0), uint64(0), uint64(0), make([]byte, 32))
	f.Add(uint16(298), uint64(0x1000), uint64(0), uint64(0), uint64(0), uint64(0), uint64(0), uint64(3), []byte("\x00\x00\x00\x00\x70\x00\x00\x00"))
	f.Add(uint16(307), uint64(3), uint64(0x1000), uint64(4100), uint64(0), uint64(0), uint64(0), uint64(3), []byte("\xac\x88\x00")) // vectors of vectors
	tables := [...]*Table{For(arch.AMD64, 0), For(arch.AMD64, arch.I386.Audit)}
	f.Fuzz(func(t *testing.T, nr uint16, a, b, c, d, e, g, result uint64, data []byte) {
		bound.Input(t, func() {
			p := tables[nr/old].Prototype(uint64(nr % old))
			if p == nil {
				return
			}
			words := [6]uint64{a, b, c, d, e, g}
			m := window(data)
			s := &decode.Source{Arch: arch.AMD64, Kind: event.System, Memory: &m, SP: a, Int: func(i int) uint64 { return words[min(i, 5)] },
				Link: linkName, Netlink: netlinkProtocol}
			for _, verbose := range []bool{false, true} {
				s.Limits.Verbose = verbose
				args, _ := p.Enter(s)
				m = window(data[len(data)/2:])
				args, value := p.Return(s, args, decode.Result{Int: [2]uint64{result}})
				for _, x := range args {
					text(x.Value)
				}
				text(value)
			}
		})
	})
}

// A window is memory that starts at 0x1000 and repeats itself for 64 pages.
type window []byte

func (w *window) ReadAt(b []byte, off int64) (int, error) {
	const start, end = 0x1000, 0x41000
	if off < start || off >= end || len(*w) == 0 {
		return 0, errors.New("unmapped")
	}
	n := min(len(b), int(end-off))
	for i := range n {
		b[i] = (*w)[(int(off)+i)%len(*w)]
	}
	return n, nil
}
