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

// Bounds on compressed sections, which can only be read from their beginning on. What
// is larger than kept in memory, of all files together, goes to temporary files. Of one
// file it is so many times what it has in it at the most, and a little: of abbreviations
// alone a real file has a hundredth, of all of it a tenth.
const (
	maxInflated = 2 << 30
	maxKept     = 64 << 20
	maxRatio    = 32
	freeOfRatio = 16 << 20
)

// Section returns a section of debugging information and its size, inflated if
// it is compressed, which may take time. It is nil if there is none that can be
// read.
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
		return d.inflateOld(s)
	case s.Offset > uint64(d.Size) || s.Size > uint64(d.Size)-s.Offset || s.Size/maxGrowth > d.file.stored:
		return nil, 0
	}
	return io.NewSectionReader(d.file.r, int64(s.Offset), int64(s.Size)), int64(s.Size)
}

// inflateOld inflates a .zdebug section: "ZLIB", the size in eight bytes, the
// highest first, and a zlib stream.
func (d *DebugFile) inflateOld(s *elf.Section) (io.ReaderAt, int64) {
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

// inflate reads what should be size bytes; of less, what there is.
func (d *DebugFile) inflate(r io.Reader, size uint64) (io.ReaderAt, int64) {
	if size > maxInflated || d.inflated+size > freeOfRatio+maxRatio*d.deflated() {
		return nil, 0
	}
	d.inflated += size
	limited := io.LimitReader(r, int64(size))
	if reserve(&d.file.reader.kept, size, maxKept) {
		d.kept += size
		var b bytes.Buffer
		b.Grow(int(size))
		b.ReadFrom(limited)
		return bytes.NewReader(b.Bytes()), int64(b.Len())
	}
	if reserve(&d.file.reader.spilled, size, maxInflated) {
		d.spilled += size
		return d.spill(limited)
	}
	return nil, 0
}

// reserve takes n of what there is of something, if there is so much.
func reserve(used *atomic.Int64, n uint64, limit int64) bool {
	if used.Add(int64(n)) <= limit {
		return true
	}
	used.Add(-int64(n))
	return false
}

// deflated is how many bytes compressed sections have in the file.
func (d *DebugFile) deflated() (n uint64) {
	for _, s := range d.parsed.Sections {
		if isCompressed(s) && d.file.holds(s.Offset, s.FileSize) {
			n += s.FileSize
		}
	}
	return min(n, d.file.stored)
}

func isCompressed(s *elf.Section) bool {
	return s.Flags&elf.SHF_COMPRESSED != 0 || strings.HasPrefix(s.Name, ".zdebug_")
}

// spill writes to a temporary file.
func (d *DebugFile) spill(r io.Reader) (io.ReaderAt, int64) {
	file, err := os.CreateTemp("", "plait-debug-")
	if err != nil {
		return nil, 0
	}
	os.Remove(file.Name()) // goes with its last user
	d.spills = append(d.spills, file)
	n, _ := io.Copy(file, r)
	return file, n
}
