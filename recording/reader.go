package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"

	"plait/event"
)

// A Reader reads a recording. It trusts nothing in it.
type Reader struct {
	in       *frames
	dec      *decoder
	unpacker *zstd.Decoder
	raw      []byte // the block, decompressed

	header   Header
	expected uint64 // number of the next event, if begun
	begun    bool
	inBlock  bool
	fresh    bool // no event of the block was read yet
	at       int64
	held     event.Event // read, but a Loss comes before it
	gap      *Loss       // what was skipped before the next block
	ended    bool        // the end was there
	told     bool        // that it was not
}

// errNoRecording is the error of a file that is no recording.
var errNoRecording = errors.New("not a recording of plait")

// errUnreadable is the error of a block that is whole, but has more in it than a block
// may have, or something else.
var errUnreadable = errors.New("not decodable")

// A Loss says what is missing of a recording, at one place.
type Loss struct {
	from, to int64 // offsets of what was skipped in the file
	events   int64 // number of events that are missing; -1: not known
	cut      bool  // the recording has no end
	reason   error // why what is there cannot be read; nil: it is damaged
}

// Error says what is missing.
func (l *Loss) Error() string {
	if l.cut {
		return "it has no end: plait was killed, or its disk was full, or it still records; what it wrote before is shown"
	}
	text := fmt.Sprintf("bytes %d to %d are damaged", l.from, l.to)
	if l.reason != nil {
		text = fmt.Sprintf("bytes %d to %d: %v", l.from, l.to, l.reason)
	} else if l.from == l.to {
		text = fmt.Sprintf("something is missing at byte %d", l.from)
	}
	switch l.events {
	case -1:
		return text + ": it is not known how many events are missing"
	case 1:
		return text + ": 1 event is missing"
	}
	return fmt.Sprintf("%s: %d events are missing", text, l.events)
}

// Unwrap returns the reason.
func (l *Loss) Unwrap() error { return l.reason }

// NewReader returns a Reader of the recording that r holds. The error is that it is no
// recording, or that of reading.
func NewReader(r io.Reader) (*Reader, error) {
	in := &frames{r: r}
	in.fill(len(magic))
	if in.err != nil && in.err != io.EOF {
		return nil, in.err
	}
	line, _, _ := bytes.Cut(in.rest(), []byte("\n"))
	name := strings.TrimSpace(magic)
	if own := name[:len(name)-1]; !bytes.HasPrefix(line, []byte(own)) || len(line) > len(name)+2 {
		return nil, errNoRecording
	}
	if string(line) != name {
		return nil, fmt.Errorf("a newer plait has made it: its format is %q, this one reads %q", line, name)
	}
	unpacker, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(maxRaw), zstd.WithDecodeAllCapLimit(true))
	if err != nil {
		return nil, err
	}
	rd := &Reader{in: in, dec: newDecoder(), unpacker: unpacker}
	rd.readHeader()
	return rd, nil
}

// Header says what was recorded. It is empty if it is damaged.
func (r *Reader) Header() Header { return r.header }

// readHeader reads the header, if the next frame is one.
func (r *Reader) readHeader() {
	r.in.skipMagic()
	if h, p, ok := r.in.peek(); ok && h.kind == kindHeader {
		r.setHeader(p)
		r.in.skip(h.length())
	}
}

func (r *Reader) setHeader(payload []byte) {
	var h Header
	c := codec{tables: &tables{}}
	c.each(payload, func() { c.headerFields(&h) })
	if c.err == nil {
		r.header = h
	}
}

// Next returns the next event, which is valid until the next call. The error is io.EOF
// at the end; a *Loss for what is missing, behind which there may be more; or that of
// reading.
func (r *Reader) Next() (event.Event, error) {
	if e := r.held; e != nil {
		r.held = nil
		return e, nil
	}
	for {
		if r.inBlock {
			if e, err := r.nextInBlock(); e != nil || err != nil {
				return e, err
			}
		}
		if err := r.nextBlock(); err != nil {
			return nil, err
		}
	}
}

// nextInBlock returns the next event of the block. It returns neither an event nor an
// error at its end.
func (r *Reader) nextInBlock() (event.Event, error) {
	e, err := r.dec.next()
	if e == nil {
		r.inBlock = false
	}
	loss := r.checkNumber()
	r.expected = r.dec.first + uint64(r.dec.events)
	if err != nil {
		r.gap = &Loss{from: r.at, to: r.in.offset, events: -1, reason: errUnreadable}
	}
	if loss != nil {
		r.held = e
		return nil, loss
	}
	return e, nil
}

// checkNumber returns a Loss if there should have been events before the block. It does
// so once for each block.
func (r *Reader) checkNumber() error {
	if !r.fresh {
		return nil
	}
	r.fresh = false
	gap, first := r.gap, r.dec.first
	r.gap = nil
	if !r.begun {
		r.begun = true
		if r.header.Part == 0 && first != 0 && gap == nil {
			gap = &Loss{from: r.at, to: r.at}
		}
	}
	if gap == nil && (r.header.Part != 0 && r.expected == 0 || first == r.expected) {
		return nil
	}
	if gap == nil {
		gap = &Loss{from: r.at, to: r.at}
	}
	gap.events = -1
	if missing := int64(first - r.expected); missing >= 0 {
		gap.events = missing
	}
	return gap
}

// nextBlock finds the next block.
func (r *Reader) nextBlock() error {
	for {
		r.in.skipMagic()
		h, payload, ok := r.in.peek()
		if !ok {
			from := r.in.offset
			if !r.in.resync() {
				return r.finish()
			}
			r.widenGap(from)
			continue
		}
		r.at = r.in.offset
		switch h.kind {
		case kindHeader:
			r.setHeader(payload)
			if r.header.Part <= 1 {
				r.begun, r.expected = false, 0
			}
		case kindEnd:
			r.ended = true
		case kindBlock:
			if r.open(h, payload) {
				r.in.skip(h.length())
				return nil
			}
			r.widenGap(r.at)
			r.gap.to, r.gap.reason = r.at+int64(h.length()), errUnreadable
		}
		r.in.skip(h.length())
	}
}

// widenGap notes that what is between offset from and here cannot be read.
func (r *Reader) widenGap(from int64) {
	if r.gap == nil {
		r.gap = &Loss{from: from}
	}
	r.gap.to, r.gap.events = r.in.offset, -1
}

// open decompresses a block. It reports false if that cannot be done.
func (r *Reader) open(h frameHead, payload []byte) bool {
	if need := max(h.raw, h.size); cap(r.raw) < need {
		r.raw = make([]byte, 0, max(need, maxBlock+maxBlock/4))
	}
	var b []byte
	if h.raw == 0 {
		b = append(r.raw[:0], payload...)
	} else {
		var err error
		if b, err = r.unpacker.DecodeAll(payload, r.raw[:0:h.raw]); err != nil || len(b) != h.raw {
			return false
		}
	}
	if len(b) > maxRaw {
		return false
	}
	r.dec.beginBlock(b)
	r.inBlock, r.fresh = true, true
	r.ended = false
	return true
}

// finish is what Next returns when there are no more frames.
func (r *Reader) finish() error {
	if r.in.err != nil && r.in.err != io.EOF {
		return r.in.err
	}
	if gap := r.gap; gap != nil {
		r.gap = nil
		return gap
	}
	if !r.ended && !r.told {
		r.told = true
		return &Loss{from: r.in.offset, to: r.in.offset, events: -1, cut: true}
	}
	return io.EOF
}
