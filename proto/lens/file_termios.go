package lens

import (
	"strconv"

	"plait/event"
	"plait/proto/decode"
)

// Numbers of control characters in the kernel's struct termios and in the older struct
// termio (NCCS in asm-generic/termbits.h, NCC in asm-generic/termios.h).
const (
	controlChars    = 19
	oldControlChars = 8
)

// controlCharNames are the names of the indexes of c_cc, in order.
var controlCharNames = [...]string{
	"VINTR", "VQUIT", "VERASE", "VKILL", "VEOF", "VTIME", "VMIN", "VSWTC", "VSTART", "VSTOP", "VSUSP", "VEOL", "VREPRINT",
	"VDISCARD", "VWERASE", "VLNEXT", "VEOL2",
}

// controlCharsLens decodes the member c_cc of struct termios or termio: n characters,
// each with the name of its index.
type controlCharsLens struct{ n uint64 }

func (l controlCharsLens) Decode(s *decode.Source, addr uint64) event.Value {
	b := bytesAt(s, addr, l.n)
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	return l.Bytes(s, b)
}

func (controlCharsLens) Bytes(_ *decode.Source, b []byte) event.Value {
	var l event.List
	for i, c := range b {
		place := strconv.Itoa(i)
		if i < len(controlCharNames) {
			place = controlCharNames[i]
		}
		value := "0"
		if c != 0 {
			value = "0x" + strconv.FormatUint(uint64(c), 16)
		}
		l.Items = append(l.Items, event.Verbatim{Text: "[" + place + "]=" + value})
	}
	return l
}
