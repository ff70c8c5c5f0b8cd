package recording

import (
	"errors"

	"google.golang.org/protobuf/encoding/protowire"
)

// A codec writes messages or reads them. The functions that describe messages call its
// methods for each field in turn: to write, a method appends its field; to read, they are
// called once for each field of the input, and the method with its number takes it.
type codec struct {
	encoding bool
	buf      []byte // encoding: the message so far
	num      protowire.Number
	typ      protowire.Type
	n        uint64 // decoding: the field, if it is a number
	b        []byte // decoding: the field, if it is anything else
	depth    int    // of values in values
	err      error  // decoding: the first one

	*tables
}

// errWire is the error of input that is no protobuf message, or not one of ours.
var errWire = errors.New("not in the wire format")

// fail notes an error of the input; what follows is not read.
func (c *codec) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// each reads a message: fields is called for each of its fields.
func (c *codec) each(b []byte, fields func()) {
	for len(b) > 0 && c.err == nil {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			c.fail(errWire)
			return
		}
		b = b[n:]
		switch typ {
		case protowire.VarintType:
			c.n, n = protowire.ConsumeVarint(b)
			c.b = nil
		case protowire.BytesType:
			c.b, n = protowire.ConsumeBytes(b)
		default:
			n = protowire.ConsumeFieldValue(num, typ, b)
			num = 0 // none of ours has another type
		}
		if n < 0 {
			c.fail(errWire)
			return
		}
		b = b[n:]
		if c.num, c.typ = num, typ; num != 0 {
			fields()
		}
	}
	c.num = 0 // the field that was this message is done
}

// isNumber reports whether the field that is being read is number num.
func (c *codec) isNumber(num protowire.Number) bool {
	return c.num == num && c.typ == protowire.VarintType
}

// isBytes reports whether the field that is being read is number num and has a length.
func (c *codec) isBytes(num protowire.Number) bool {
	return c.num == num && c.typ == protowire.BytesType
}

// put appends a field that is a number, even 0.
func (c *codec) put(num protowire.Number, n uint64) {
	if num < 16 && n < 0x80 { // nearly always: a byte each
		c.buf = append(c.buf, byte(num<<3)|byte(protowire.VarintType), byte(n))
		return
	}
	c.buf = protowire.AppendVarint(protowire.AppendTag(c.buf, num, protowire.VarintType), n)
}

// uint is a field of type uint64. One that is 0 is left out, as all fields below.
func (c *codec) uint(num protowire.Number, p *uint64) {
	if c.encoding {
		if *p != 0 {
			c.put(num, *p)
		}
	} else if c.isNumber(num) {
		*p = c.n
	}
}

// sint is a field of type sint64.
func (c *codec) sint(num protowire.Number, p *int64) {
	n := protowire.EncodeZigZag(*p)
	c.uint(num, &n)
	*p = protowire.DecodeZigZag(n)
}

// int is a field of type sint64.
func (c *codec) int(num protowire.Number, p *int) {
	n := int64(*p)
	c.sint(num, &n)
	*p = int(n)
}

// bits is a field of type sint64 that holds 64 bits: few bytes if they are those of a
// number near 0.
func (c *codec) bits(num protowire.Number, p *uint64) {
	n := int64(*p)
	c.sint(num, &n)
	*p = uint64(n)
}

// bool is a field of type bool.
func (c *codec) bool(num protowire.Number, p *bool) {
	if c.encoding {
		if *p {
			c.put(num, 1)
		}
	} else if c.isNumber(num) {
		*p = c.n != 0
	}
}

// enum is a field of a type with the values 0 to last. To outputs, any other would be a
// mistake of plait's own; it is read as 0.
func enum[T ~uint8](c *codec, num protowire.Number, p *T, last T) {
	if c.encoding {
		if *p != 0 {
			c.put(num, uint64(*p))
		}
	} else if c.isNumber(num) {
		*p = 0
		if c.n <= uint64(last) {
			*p = T(c.n)
		}
	}
}

// bytes is a field of type bytes.
func (c *codec) bytes(num protowire.Number, p *[]byte) {
	if c.encoding {
		if len(*p) != 0 {
			c.buf = protowire.AppendBytes(protowire.AppendTag(c.buf, num, protowire.BytesType), *p)
		}
	} else if c.isBytes(num) {
		*p = append([]byte(nil), c.b...)
	}
}

// text is a field of type bytes that holds text, which need not be UTF-8.
func (c *codec) text(num protowire.Number, p *string) {
	if c.encoding {
		if *p != "" {
			c.putText(num, *p)
		}
	} else if c.isBytes(num) {
		*p = string(c.b)
	}
}

func (c *codec) putText(num protowire.Number, s string) {
	c.buf = protowire.AppendString(protowire.AppendTag(c.buf, num, protowire.BytesType), s)
}

// texts is a repeated field of type bytes.
func (c *codec) texts(num protowire.Number, p *[]string) {
	if c.encoding {
		for _, s := range *p {
			c.putText(num, s)
		}
	} else if c.isBytes(num) {
		*p = append(*p, string(c.b))
	}
}

// message is a field that is a message; to write it, it must be present.
func (c *codec) message(num protowire.Number, present bool, fields func()) {
	if !c.encoding {
		if c.isBytes(num) {
			c.each(c.b, fields)
		}
	} else if present {
		at := c.begin(num)
		fields()
		c.end(at)
	}
}

// begin begins a message inside a message. Its length, which end writes, is not known
// yet: most are below 128 bytes and need one byte.
func (c *codec) begin(num protowire.Number) (at int) {
	if num < 16 {
		c.buf = append(c.buf, byte(num<<3)|byte(protowire.BytesType), 0)
	} else {
		c.buf = append(protowire.AppendTag(c.buf, num, protowire.BytesType), 0)
	}
	return len(c.buf)
}

// end ends the message that begin began.
func (c *codec) end(at int) {
	n := uint64(len(c.buf) - at)
	if n < 0x80 {
		c.buf[at-1] = byte(n)
		return
	}
	more := protowire.SizeVarint(n) - 1
	c.buf = append(c.buf, make([]byte, more)...)
	copy(c.buf[at+more:], c.buf[at:])
	protowire.AppendVarint(c.buf[:at-1], n)
}

// count returns how many fields with number num the message b has.
func count(b []byte, num protowire.Number) (n int) {
	for len(b) > 0 {
		field, _, size := protowire.ConsumeField(b)
		if size < 0 {
			return n
		}
		if field == num {
			n++
		}
		b = b[size:]
	}
	return n
}
