package elf

import (
	"bytes"
	"compress/zlib"
	"debug/elf"
	"encoding/binary"
	"io"
	"os"
	"strings"
	"sync/atomic"
)

// Bounds on compressed sections, which can only be read from the beginning and so are
// inflated whole. maxInMemory and maxInflated hold for all files together; what does not
// fit into memory goes to temporary files. One file may inflate to minInflated bytes plus
// maxRatio times the size of its compressed sections: in real files abbreviations alone
// compress to a hundredth, all sections to a tenth.
const (
	maxInflated = 2 << 30
	maxInMemory = 64 << 20
	maxRatio    = 32
	minInflated = 16 << 20
)

// Section returns the contents of the section of that name and their size in bytes. It
// inflates a compressed section, which may take time. r is nil if there is no such section
// or it can't be read.
func (d *DebugFile) Section(name string) (r io.ReaderAt, size int64) {
	defer func() {
		if recover() != nil { // as in parse
			r, size = nil, 0
		}
	}()
	s := d.section(name)
	switch {
	case s == nil:
		return nil, 0
	case s.Flags&elf.SHF_COMPRESSED != 0:
		return d.inflate(s.Open(), s.Size)
	case s.Name != name:
		return d.inflateZdebug(s)
	case s.Offset > uint64(d.Size) || s.Size > uint64(d.Size)-s.Offset || s.Size/maxGrowth > d.file.stored:
		return nil, 0
	}
	return io.NewSectionReader(d.file.r, int64(s.Offset), int64(s.Size)), int64(s.Size)
}

// inflateZdebug inflates a .zdebug section: "ZLIB", the size in eight bytes (big-endian),
// and a zlib stream.
func (d *DebugFile) inflateZdebug(s *elf.Section) (io.ReaderAt, int64) {
	var head [12]byte
	if n, _ := s.ReadAt(head[:], 0); n < len(head) || string(head[:4]) != "ZLIB" {
		return nil, 0
	}
	z, err := zlib.NewReader(io.NewSectionReader(s, 12, int64(s.FileSize)-12))
	if err != nil {
		return nil, 0
	}
	return d.inflate(z, binary.BigEndian.Uint64(head[4:]))
}

// inflate reads the size bytes that r should have, or fewer if it has fewer.
func (d *DebugFile) inflate(r io.Reader, size uint64) (io.ReaderAt, int64) {
	if size > maxInflated || d.inflated+size > minInflated+maxRatio*d.compressedSize() {
		return nil, 0
	}
	d.inflated += size
	limited := io.LimitReader(r, int64(size))
	if reserve(&d.file.reader.inMemory, size, maxInMemory) {
		d.inMemory += size
		var b bytes.Buffer
		b.Grow(int(size))
		b.ReadFrom(limited)
		return bytes.NewReader(b.Bytes()), int64(b.Len())
	}
	if reserve(&d.file.reader.onDisk, size, maxInflated) {
		d.onDisk += size
		return d.toTempFile(limited)
	}
	return nil, 0
}

// reserve adds n to used if that stays within limit.
func reserve(used *atomic.Int64, n uint64, limit int64) bool {
	if used.Add(int64(n)) <= limit {
		return true
	}
	used.Add(-int64(n))
	return false
}

// compressedSize returns how many bytes of the file are compressed sections.
func (d *DebugFile) compressedSize() (n uint64) {
	for _, s := range d.parsed.Sections {
		if isCompressed(s) && d.file.hasBytes(s.Offset, s.FileSize) {
			n += s.FileSize
		}
	}
	return min(n, d.file.stored)
}

func isCompressed(s *elf.Section) bool {
	return s.Flags&elf.SHF_COMPRESSED != 0 || strings.HasPrefix(s.Name, ".zdebug_")
}

// toTempFile copies r to a temporary file, which Close closes.
func (d *DebugFile) toTempFile(r io.Reader) (io.ReaderAt, int64) {
	file, err := os.CreateTemp("", "plait-debug-")
	if err != nil {
		return nil, 0
	}
	os.Remove(file.Name()) // the open file stays readable
	d.tempFiles = append(d.tempFiles, file)
	n, _ := io.Copy(file, r)
	return file, n
}
