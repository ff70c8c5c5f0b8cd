package elf

import (
	"io"
	"strings"
)

// readOff reads n bytes at a file offset. It allocates nothing if the file has fewer.
func (f *File) readOff(off, n uint64, what string) ([]byte, error) {
	if !f.hasBytes(off, n) {
		return nil, &FormatError{off, what + " outside the file"}
	}
	b := make([]byte, n)
	got, err := f.r.ReadAt(b, int64(off))
	if got < len(b) {
		if err == io.EOF {
			err = &FormatError{off, what + " cut off"}
		}
		return nil, err
	}
	return b, nil
}

// Bounds on what is read from a sparse file, whose holes are no table, although a part of
// a table may be zero: maxGrowth times the bytes that are stored, but at least minGrowth
// bytes.
const (
	maxGrowth = 32
	minGrowth = 1 << 16
)

// SEEK_DATA and SEEK_HOLE (lseek(2)).
const (
	seekData = 3
	seekHole = 4
)

// maxExtents bounds how many data extents of a file are counted one by one.
const maxExtents = 1 << 12

// storedSize returns how many of the size bytes of a file are not in holes, or size if
// that can't be determined.
func storedSize(s io.Seeker, size int64) int64 {
	n, at := int64(0), int64(0)
	for range maxExtents {
		data, err := s.Seek(at, seekData)
		if err != nil {
			if at == 0 {
				return size
			}
			return n // no more data
		}
		if at, err = s.Seek(data, seekHole); err != nil {
			return size
		}
		at = min(at, size)
		if n += max(at-data, 0); at >= size {
			return n
		}
	}
	return n + size - at
}

// hasBytes reports whether the file has n bytes at an offset, within the bounds.
func (f *File) hasBytes(off, n uint64) bool {
	return off <= f.size && n <= f.size-off && n <= maxTable && (n <= minGrowth || n/maxGrowth <= f.stored)
}

// readText reads n bytes at a file offset as a string.
func (f *File) readText(off, n uint64, what string) (string, error) {
	if !f.hasBytes(off, n) {
		return "", &FormatError{off, what + " outside the file"}
	}
	var b strings.Builder
	b.Grow(int(n))
	got, err := io.Copy(&b, io.NewSectionReader(f.r, int64(off), int64(n)))
	if err == nil && uint64(got) < n {
		err = &FormatError{off, what + " cut off"}
	}
	return b.String(), err
}

// offset translates an address into a file offset. rest is how many bytes of its segment
// are in the file from there on.
func (f *File) offset(addr uint64) (off, rest uint64, ok bool) {
	for _, s := range f.Segments {
		if addr >= s.Vaddr && addr-s.Vaddr < s.Filesz {
			into := addr - s.Vaddr
			return s.Off + into, s.Filesz - into, true
		}
	}
	return 0, 0, false
}

// ReadMem reads the bytes of the file that are mapped at the link-time address addr. It
// does not read past the segment's part in the file. If it reads fewer bytes than len(b),
// it returns an error.
func (f *File) ReadMem(b []byte, addr uint64) (int, error) {
	off, rest, ok := f.offset(addr)
	if !ok {
		return 0, &FormatError{addr, "address outside the file"}
	}
	if rest < uint64(len(b)) {
		n, err := f.r.ReadAt(b[:rest], int64(off))
		if err == nil {
			err = io.EOF
		}
		return n, err
	}
	n, err := f.r.ReadAt(b, int64(off))
	if n == len(b) {
		err = nil
	}
	return n, err
}

// readMem reads n bytes at an address.
func (f *File) readMem(addr, n uint64, what string) ([]byte, error) {
	off, rest, ok := f.offset(addr)
	if !ok || rest < n {
		return nil, &FormatError{addr, what + " outside the file"}
	}
	return f.readOff(off, n, what)
}

// readUpTo reads n bytes at an address, or fewer if there are no more.
func (f *File) readUpTo(addr, n uint64) []byte {
	off, rest, ok := f.offset(addr)
	if !ok {
		return nil
	}
	b, err := f.readOff(off, min(n, rest, maxTable, max(minGrowth, f.stored*maxGrowth)), "table")
	if err != nil {
		return nil
	}
	return b
}

// cString returns the NUL-terminated string at an offset of table, or "" if
// there is none.
func cString(table string, off uint64) string {
	if off >= uint64(len(table)) {
		return ""
	}
	rest := table[off:min(uint64(len(table)), off+maxName)]
	end := strings.IndexByte(rest, 0)
	if end < 0 {
		return ""
	}
	return rest[:end]
}
