package dump

import (
	"encoding/binary"
	"io"
	"testing"

	"plait/bound"
	"plait/event"
	"plait/filter"
)

// FuzzDumps: whatever a tracee says about its buffers, the work is bounded, and no more
// is read than is there.
func FuzzDumps(f *testing.F) {
	f.Add("writev", uint64(0x1000), uint64(2), int64(9), []byte{16: 1, 0, 0x10})
	f.Add("recvmmsg", uint64(0x1000), uint64(1<<60), int64(1<<40), []byte{16: 0, 0x10, 24: 0xff, 0xff})
	f.Add("read", ^uint64(0), ^uint64(0), int64(1<<62), []byte("x"))
	f.Add("sendmsg", uint64(0x1ff8), uint64(3), int64(-14), make([]byte, 4096))
	f.Fuzz(func(t *testing.T, name string, addr, count uint64, result int64, data []byte) {
		bound.Input(t, func() {
			k := &ring{data: data}
			all, _ := filter.ParseFDs("all")
			wanted := Wanted{Read: all, Write: all}
			for _, abi := range []string{"", "32"} {
				k.reads = 0
				taken := 0
				for _, d := range wanted.Of(&event.Call{Name: name, ABI: abi, Words: []uint64{3, addr, count}}, result, memory(k)) {
					taken += len(d.Data)
				}
				if taken > maxDump || k.reads > 3*maxBuffers+2*maxMessages {
					t.Errorf("%d bytes taken, %d reads", taken, k.reads)
				}
			}
		})
	})
}

// A ring has the same data at 0x1000 again and again, for a megabyte.
type ring struct {
	data  []byte
	reads int
}

// memory returns the memory of a 64-bit process.
func memory(k *ring) Memory { return Memory{k, binary.LittleEndian, 8} }

// ReadAt implements io.ReaderAt.
func (k *ring) ReadAt(b []byte, off int64) (int, error) {
	addr := uint64(off)
	k.reads++
	const start, end = 0x1000, 0x1000 + 1<<20
	for i := range b {
		at := addr + uint64(i)
		if at < start || at >= end || len(k.data) == 0 {
			return i, io.ErrUnexpectedEOF
		}
		b[i] = k.data[(at-start)%uint64(len(k.data))]
	}
	return len(b), nil
}

// TestDumps32: the structs of a 32-bit program are half as large.
func TestDumps32(t *testing.T) {
	var mem []byte
	for _, w := range []uint32{0, 0, 0x1040, 2, 0, 0, 0, 5} { // struct mmsghdr at 0x1000
		mem = binary.LittleEndian.AppendUint32(mem, w)
	}
	mem = append(mem, make([]byte, 0x40-len(mem))...)
	for _, w := range []uint32{0x1060, 3, 0x1063, 9} { // two struct iovec at 0x1040
		mem = binary.LittleEndian.AppendUint32(mem, w)
	}
	mem = append(mem, make([]byte, 0x60-len(mem))...)
	mem = append(mem, "hello, world"...)
	fds, _ := filter.ParseFDs("3")
	wanted := Wanted{Read: fds}
	got := wanted.Of(&event.Call{Name: "recvmmsg", ABI: "32", Words: []uint64{3, 0x1000, 1}}, 1, memory(&ring{data: mem}))
	if len(got) != 2 || string(got[0].Data) != "hel" || string(got[1].Data) != "lo" || got[1].Buffer != 1 || got[1].Message != 1 {
		t.Errorf("got %+v", got)
	}
}
