package tracer

import (
	"encoding/binary"
	"testing"

	"plait/bound"
	"plait/ptrace"
)

// A ringKernel has memory that repeats some words for ever. An odd word, less one, is an
// offset from its own address, so that a list need not be a ring.
type ringKernel struct {
	*fakeKernel
	words []uint64
	reads int
}

func (k *ringKernel) Read(_ int, addr uint64, b []byte) (int, error) {
	const start, end = 0x1000, 1 << 40
	k.reads++
	if addr < start || addr >= end || len(k.words) == 0 {
		return 0, errScript
	}
	for i := range b {
		at := addr + uint64(i)
		w := k.words[at/8%uint64(len(k.words))]
		if w%2 == 1 {
			w += at&^7 - 1
		}
		b[i] = byte(w >> (8 * (at % 8)))
	}
	return len(b), nil
}

func (k *ringKernel) ReadParts(tid int, parts []ptrace.Part) (n int, err error) {
	return readParts(k.Read, tid, parts)
}

// Bounds of package linkmap.
const (
	maxObjects = 1 << 14
	maxPath    = 4096
)

// FuzzLinkMap reads any memory as the dynamic loader's list for debuggers: endless
// lists, rings, objects that do not exist.
func FuzzLinkMap(f *testing.F) {
	words := func(list ...uint64) (b []byte) {
		for _, w := range list {
			b = binary.LittleEndian.AppendUint64(b, w)
		}
		return b
	}
	f.Add(words(1, 0x2000, 0x3000, 0, 0, 0x1000), uint64(0x1000))
	f.Add(words(2, 0x1008, 0x1010, 0x1018, 0x1020, 41), uint64(0x1000)) // another namespace after each
	f.Add(words(41), uint64(0x1008))                                    // no end
	f.Add(words(0x41414141, 0x1000, 0x7f0000001000), uint64(0x1010))
	f.Fuzz(func(t *testing.T, b []byte, debug uint64) {
		s := newScript(t)
		k := &ringKernel{fakeKernel: s.kernel}
		for ; len(b) >= 8 && len(k.words) < 64; b = b[8:] {
			k.words = append(k.words, binary.LittleEndian.Uint64(b))
		}
		k.maps = []ptrace.Mapping{
			{Start: 0x1000, End: 0x9000, Exec: true, Path: "/lib/a"}, {Start: 1 << 32, End: 1<<32 + 0x1000, Path: "[vdso]"},
			{Start: 0x7f0000001000, End: 0x7f0000002000, Exec: true, Path: "/lib/b"},
		}
		s.tracer.Kernel = k
		bound.Input(t, func() {
			k.reads, s.tracer.noticed = 0, map[string]bool{}
			tr := s.tracer.adopt(1, 1, nil)
			tr.space.linker.debug = debug
			checkLinkMap(t, s.tracer, tr)
			const most = maxObjects * (1 + maxPath/256) * 4
			if k.reads > most {
				t.Errorf("%d reads", k.reads)
			}
			if n := len(s.tracer.noticed); n > 8 {
				t.Errorf("%d notices", n)
			}
			s.tracer.removeTracee(tr)
			s.out.Reset()
		})
	})
}

func checkLinkMap(t *testing.T, tracer *Tracer, tr *tracee) {
	found := tracer.linkMap(tr).Entries(tracer.debugAddr(tr))
	if len(found) > maxObjects {
		t.Errorf("%d objects", len(found))
	}
	seen := map[[2]uint64]bool{}
	for i, m := range found {
		place := [2]uint64{m.Base, m.Dynamic}
		if seen[place] || m.Main && i > 0 || len(m.Path) > maxPath {
			t.Errorf("object %d: %+v", i, m)
		}
		seen[place] = true
	}
	tracer.updateObjects(tr)
	tracer.rendezvous(tr)
	for _, o := range tr.space.objects {
		if o.Lo >= o.Hi {
			t.Errorf("object at %#x-%#x", o.Lo, o.Hi)
		}
	}
}
