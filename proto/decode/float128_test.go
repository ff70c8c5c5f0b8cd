package decode

import (
	"testing"

	"plait/event"
)

func TestQuad(t *testing.T) {
	for _, test := range []struct {
		high, low uint64
		want      string
	}{
		{0x3fff << 48, 0, "1"},
		{0xbfff8 << 44, 0, "-1.5"},
		{0x4000921fb54442d1, 0x8469898cc51701b8, "3.1415926535897932384626433832795028"},
		{0, 0, "0"}, {1 << 63, 0, "-0"},
		{0x7fff << 48, 0, "inf"}, {0xffff << 48, 0, "-inf"}, {0x7fff8 << 44, 0, "nan"},
		{0, 1, "6.475175119438025110924438958227647e-4966"},
		{0x7ffeffffffffffff, ^uint64(0), "1.189731495357231765085759326628007e+4932"},
	} {
		if got := float128(test.high, test.low).(event.Float).Text; got != test.want {
			t.Errorf("%#x %#x: %s, want %s", test.high, test.low, got, test.want)
		}
	}
}
