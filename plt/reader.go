package plt

import "plait/elf"

// A codeReader reads code in large blocks. It is fastest in order of addresses.
type codeReader struct {
	file  *elf.File
	block uint64 // bytes read at a time
	view  []byte // the bytes read last
	at    uint64 // their address
	buf   []byte
}

// bytes returns the n bytes at addr, or fewer if the file has no more. They are valid
// until the next call.
func (t *codeReader) bytes(addr, n uint64) []byte {
	if addr < t.at || n > uint64(len(t.view)) || addr-t.at > uint64(len(t.view))-n {
		t.fill(addr, n)
	}
	rest := t.view[min(addr-t.at, uint64(len(t.view))):]
	return rest[:min(n, uint64(len(rest)))]
}

// fill reads the block at addr, or n bytes if that is more. It stops at the segment's end.
func (t *codeReader) fill(addr, n uint64) {
	if n = min(n, t.remaining(addr)); uint64(len(t.buf)) < n || t.buf == nil {
		t.buf = make([]byte, max(n, t.block))
	}
	got, _ := t.file.ReadMem(t.buf, addr)
	t.view, t.at = t.buf[:max(got, 0)], addr
}

// left returns how many bytes of executable code the file has from addr.
func (t *codeReader) remaining(addr uint64) uint64 {
	for _, s := range t.file.Segments {
		if into := addr - s.Vaddr; s.Executable() && addr >= s.Vaddr && into < s.Filesz {
			return s.Filesz - into
		}
	}
	return 0
}
