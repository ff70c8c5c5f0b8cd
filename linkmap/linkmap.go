package linkmap

import (
	"encoding/binary"
	"io"
)

// Offsets in struct r_debug and struct link_map (link.h) of a 64-bit process.
// r_next exists from r_version 2 on (glibc 2.35). It leads to the link maps of further
// namespaces (dlmopen(3)).
const (
	rDebugVersion = 0
	rDebugMap     = 8
	rDebugBrk     = 16
	rDebugState   = 24
	rDebugNext    = 40

	linkAddr = 0
	linkName = 8
	linkLd   = 16
	linkNext = 24
	linkSize = 40

	rtConsistent = 0
)

// Bounds on what a broken or hostile link map can make plait read.
const (
	maxObjects    = 1 << 14
	maxNamespaces = 64
	maxPath       = 4096
)

// A Memory is the memory of a process whose loader keeps link maps.
type Memory struct {
	io.ReaderAt // offsets are addresses
	Order       binary.ByteOrder
	Interrupted func() bool // asked before each entry; if true, the list is cut short
}

// An Entry is one entry of a link map.
type Entry struct {
	Base    uint64 // run-time minus link-time addresses (l_addr)
	Dynamic uint64 // address of the dynamic section (l_ld)
	Path    string // the loader's name of the file (l_name); "" for the program
	Main    bool   // the program itself
}

// Consistent reports whether the lists are complete (r_state is RT_CONSISTENT): the
// loader is not in the middle of a change. debug is the address of struct r_debug. The
// error is that of reading it.
func (m Memory) Consistent(debug uint64) (bool, error) {
	var state [4]byte
	if _, err := m.ReadAt(state[:], int64(debug+rDebugState)); err != nil {
		return false, err
	}
	return m.Order.Uint32(state[:]) == rtConsistent, nil
}

// Rendezvous returns the address of the function that the loader calls at each change
// (r_brk), or 0 if r_debug cannot be read.
func (m Memory) Rendezvous(debug uint64) uint64 {
	var word [8]byte
	if _, err := m.ReadAt(word[:], int64(debug+rDebugBrk)); err != nil {
		return 0
	}
	return m.Order.Uint64(word[:])
}

// A chainReader follows the chains of link maps and lists each object once: further
// namespaces repeat the dynamic loader, and a hostile program's chain may be a ring.
type chainReader struct {
	Memory
	seen   map[uint64]bool    // addresses of the struct link_map read so far
	listed map[[2]uint64]bool // l_addr and l_ld of the entries in found
	found  []Entry
}

// Entries returns the entries of all namespaces, as far as memory can be read, at most
// 16384. The first is the program. debug is the address of struct r_debug. If it is 0,
// there are no entries.
func (m Memory) Entries(debug uint64) []Entry {
	r := chainReader{Memory: m, seen: map[uint64]bool{}, listed: map[[2]uint64]bool{}}
	for n := 0; debug != 0 && n < maxNamespaces; n++ {
		var head [48]byte
		if _, err := m.ReadAt(head[:], int64(debug)); err != nil {
			break
		}
		r.follow(m.Order.Uint64(head[rDebugMap:]), n == 0)
		if m.Order.Uint32(head[rDebugVersion:]) < 2 {
			break
		}
		debug = m.Order.Uint64(head[rDebugNext:])
	}
	return r.found
}

// follow reads one chain of struct link_map. If first is true, its first entry is the
// program.
func (r *chainReader) follow(addr uint64, first bool) {
	for addr != 0 && !r.seen[addr] && len(r.seen) < maxObjects && !r.Interrupted() {
		r.seen[addr] = true
		var b [linkSize]byte
		if _, err := r.ReadAt(b[:], int64(addr)); err != nil {
			return
		}
		word := func(off int) uint64 { return r.Order.Uint64(b[off:]) }
		if place := [2]uint64{word(linkAddr), word(linkLd)}; !r.listed[place] {
			r.listed[place] = true
			r.found = append(r.found, Entry{
				Base: place[0], Dynamic: place[1], Main: first, Path: r.readString(word(linkName)),
			})
		}
		first = false
		addr = word(linkNext)
	}
}

// readString reads a string that ends with a NUL, at most maxPath bytes of it. It reads
// up to a multiple of 256 at a time, because the next page may not be readable.
func (m Memory) readString(addr uint64) string {
	b := make([]byte, 0, 256)
	for len(b) < maxPath {
		n := 256 - int(addr%256)
		chunk := b[len(b) : len(b)+min(n, cap(b)-len(b))]
		if len(chunk) == 0 {
			b = append(b, make([]byte, 256)...)[:len(b)]
			continue
		}
		got, _ := m.ReadAt(chunk, int64(addr))
		for i, c := range chunk[:got] {
			if c == 0 {
				return string(b[:len(b)+i])
			}
		}
		b = b[:len(b)+got]
		if got < len(chunk) {
			break
		}
		addr += uint64(got)
	}
	return string(b)
}
