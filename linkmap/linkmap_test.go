package linkmap

import (
	"encoding/binary"
	"io"
	"slices"
	"strings"
	"testing"
)

// base is where the forged memory begins.
const base = 0x10000

// A forged is memory of a program that may lie about its link maps. Nothing beyond it
// can be read.
type forged struct {
	b     []byte
	reads int
}

func (f *forged) ReadAt(b []byte, addr int64) (int, error) {
	f.reads++
	if addr < base || addr > base+int64(len(f.b)) {
		return 0, io.EOF
	}
	n := copy(b, f.b[addr-base:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// put appends words and returns their address.
func (f *forged) put(words ...uint64) uint64 {
	addr := base + uint64(len(f.b))
	for _, w := range words {
		f.b = binary.LittleEndian.AppendUint64(f.b, w)
	}
	return addr
}

// text appends a string and returns its address.
func (f *forged) text(s string) uint64 {
	addr := base + uint64(len(f.b))
	f.b = append(f.b, s...)
	f.b = append(f.b, make([]byte, 8-len(s)%8)...)
	return addr
}

// set changes the word at addr.
func (f *forged) set(addr, word uint64) { binary.LittleEndian.PutUint64(f.b[addr-base:], word) }

// link appends a struct link_map: l_addr, l_name, l_ld, l_next, l_prev.
func (f *forged) link(load uint64, name string, dynamic, next uint64) uint64 {
	return f.put(load, f.text(name), dynamic, next, 0)
}

// debug appends a struct r_debug: r_version, r_map, r_brk, r_state, r_ldbase, r_next.
func (f *forged) debug(version, first, next uint64) uint64 {
	return f.put(version, first, 0xb0b0, 0, 0, next)
}

func (f *forged) memory() Memory {
	return Memory{ReaderAt: f, Order: binary.LittleEndian, Interrupted: func() bool { return false }}
}

// TestEntries has two namespaces. Both have the dynamic loader, which is listed once.
// Only the first entry of the first chain is the program.
func TestEntries(t *testing.T) {
	f := &forged{}
	loader := f.link(0x7000, "/lib/ld.so", 0x7100, 0)
	program := f.link(0, "", 0x400, f.link(0x1000, "/lib/libc.so.6", 0x1100, loader))
	other := f.link(0x2000, "/lib/liba.so", 0x2100, f.link(0x7000, "/lib/ld.so", 0x7100, 0))
	debug := f.debug(2, program, f.debug(2, other, 0))
	want := []Entry{
		{Dynamic: 0x400, Main: true},
		{Base: 0x1000, Dynamic: 0x1100, Path: "/lib/libc.so.6"},
		{Base: 0x7000, Dynamic: 0x7100, Path: "/lib/ld.so"},
		{Base: 0x2000, Dynamic: 0x2100, Path: "/lib/liba.so"},
	}
	if got := f.memory().Entries(debug); !slices.Equal(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if got := f.memory().Entries(0); got != nil {
		t.Errorf("without r_debug: got %+v", got)
	}
	if at := f.memory().Rendezvous(debug); at != 0xb0b0 {
		t.Errorf("rendezvous at %#x", at)
	}
}

// TestVersion: r_next is read only from version 2 on, because there is no such field
// before.
func TestVersion(t *testing.T) {
	f := &forged{}
	program := f.link(0, "", 0x400, 0)
	more := f.debug(2, f.link(0x1000, "liba.so", 0x1100, 0), 0)
	if got := f.memory().Entries(f.debug(1, program, more)); len(got) != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestConsistent(t *testing.T) {
	f := &forged{}
	debug := f.debug(1, 0, 0)
	if ok, err := f.memory().Consistent(debug); !ok || err != nil {
		t.Errorf("at rest: %v, %v", ok, err)
	}
	f.set(debug+rDebugState, 1) // RT_ADD
	if ok, err := f.memory().Consistent(debug); ok || err != nil {
		t.Errorf("during a change: %v, %v", ok, err)
	}
	if _, err := f.memory().Consistent(1); err == nil {
		t.Error("no error where nothing can be read")
	}
	if at := f.memory().Rendezvous(1); at != 0 {
		t.Errorf("rendezvous at %#x where nothing can be read", at)
	}
}

// TestRings forges chains and namespaces that never end.
func TestRings(t *testing.T) {
	f := &forged{}
	last := f.link(0x2000, "libb.so", 0x2100, 0)
	first := f.link(0x1000, "liba.so", 0x1100, last)
	f.set(last+linkNext, first)
	debug := f.debug(2, first, 0)
	f.set(debug+rDebugNext, debug)
	if got := f.memory().Entries(debug); len(got) != 2 {
		t.Errorf("a ring of two: got %+v", got)
	}
	if most := maxNamespaces + 2*2; f.reads > most {
		t.Errorf("%d reads, want at most %d", f.reads, most)
	}
}

// TestEndless forges a chain that is longer than the bound.
func TestEndless(t *testing.T) {
	f := &forged{}
	next := uint64(0)
	for i := range uint64(maxObjects + 10) {
		next = f.put(i<<12, 0, i, next, 0)
	}
	if got := f.memory().Entries(f.debug(2, next, 0)); len(got) != maxObjects {
		t.Errorf("%d entries, want %d", len(got), maxObjects)
	}
}

// TestInterrupted: the entries read so far are kept.
func TestInterrupted(t *testing.T) {
	f := &forged{}
	first := f.link(0, "", 0x400, f.link(0x1000, "liba.so", 0x1100, 0))
	m, asked := f.memory(), 0
	m.Interrupted = func() bool { asked++; return asked > 1 }
	if got := m.Entries(f.debug(1, first, 0)); len(got) != 1 {
		t.Errorf("got %+v", got)
	}
}

// TestNames has names at the end of memory, names that span two reads, and names
// without an end.
func TestNames(t *testing.T) {
	for _, n := range []int{0, 1, 255, 256, 257, 511, 1000, maxPath - 1, maxPath, maxPath + 100} {
		for _, offset := range []int{0, 8, 248} {
			f := &forged{b: make([]byte, offset)}
			name := strings.Repeat("n", n)
			want := name[:min(n, maxPath)]
			if got := f.memory().readString(f.text(name)); got != want {
				t.Errorf("%d bytes at %d: got %d bytes", n, offset, len(got))
			}
		}
	}
	f := &forged{b: []byte("unending")}
	if got := f.memory().readString(base + 2); got != "ending" {
		t.Errorf("up to the end of memory: got %q", got)
	}
	if got := f.memory().readString(1); got != "" {
		t.Errorf("where nothing can be read: got %q", got)
	}
}
