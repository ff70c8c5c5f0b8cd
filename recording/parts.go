package recording

import (
	"bytes"
	"errors"
	"io"
)

// An Open opens the file of one part of a recording; the first is 1. A Writer closes one
// before it opens the next.
type Open = func(part int) (io.WriteCloser, error)

// NewParts returns a Writer that records to one file after the other. Each has at most
// size bytes, but at least one block, and can be read alone.
func NewParts(open Open, size int64, h Header) *Writer {
	return newWriter(&parts{opener: opener{open: open, header: h}, size: size})
}

// NewLast returns a Writer that keeps the newest blocks in memory, at most size bytes as
// they would be in a file. It writes them to a new file at each Dump and at Close, and
// keeps none of them then.
func NewLast(open Open, size int64, h Header) *Writer {
	return newWriter(&last{opener: opener{open: open, header: h}, size: size})
}

// An opener opens the files of a recording.
type opener struct {
	open   Open
	header Header
	w      io.Closer
}

// next opens the next file.
func (o *opener) next() (*file, error) {
	o.header.Part++
	w, err := o.open(o.header.Part)
	if err != nil {
		return nil, err
	}
	o.w = w
	return newFile(w, o.header), nil
}

// end ends a file and closes it.
func (o *opener) end(f *file) error { return errors.Join(f.close(), o.w.Close()) }

// A parts is the destination of a recording in several files.
type parts struct {
	opener
	size    int64
	current *file
	pack    packer
}

// endSize is room for the last part of the index and the end.
const endSize = 32 << 10

func (p *parts) write(b block) error {
	frame := p.pack.frame(b.coded)
	if f := p.current; f != nil && f.started && f.size+int64(len(frame))+endSize > p.size {
		p.current = nil
		if err := p.end(f); err != nil {
			return err
		}
	}
	if p.current == nil {
		f, err := p.next()
		if err != nil {
			return err
		}
		p.current = f
	}
	return p.current.add(frame, b)
}

func (p *parts) dump() error { return nil }

func (p *parts) close() error {
	if p.current == nil {
		f, err := p.next()
		if err != nil {
			return err
		}
		p.current = f
	}
	return p.end(p.current)
}

// A last is the destination of a recording of which only the newest part is kept.
type last struct {
	opener
	size  int64
	kept  []framed // the oldest first
	bytes int64
	pack  packer
}

// A framed block is as it will be in a file.
type framed struct {
	frame []byte
	block block
}

func (l *last) write(b block) error {
	frame := bytes.Clone(l.pack.frame(b.coded))
	b.coded = nil // it will be used again
	l.kept = append(l.kept, framed{frame, b})
	l.bytes += int64(len(frame))
	for l.bytes > l.size && len(l.kept) > 1 {
		l.bytes -= int64(len(l.kept[0].frame))
		l.kept[0] = framed{}
		l.kept = l.kept[1:]
	}
	return nil
}

func (l *last) dump() error {
	f, err := l.next()
	if err != nil {
		return err
	}
	for _, k := range l.kept {
		if err := f.add(k.frame, k.block); err != nil {
			return errors.Join(err, l.w.Close())
		}
	}
	l.kept, l.bytes = nil, 0
	return l.end(f)
}

// close writes what is left, unless everything was written.
func (l *last) close() error {
	if len(l.kept) == 0 && l.header.Part > 0 {
		return nil
	}
	return l.dump()
}
