package recording

import (
	"encoding/binary"
	"io"

	"github.com/klauspost/compress/zstd"
	"google.golang.org/protobuf/encoding/protowire"
)

// New returns a Writer that records to w. If w has a method Flush, that is called after
// each block.
func New(w io.Writer, h Header) *Writer { return newWriter(&single{file: newFile(w, h)}) }

// A single is the destination of a recording in one file.
type single struct {
	file *file
	pack packer
}

func (s *single) write(b block) error { return s.file.add(s.pack.frame(b.coded), b) }

func (s *single) dump() error { return nil }

func (s *single) close() error { return s.file.close() }

// A file writes a recording to one file.
type file struct {
	w       io.Writer
	header  Header
	size    int64  // bytes written
	frame   []byte // header, index or end
	index   index
	started bool
}

func newFile(w io.Writer, h Header) *file { return &file{w: w, header: h} }

// add writes the frame of a block, and enters it into the index.
func (f *file) add(frame []byte, b block) error {
	if err := f.start(); err != nil {
		return err
	}
	f.index.add(f.size, b)
	if err := f.put(frame); err != nil {
		return err
	}
	if len(f.index.offsets) == maxIndex {
		return f.writeIndex()
	}
	return nil
}

// start writes the header, unless it is written.
func (f *file) start() error {
	if f.started {
		return nil
	}
	f.started = true
	f.frame = appendFrame([]byte(magic), kindHeader, marshal(func(c *codec) { c.headerFields(&f.header) }), 0)
	return f.put(f.frame)
}

// put writes a frame.
func (f *file) put(frame []byte) error {
	n, err := f.w.Write(frame)
	f.size += int64(n)
	if flusher, ok := f.w.(interface{ Flush() }); ok && err == nil {
		flusher.Flush()
	}
	return err
}

func (f *file) writeIndex() error {
	at := f.size
	f.frame = appendFrame(f.frame[:0], kindIndex, marshal(func(c *codec) { c.indexFields(&f.index) }), 0)
	f.index = index{before: at, events: f.index.events}
	return f.put(f.frame)
}

// close writes the end: the last part of the index, and where that is.
func (f *file) close() error {
	if err := f.start(); err != nil {
		return err
	}
	at := f.size
	if err := f.writeIndex(); err != nil {
		return err
	}
	e := end{index: uint64(at), events: f.index.events}
	f.frame = appendFrame(f.frame[:0], kindEnd, marshal(func(c *codec) { c.endFields(&e) }), 0)
	return f.put(f.frame)
}

// marshal returns a message that is not in a block.
func marshal(fields func(*codec)) []byte {
	c := codec{encoding: true, tables: &tables{block: 1}}
	fields(&c)
	return c.buf
}

// maxIndex is how many blocks one part of the index has, so that a long recording needs
// no more memory than a short one.
const maxIndex = 1024

// An index is one part of the index: where blocks begin, which event is the first in
// each, and when its last one was.
type index struct {
	offsets, firsts, times []uint64
	before                 int64  // offset of the part before; 0: this is the first
	events                 uint64 // number of events so far
}

func (x *index) add(offset int64, b block) {
	x.offsets = append(x.offsets, uint64(offset))
	x.firsts = append(x.firsts, b.first)
	x.times = append(x.times, uint64(b.time))
	x.events = b.first + uint64(b.events)
}

func (c *codec) indexFields(x *index) {
	c.numbers(1, &x.offsets)
	c.numbers(2, &x.firsts)
	c.numbers(3, &x.times)
	before := uint64(x.before)
	c.uint(4, &before)
	x.before = int64(before)
}

// numbers is a list of type uint64.
func (c *codec) numbers(num protowire.Number, p *[]uint64) {
	if c.encoding {
		at := c.begin(num)
		for _, n := range *p {
			c.buf = protowire.AppendVarint(c.buf, n)
		}
		c.end(at)
	} else if c.isBytes(num) {
		c.packed(func(n uint64) { *p = append(*p, n) })
	}
}

// An end is the last frame. Its size is fixed, so it can be found from the file's end.
type end struct {
	index  uint64 // offset of the last part of the index
	events uint64 // number of events in the recording, this file and those before
}

func (c *codec) endFields(e *end) {
	c.fixed(1, &e.index)
	c.fixed(2, &e.events)
}

// fixed is a field of type bytes that holds 64 bits, the lowest ones first.
func (c *codec) fixed(num protowire.Number, p *uint64) {
	b := binary.LittleEndian.AppendUint64(nil, *p)
	if c.bytes(num, &b); len(b) == 8 {
		*p = binary.LittleEndian.Uint64(b)
	}
}

// A packer compresses blocks.
type packer struct {
	encoder *zstd.Encoder
	out     []byte
	framed  []byte
}

// frame returns the frame of a block. It is valid until the next call.
func (p *packer) frame(b []byte) []byte {
	payload, raw := p.pack(b)
	p.framed = appendFrame(p.framed[:0], kindBlock, payload, raw)
	return p.framed
}

// pack returns a block as it is written, and its raw size, which is 0 if it is not
// compressed. It is valid until the next call.
func (p *packer) pack(b []byte) (payload []byte, raw int) {
	if p.encoder == nil {
		// Entropy coding would make real recordings smaller by a twentieth, for half of
		// the time that compression takes.
		p.encoder, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithNoEntropyCompression(true), zstd.WithEncoderConcurrency(1),
			zstd.WithEncoderCRC(false), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(maxBlock)) // the options are valid
	}
	p.out = p.encoder.EncodeAll(b, p.out[:0])
	if len(p.out) >= len(b) {
		return b, 0
	}
	p.out = pad(p.out, (len(b)+maxRatio-1)/maxRatio)
	return p.out, len(b)
}

// skippable begins a frame of zstd that is to be skipped; the size of the rest follows
// (RFC 8878, 3.1.2).
var skippable = []byte{0x50, 0x2a, 0x4d, 0x18}

// pad makes compressed data at least size bytes long.
func pad(b []byte, size int) []byte {
	if len(b) >= size {
		return b
	}
	rest := max(0, size-len(b)-8)
	b = binary.LittleEndian.AppendUint32(append(b, skippable...), uint32(rest))
	return append(b, make([]byte, rest)...)
}
