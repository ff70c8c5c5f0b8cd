package recording

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// A file is the magic and then frames, one behind the other. A frame is a head of fixed
// size, its payload and a newline: where a disk is full, a file may be cut at the end of
// a line, and then all whole frames are left.
//
//	 0  marker
//	 3  kind
//	 4  size of the payload
//	 8  size of the payload when it is decompressed; 0: it is not compressed
//	12  CRC-32C of the payload
//	16  CRC-32C of the 16 bytes before
//	20  payload
//
// Numbers are little-endian.
const (
	magic    = "plait recording 1\n"
	marker   = "\xf5PL"
	headSize = 20
)

// The kinds of frames.
const (
	kindHeader = 'H'
	kindBlock  = 'B'
	kindIndex  = 'I'
	kindEnd    = 'E'
)

// Bounds on a frame. The writer keeps them too: a payload that compresses better is made
// longer, and an event that is larger is left out.
const (
	maxRaw   = 4 << 20
	maxRatio = 6 // of a payload's size when it is decompressed to its size
)

// maxPayload is more than the largest payload that does not compress at all.
const maxPayload = maxRaw + maxRaw/64

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A frameHead is the head of a frame.
type frameHead struct {
	kind      byte
	size, raw int
	sum       uint32
}

// appendFrame appends a frame to b. A raw size of 0 says that payload is not compressed.
func appendFrame(b []byte, kind byte, payload []byte, raw int) []byte {
	at := len(b)
	b = append(append(b, marker...), kind)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(payload)))
	b = binary.LittleEndian.AppendUint32(b, uint32(raw))
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(payload, castagnoli))
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b[at:], castagnoli))
	return append(append(b, payload...), '\n')
}

// parseHead reads the head of a frame. It reports false if b does not begin with one
// that is whole and within the bounds.
func parseHead(b []byte) (h frameHead, ok bool) {
	if len(b) < headSize || !bytes.HasPrefix(b, []byte(marker)) {
		return h, false
	}
	word := func(at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
	if word(16) != crc32.Checksum(b[:16], castagnoli) {
		return h, false
	}
	size, raw := word(4), word(8)
	if size > maxPayload || raw > maxRaw || uint64(raw) > maxRatio*uint64(size) {
		return h, false
	}
	return frameHead{b[3], int(size), int(raw), word(12)}, true
}

// length is how many bytes the whole frame has.
func (h frameHead) length() int { return headSize + h.size + 1 }

// payload returns the payload of the frame that b begins with, and whether its checksum
// is right.
func (h frameHead) payload(b []byte) ([]byte, bool) {
	p := b[headSize : headSize+h.size]
	return p, crc32.Checksum(p, castagnoli) == h.sum
}
