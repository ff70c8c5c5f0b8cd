package wire

import "encoding/binary"

// A Number is the number of a field in its message, from 1 on.
type Number = int32

// A Type says how the value of a field is written.
type Type = uint8

// The types of fields. Groups, which have begin and end tags, are not read.
const (
	VarintType  Type = 0
	Fixed64Type Type = 1
	BytesType   Type = 2
	fixed32Type Type = 5
)

const (
	typeBits  = 3 // of a tag; the number is above
	maxNumber = 1<<29 - 1
)

// AppendVarint appends a number in 1 to 10 bytes.
func AppendVarint(b []byte, n uint64) []byte { return binary.AppendUvarint(b, n) }

// AppendTag appends what stands before the value of a field.
func AppendTag(b []byte, num Number, typ Type) []byte {
	return AppendVarint(b, uint64(num)<<typeBits|uint64(typ))
}

// AppendBytes appends the value of a field of BytesType: its length, then v.
func AppendBytes(b, v []byte) []byte { return append(AppendVarint(b, uint64(len(v))), v...) }

// AppendString is AppendBytes for a text.
func AppendString(b []byte, v string) []byte { return append(AppendVarint(b, uint64(len(v))), v...) }

// AppendFixed64 appends the value of a field of Fixed64Type.
func AppendFixed64(b []byte, n uint64) []byte { return binary.LittleEndian.AppendUint64(b, n) }

// SizeVarint returns how many bytes AppendVarint appends.
func SizeVarint(n uint64) int {
	size := 1
	for ; n >= 0x80; n >>= 7 {
		size++
	}
	return size
}

// ZigZag returns the number that stands for a signed one, so that those near 0 are small.
func ZigZag(n int64) uint64 { return uint64(n<<1) ^ uint64(n>>63) }

// UnZigZag is the inverse of ZigZag.
func UnZigZag(n uint64) int64 { return int64(n>>1) ^ -int64(n&1) }

// Bool returns the number that stands for a bool.
func Bool(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// Varint reads a number, and returns how many bytes it has; -1 if b does not begin with one.
func Varint(b []byte) (n uint64, size int) {
	n, size = binary.Uvarint(b)
	if size <= 0 {
		return 0, -1
	}
	return n, size
}

// Tag reads what stands before the value of a field. Its size is -1 if b does not begin with
// a tag.
func Tag(b []byte) (num Number, typ Type, size int) {
	n, size := Varint(b)
	if number := n >> typeBits; size < 0 || number == 0 || number > maxNumber {
		return 0, 0, -1
	}
	return Number(n >> typeBits), Type(n & (1<<typeBits - 1)), size
}

// Bytes reads the value of a field of BytesType, which is a part of b. Its size, with that of
// its length, is -1 if b is shorter.
func Bytes(b []byte) (v []byte, size int) {
	n, size := Varint(b)
	if size < 0 || n > uint64(len(b)-size) {
		return nil, -1
	}
	end := size + int(n)
	return b[size:end:end], end
}

// ValueSize returns the size of the value of a field; -1 if b is shorter, or the type is not
// known.
func ValueSize(typ Type, b []byte) int {
	size := -1
	switch typ {
	case VarintType:
		_, size = Varint(b)
	case BytesType:
		_, size = Bytes(b)
	case Fixed64Type:
		size = 8
	case fixed32Type:
		size = 4
	}
	if size > len(b) {
		return -1
	}
	return size
}

// Field reads a whole field. Its size is -1 if b does not begin with one.
func Field(b []byte) (num Number, typ Type, size int) {
	num, typ, size = Tag(b)
	if size < 0 {
		return 0, 0, -1
	}
	value := ValueSize(typ, b[size:])
	if value < 0 {
		return 0, 0, -1
	}
	return num, typ, size + value
}
