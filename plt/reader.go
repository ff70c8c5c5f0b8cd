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
func (r *codeReader) bytes(addr, n uint64) []byte {
	if addr < r.at || n > uint64(len(r.view)) || addr-r.at > uint64(len(r.view))-n {
		r.fill(addr, n)
	}
	rest := r.view[min(addr-r.at, uint64(len(r.view))):]
	return rest[:min(n, uint64(len(rest)))]
}

// fill reads the block at addr, or n bytes if that is more. It stops at the segment's end.
func (r *codeReader) fill(addr, n uint64) {
	if n = min(n, r.remaining(addr)); uint64(len(r.buf)) < n || r.buf == nil {
		r.buf = make([]byte, max(n, r.block))
	}
	got, _ := r.file.ReadMem(r.buf, addr)
	r.view, r.at = r.buf[:max(got, 0)], addr
}

// remaining returns how many bytes of executable code the file has from addr.
func (r *codeReader) remaining(addr uint64) uint64 {
	for _, s := range r.file.Segments {
		if into := addr - s.Vaddr; s.Executable() && addr >= s.Vaddr && into < s.Filesz {
			return s.Filesz - into
		}
	}
	return 0
}
