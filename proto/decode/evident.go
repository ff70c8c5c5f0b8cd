package decode

import (
	"math"
	"strings"

	"plait/arch"
	"plait/event"
)

// Guessed is the prototype of a library call of which only the code of the callee
// told something: how many integer and floating-point arguments it takes. Each is
// shown as what it evidently is.
func Guessed(ints, floats int) *Prototype {
	p := &Prototype{Guess: true, Arch: arch.Native, Result: evidentNode{}}
	for range ints {
		p.Params = append(p.Params, Param{Node: evidentNode{}})
	}
	for range floats {
		p.Params = append(p.Params, Param{Node: &floatNode{size: 8}})
	}
	for i := range p.Params {
		p.Order = append(p.Order, i)
	}
	p.Settle()
	return p
}

// evidentNode is a word of which nothing is known but what it looks like: a small
// number, the address of a text, another address, or just bits. All results of
// 32 bits are numbers, so that those of one function are in one form; among
// arguments, big ones are bits.
type evidentNode struct{ result bool }

// hidden tells whether a call whose result is of a type that is not known has the
// address of its result in front of its arguments: then what stands where a number of
// 32 bits or less is passed is an address, and behind each of these is a number.
func (c *call) hidden() bool {
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

// isLong tells whether a register has more in it than a number of 32 bits.
func isLong(bits uint64) bool { return bits>>32 != 0 && int64(int32(bits)) != int64(bits) }

const (
	smallNumber = 1 << 16
	leastText   = 3 // bytes; less is found in any data
)

func (evidentNode) shape() shape { return shape{8, 8, false, integer} }

func (n evidentNode) word(c *call, bits uint64) event.Value {
	v := c.s.evident(bits)
	if i, ok := v.(event.Int); ok && n.result && bits <= math.MaxInt32 {
		i.Base = event.Decimal
		return i
	}
	return v
}

func (n evidentNode) load(c *call, b []byte, _ uint64) event.Value {
	return n.word(c, shape{size: 8}.number(c, b))
}

func (s *Source) evident(bits uint64) event.Value {
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

// place tells what lies at an address, if that is ever known.
func (s *Source) place(addr uint64) Place {
	if s.Place == nil {
		return Place{}
	}
	return s.Place(addr)
}

// inFile tells whether a place is in a file that is mapped, where short texts are.
func (p Place) inFile() bool {
	return p.Symbol != "" || p.Region != "" && p.Region != heap && p.Region != stack
}

const heap, stack = "heap", "stack" // as in Place.Region

// isText tells whether b is printable ASCII and white space, or such in UTF-8.
func isText(text string) bool {
	for _, r := range text {
		if r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f || r == 0xfffd {
			return false
		}
	}
	return text != ""
}

// Outline writes a guessed prototype in the language of prototypes, as that of a
// function called name.
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
	case p.More:
		params = append(params, "...")
	case len(params) == 0:
		params = []string{"void"}
	}
	return "guess(long) " + name + "(" + strings.Join(params, ", ") + ");\n"
}
