package decode

import "plait/event"

// bitsNode is a bit-field, decoded as a number of another type: bits(T, FROM, COUNT).
type bitsNode struct {
	as          Node
	from, count uint
}

// shape is the shape of the bytes that contain the bits. They are not aligned.
func (n *bitsNode) shape() shape {
	return shape{int(n.from+n.count+7) / 8, 1, false, integer}
}

func (n *bitsNode) word(c *call, bits uint64) event.Value {
	sh := n.as.shape()
	drop := 64 - n.count
	bits = bits >> n.from << drop
	if sh.signed {
		return n.as.word(c, uint64(int64(bits)>>drop))
	}
	return n.as.word(c, bits>>drop)
}

// load counts bits from the lowest bit of the first byte, as little-endian machines
// do.
func (n *bitsNode) load(c *call, b []byte, _ uint64) event.Value {
	bits := uint64(0)
	for i, x := range b {
		bits |= uint64(x) << (8 * i)
	}
	return n.word(c, bits)
}

// Bits returns a bit-field of count bits whose lowest is bit from, shown as an integer
// of type n; nil if n can't hold it.
func Bits(n Node, from, count uint64) Node {
	if from > 7 || count == 0 || from+count > 64 || count > 8*uint64(n.shape().size) {
		return nil
	}
	return &bitsNode{n, uint(from), uint(count)}
}
