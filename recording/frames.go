package recording

import (
	"bytes"
	"io"
)

// Frames finds the frames of a recording, one after the other, also behind what is
// damaged. It needs no more memory than the largest frame has.
type frames struct {
	r      io.Reader
	buf    []byte
	pos    int   // of what is not yet read in buf
	offset int64 // of that in the file
	err    error // of reading, once all before it is in buf
	wasted int64 // bytes whose checksum was computed in vain
}

// readSize is how much is read at once.
const readSize = 256 << 10

// rest returns what was read from the file and not yet skipped.
func (f *frames) rest() []byte { return f.buf[f.pos:] }

// fill reads until rest has n bytes. It reports false if there are not so many.
func (f *frames) fill(n int) bool {
	if len(f.buf)-f.pos < n && f.err == nil {
		f.makeRoom(n)
	}
	for len(f.buf)-f.pos < n && f.err == nil {
		var got int
		got, f.err = f.r.Read(f.buf[len(f.buf):cap(f.buf)])
		f.buf = f.buf[:len(f.buf)+got]
	}
	return len(f.buf)-f.pos >= n
}

// makeRoom moves what is not yet read to the begin of buf, where there is room for n
// bytes.
func (f *frames) makeRoom(n int) {
	rest := f.rest()
	if room := max(n, readSize); cap(f.buf) < room {
		f.buf = make([]byte, 0, room+room/4)
	}
	f.buf = append(f.buf[:0], rest...)
	f.pos = 0
}

func (f *frames) skip(n int) {
	f.pos += n
	f.offset += int64(n)
}

// skipMagic skips the first line of a recording: there may be several, one behind the
// other.
func (f *frames) skipMagic() {
	if f.fill(len(magic)) && bytes.HasPrefix(f.rest(), []byte(magic)) {
		f.skip(len(magic))
	}
}

// peek returns the frame that comes next, if it is whole. The payload is valid until the
// next call.
func (f *frames) peek() (h frameHead, payload []byte, ok bool) {
	if !f.fill(headSize) {
		return h, nil, false
	}
	if h, ok = parseHead(f.rest()); !ok || !f.fill(h.length()) {
		return h, nil, false
	}
	payload, ok = h.payload(f.rest())
	if !ok {
		f.wasted += int64(h.size)
	}
	return h, payload, ok
}

// wasteFactor bounds how often a byte may be part of a frame that is damaged. In a file
// that was made for it, each byte could begin such a frame.
const wasteFactor = 16

// resync skips what is damaged, up to the next frame that is whole. It reports false if
// there is none.
func (f *frames) resync() bool {
	for f.fill(1) {
		f.skip(1)
		if len(f.rest()) < headSize {
			f.fill(readSize)
		}
		switch at := bytes.Index(f.rest(), []byte(marker)); {
		case at >= 0:
			f.skip(at)
		default: // the last bytes may be the begin of a marker
			f.skip(max(0, len(f.rest())-len(marker)))
			continue
		}
		if _, _, ok := f.peek(); ok {
			return true
		}
		if f.wasted > wasteFactor*(f.offset+readSize) {
			break
		}
	}
	f.skip(len(f.rest()))
	return false
}
