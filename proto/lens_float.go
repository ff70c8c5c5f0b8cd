package proto

import (
	"encoding/binary"
	"math/big"

	"plait/event"
)

// extended decodes an x87 extended precision number (Intel SDM vol. 1, 4.2.2),
// which x86's long double is: 64 bits of mantissa, 15 of exponent, the sign.
func extended(b []byte, hex bool) event.Value {
	if len(b) < 10 {
		return event.Float{Size: 16, Text: "?"}
	}
	mantissa := binary.LittleEndian.Uint64(b)
	exp := int(binary.LittleEndian.Uint16(b[8:]))
	negative := exp&0x8000 != 0
	exp &= 0x7fff
	f := event.Float{Size: 16, Hex: hex}
	switch {
	case exp == 0x7fff && mantissa<<1 == 0:
		f.Text = signed(negative, "inf")
	case exp == 0x7fff:
		f.Text = signed(negative, "nan")
	case mantissa == 0:
		f.Text = signed(negative, "0")
	default:
		x := new(big.Float).SetPrec(64).SetUint64(mantissa)
		x.SetMantExp(x, max(exp, 1)-16383-63)
		f.F, _ = x.Float64()
		if negative {
			x.Neg(x)
			f.F = -f.F
		}
		f.Text = x.Text(format(hex), -1)
	}
	return f
}

func format(hex bool) byte {
	if hex {
		return 'p'
	}
	return 'g'
}

func signed(negative bool, text string) string {
	if negative {
		return "-" + text
	}
	return text
}
