package plt

import "plait/elf"

// A text reads code in large blocks, best in order of addresses.
type text struct {
	file  *elf.File
	block uint64 // bytes read at a time
	view  []byte
	at    uint64
	buf   []byte
}

// bytes returns what there is of n bytes at addr. They are valid until the next
// call.
func (t *text) bytes(addr, n uint64) []byte {
	if addr < t.at || n > uint64(len(t.view)) || addr-t.at > uint64(len(t.view))-n {
		t.fill(addr, n)
	}
	rest := t.view[min(addr-t.at, uint64(len(t.view))):]
	return rest[:min(n, uint64(len(rest)))]
}

// fill reads the block at addr, or as much as is asked for if that is more and
// the segment has it.
func (t *text) fill(addr, n uint64) {
	if n = min(n, t.left(addr)); uint64(len(t.buf)) < n || t.buf == nil {
		t.buf = make([]byte, max(n, t.block))
	}
	got, _ := t.file.ReadMem(t.buf, addr)
	t.view, t.at = t.buf[:max(got, 0)], addr
}

// left returns how many bytes of executable code the file has from addr.
func (t *text) left(addr uint64) uint64 {
	for _, s := range t.file.Segments {
		if into := addr - s.Vaddr; s.Executable() && addr >= s.Vaddr && into < s.Filesz {
			return s.Filesz - into
		}
	}
	return 0
}
