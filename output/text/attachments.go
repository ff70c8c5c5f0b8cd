package text

import (
	"strconv"

	"plait/event"
)

// dumps writes the data that a call moved, 16 bytes a line.
func (p *Printer) dumps(dumps []event.Dump) {
	for i, d := range dumps {
		if d.Message > 0 && (i == 0 || dumps[i-1].Message != d.Message) {
			p.message(dumps[i:])
		}
		if d.Buffer >= 0 {
			p.line.str(" * ")
			p.line.int(int64(len(d.Data)))
			p.line.str(" bytes in buffer ")
			p.line.int(int64(d.Buffer))
			p.line.end()
		}
		for at := 0; at < len(d.Data); at += dumpWidth {
			p.line.dump(at, d.Data[at:min(at+dumpWidth, len(d.Data))])
		}
	}
}

// message writes the line before the data of one message: the message of the first of
// dumps.
func (p *Printer) message(dumps []event.Dump) {
	n := 1
	for n < len(dumps) && dumps[n].Message == dumps[0].Message {
		n++
	}
	p.line.str(" = ")
	p.line.int(int64(n))
	p.line.str(" buffers in vector ")
	p.line.int(int64(dumps[0].Message - 1))
	p.line.end()
}

// dumpWidth is how many bytes a line of a dump shows.
const dumpWidth = 16

// dump writes a line of a dump: offset, bytes in hexadecimal, bytes as text.
func (l *line) dump(at int, data []byte) {
	l.str(" | ")
	l.zeros(uint64(at), 5)
	l.byte(' ')
	for i := range dumpWidth {
		if i%8 == 0 {
			l.byte(' ')
		}
		if i < len(data) {
			l.zeros(uint64(data[i]), 2)
			l.byte(' ')
		} else {
			l.spaces(3)
		}
	}
	l.byte(' ')
	for _, c := range data {
		if c < 0x20 || c > 0x7e {
			c = '.'
		}
		l.byte(c)
	}
	l.spaces(dumpWidth - len(data))
	l.str(" |")
	l.end()
}

// zeros writes n in hexadecimal, padded with zeros to width.
func (l *line) zeros(n uint64, width int) {
	var b [16]byte
	digits := strconv.AppendUint(b[:0], n, 16)
	for range width - len(digits) {
		l.byte('0')
	}
	l.b = append(l.b, digits...)
}

// stack writes the stack of a call or of a signal, one line for each frame, indented like
// the line that it belongs to.
func (p *Printer) stack(h *event.Head, frames []event.Caller) {
	for i := range frames {
		p.indent(h.Depth)
		p.line.str(" > ")
		p.frame(&frames[i])
		p.line.end()
	}
}

func (p *Printer) frame(f *event.Caller) {
	l := &p.line
	if f.Object == "" {
		l.str("unexpected_backtracing_error [0x")
		l.uint(f.Addr, 16)
		l.byte(']')
		return
	}
	l.safe(f.Object)
	l.byte('(')
	if f.Symbol != "" {
		l.safe(p.names.show(f.Symbol))
		l.str("+0x")
		l.uint(f.Offset, 16)
	}
	l.str(") [0x")
	l.uint(f.File, 16)
	l.byte(']')
	if f.Source != "" {
		l.byte(' ')
		l.safe(f.Source)
		l.byte(':')
		l.int(int64(f.Line))
	}
}
