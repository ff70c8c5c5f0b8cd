package decode

import (
	"math"
	"strings"

	"plait/arch"
	"plait/event"
)

// Guessed returns the prototype of a library function that takes the given numbers of
// integer and floating-point arguments, which is all that is known, from its code. How
// to show the words is guessed from their values.
func Guessed(ints, floats int) *Prototype {
	p := &Prototype{Guess: true, Arch: arch.Native, Result: guessNode{}}
	for range ints {
		p.Params = append(p.Params, Param{Node: guessNode{}})
	}
	for range floats {
		p.Params = append(p.Params, Param{Node: &floatNode{size: 8}})
	}
	for i := range p.Params {
		p.Order = append(p.Order, i)
	}
	p.Prepare()
	return p
}

// guessNode is a word of unknown type, shown by its value: a small number, the address
// of text, another address, or just bits. All results of 32 bits are shown as numbers,
// so that the results of a function look alike; large arguments are shown as bits.
type guessNode struct{ result bool }

// guessHiddenResult reports whether the address of the result seems to be passed
// before the arguments, for a function whose result type is unknown. The evidence is
// a parameter of 32 bits or less whose register holds a mapped address, if the
// register after every such parameter holds a number of 32 bits.
func (c *call) guessHiddenResult() bool {
	found, at := false, 0
	for _, x := range c.p.Params {
		sh := x.Node.shape()
		if sh.class == floating {
			continue
		}
		if sh.class != integer || at+1 >= c.s.Arch.IntArgs() {
			break
		}
		if sh.size <= 4 {
			if isLong(c.s.Int(at + 1)) {
				return false
			}
			if bits := c.s.Int(at); isLong(bits) {
				found = true
				if !c.s.place(bits).Mapped {
					return false
				}
			}
		}
		at++
	}
	return found
}

// isLong reports whether bits is more than a number of 32 bits.
func isLong(bits uint64) bool { return bits>>32 != 0 && int64(int32(bits)) != int64(bits) }

const (
	smallNumber = 1 << 16
	leastText   = 3 // bytes; shorter text occurs in any data
)

func (guessNode) shape() shape { return shape{8, 8, false, integer} }

func (n guessNode) word(c *call, bits uint64) event.Value {
	v := c.s.guess(bits)
	if i, ok := v.(event.Int); ok && n.result && bits <= math.MaxInt32 {
		i.Base = event.Decimal
		return i
	}
	return v
}

func (n guessNode) load(c *call, b []byte, _ uint64) event.Value {
	return n.word(c, shape{size: 8}.number(c, b))
}

func (s *Source) guess(bits uint64) event.Value {
	if n := int64(bits); -smallNumber < n && n < smallNumber {
		return event.Int{Bits: bits, Size: 8, Signed: true}
	}
	if n := int32(bits); n < 0 && (bits>>32 == 0 || int64(n) == int64(bits)) {
		return event.Int{Bits: uint64(int64(n)), Size: 4, Signed: true}
	}
	text, ended := s.Text(bits, s.Shown())
	if !isText(text) {
		text = ""
	}
	if len(text) >= leastText {
		return event.Str{Text: text, Cut: !ended}
	}
	switch at := s.place(bits); {
	case text != "" && ended && at.inFile():
		return event.Str{Text: text}
	case at.Mapped:
		return event.Pointer{Addr: bits, Symbol: at.Symbol, Region: at.Region}
	}
	return event.Int{Bits: bits, Size: 8, Base: event.Hex}
}

// place returns what lies at an address, if the source knows.
func (s *Source) place(addr uint64) Place {
	if s.Place == nil {
		return Place{}
	}
	return s.Place(addr)
}

// inFile reports whether a place is in a mapped file, where short texts are common.
func (p Place) inFile() bool {
	return p.Symbol != "" || p.Region != "" && p.Region != heap && p.Region != stack
}

const heap, stack = "heap", "stack" // as in Place.Region

// isText reports whether text is valid UTF-8, not empty, and without control
// characters other than white space.
func isText(text string) bool {
	for _, r := range text {
		if r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f || r == 0xfffd {
			return false
		}
	}
	return text != ""
}

// Outline returns a guessed prototype in the prototype language, under the given name.
func (p *Prototype) Outline(name string) string {
	var params []string
	for _, x := range p.Params {
		if x.Node.shape().class == floating {
			params = append(params, "double")
		} else {
			params = append(params, "guess(long)")
		}
	}
	switch {
	case p.MoreArgs:
		params = append(params, "...")
	case len(params) == 0:
		params = []string{"void"}
	}
	return "guess(long) " + name + "(" + strings.Join(params, ", ") + ");\n"
}
