package decode

import (
	"encoding/binary"
	"math/big"

	"plait/event"
)

// float128Node is _Float128. It is passed in a whole vector register.
type float128Node struct{}

func (float128Node) shape() shape { return shape{16, 16, true, compound} }

// word can't show anything: half of the number is missing.
func (float128Node) word(*call, uint64) event.Value { return event.Float{Size: 16, Text: "?"} }

func (n float128Node) load(c *call, b []byte, _ uint64) event.Value {
	if len(b) < 16 {
		return n.word(c, 0)
	}
	return float128(binary.LittleEndian.Uint64(b[8:]), binary.LittleEndian.Uint64(b))
}

// float128 decodes an IEEE 754 binary128 number: the sign, 15 bits of exponent, 112
// bits of mantissa.
func float128(high, low uint64) event.Value {
	const bias, fraction = 16383, 112
	negative, exp := high>>63 != 0, int(high>>48&0x7fff)
	mantissa := new(big.Int).SetUint64(high & (1<<48 - 1))
	mantissa.Lsh(mantissa, 64).Or(mantissa, new(big.Int).SetUint64(low))
	f := event.Float{Size: 16}
	switch {
	case exp == 0x7fff && mantissa.Sign() == 0:
		f.Text = signed(negative, "inf")
	case exp == 0x7fff:
		f.Text = signed(negative, "nan")
	case exp == 0 && mantissa.Sign() == 0:
		f.Text = signed(negative, "0")
	default:
		if exp > 0 {
			mantissa.SetBit(mantissa, fraction, 1)
		}
		x := new(big.Float).SetPrec(fraction + 1).SetInt(mantissa)
		x.SetMantExp(x, max(exp, 1)-bias-fraction)
		f.F, _ = x.Float64()
		f.Text = signed(negative, x.Text('g', -1))
		if negative {
			f.F = -f.F
		}
	}
	return f
}
