package decode

import (
	"encoding/binary"
	"fmt"
	"math/big"
	"strings"

	"plait/event"
)

// extended decodes an x87 extended precision number (Intel SDM vol. 1, 4.2.2), the
// long double of x86: 64 bits of mantissa, 15 bits of exponent, the sign.
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
		exp = max(exp, 1) - 16383 // of the mantissa's first bit
		x := new(big.Float).SetPrec(64).SetUint64(mantissa)
		x.SetMantExp(x, exp-63)
		f.F, _ = x.Float64()
		f.Text = x.Text('g', -1)
		if hex {
			f.Text = hexExtended(mantissa, exp)
		}
		f.Text = signed(negative, f.Text)
		if negative {
			f.F = -f.F
		}
	}
	return f
}

// hexExtended formats a number as glibc's printf does for %La on x86: the first four
// bits of the mantissa come before the point.
func hexExtended(mantissa uint64, exp int) string {
	text := fmt.Sprintf("0x%x", mantissa>>60)
	if rest := strings.TrimRight(fmt.Sprintf("%015x", mantissa&(1<<60-1)), "0"); rest != "" {
		text += "." + rest
	}
	return fmt.Sprintf("%sp%+d", text, exp-3)
}

func signed(negative bool, text string) string {
	if negative {
		return "-" + text
	}
	return text
}
