package wire_test

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"plait/bound"
	"plait/wire"
)

// Field 2 of a message holds the text "hi", field 3 the number -1.
func Example() {
	b := wire.AppendString(wire.AppendTag(nil, 2, wire.BytesType), "hi")
	b = wire.AppendVarint(wire.AppendTag(b, 3, wire.VarintType), wire.ZigZag(-1))
	fmt.Printf("% x\n", b)
	for len(b) > 0 {
		num, _, size := wire.Field(b)
		fmt.Println("field", num, "has", size, "bytes")
		b = b[size:]
	}
	// Output:
	// 12 02 68 69 18 01
	// field 2 has 4 bytes
	// field 3 has 2 bytes
}

var numbers = []uint64{0, 1, 15, 16, 127, 128, 300, 1<<14 - 1, 1 << 14, 1<<32 - 1, 1 << 32, 1 << 63, math.MaxUint64}

// What is written is what Google's package writes.
func TestSameBytes(t *testing.T) {
	for _, n := range numbers {
		num := wire.Number(n&0xffff + 1)
		got := wire.AppendVarint(wire.AppendTag(nil, num, wire.VarintType), n)
		got = wire.AppendFixed64(wire.AppendTag(got, num, wire.Fixed64Type), n)
		got = wire.AppendBytes(wire.AppendTag(got, num, wire.BytesType), make([]byte, n&0x1ff))
		got = wire.AppendVarint(got, wire.ZigZag(int64(n)))
		other := protowire.Number(num)
		want := protowire.AppendVarint(protowire.AppendTag(nil, other, protowire.VarintType), n)
		want = protowire.AppendFixed64(protowire.AppendTag(want, other, protowire.Fixed64Type), n)
		want = protowire.AppendBytes(protowire.AppendTag(want, other, protowire.BytesType), make([]byte, n&0x1ff))
		want = protowire.AppendVarint(want, protowire.EncodeZigZag(int64(n)))
		if !bytes.Equal(got, want) {
			t.Errorf("%#x: % x, want % x", n, got, want)
		}
		if got, want := wire.SizeVarint(n), protowire.SizeVarint(n); got != want {
			t.Errorf("size of %#x: %d, want %d", n, got, want)
		}
		if wire.UnZigZag(wire.ZigZag(int64(n))) != int64(n) {
			t.Errorf("%#x does not come back", n)
		}
	}
}

// FuzzField reads any bytes, and compares with Google's package. That also reads groups.
func FuzzField(f *testing.F) {
	f.Add([]byte{0x12, 2, 'h', 'i'})
	f.Add([]byte{0x12, 3, 'h', 'i'})
	f.Add([]byte{0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Add([]byte{0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2})
	f.Add([]byte{0x0d, 1, 2, 3})
	f.Add([]byte{0x09, 1, 2, 3, 4, 5, 6, 7, 8})
	f.Add([]byte{0x02, 0})
	f.Add([]byte{0xf8, 0xff, 0xff, 0xff, 0x0f, 1})
	f.Add([]byte{0x0b, 0x0c})
	f.Fuzz(func(t *testing.T, b []byte) {
		var num wire.Number
		var typ wire.Type
		var size int
		bound.Input(t, func() { num, typ, size = wire.Field(b) })
		wantNum, wantType, wantSize := protowire.ConsumeField(b)
		if wantSize < 0 || wantType == protowire.StartGroupType {
			wantNum, wantType, wantSize = 0, 0, -1
		}
		if num != wire.Number(wantNum) || typ != wire.Type(wantType) || size != wantSize {
			t.Errorf("% x: field %d of type %d, %d bytes; want %d, %d, %d", b, num, typ, size, wantNum, wantType, wantSize)
		}
	})
}
