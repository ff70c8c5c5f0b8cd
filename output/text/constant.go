package text

import (
	"strings"

	"plait/event"
)

// number returns a value of C's type int.
func number(n int) event.Int {
	return event.Int{Bits: uint64(int64(n)), Size: 4, Signed: true}
}

func (l *line) name(v event.Name, k *look) {
	if v.Name != "" && k.form == ConstAbbrev {
		l.constant(v.Name)
		return
	}
	l.integer(v.Int, k)
	if v.Name == "" {
		l.want(v.Want, k)
	} else if k.comments {
		l.comment(v.Name)
	}
}

// constant writes the name of a number.
func (l *line) constant(name string) {
	l.tint(constTint)
	l.safe(name)
	l.plain()
}

// macro writes the call of a macro, or the bytes that it makes.
func (l *line) macro(v event.Verbatim, k *look) {
	if v.Data == "" || k.form == ConstAbbrev {
		l.macroCall(v)
		return
	}
	if v.Into != "" {
		l.safe(v.Into)
		l.byte('=')
	}
	l.hexQuoted(v.Data)
	if k.comments {
		l.comment(v.Text)
	}
}

func (l *line) macroCall(v event.Verbatim) {
	if v.Into == "" {
		l.safe(v.Text)
		return
	}
	l.safe(strings.TrimSuffix(v.Text, ")"))
	l.str(", &")
	l.safe(v.Into)
	l.byte(')')
}

// want writes what kind of name a number was expected to have.
func (l *line) want(what string, k *look) {
	if k.comments && what != "" {
		l.comment(what)
	}
}

func (l *line) comment(s string) {
	l.tint(commentTint)
	l.str(" /* ")
	l.safe(s)
	l.str(" */")
	l.plain()
}

func (l *line) flags(v event.Flags, k *look) {
	if k.form == ConstAbbrev {
		l.flagNames(v, k)
		return
	}
	if v.Enum != nil {
		l.flagsWithEnum(v, k)
		return
	}
	l.bits(v, v.Bits)
	switch {
	case !k.comments:
	case len(v.Names) > 0:
		l.str(" /* ")
		l.flagNames(v, k)
		l.str(" */")
	case v.Bits != 0:
		l.want(v.Want, k)
	}
}

// flagsWithEnum writes a set of bits and, before or after it, the enumeration that is in
// the same word.
func (l *line) flagsWithEnum(v event.Flags, k *look) {
	part, rest := *v.Enum, v
	rest.Enum = nil
	rest.Bits &^= part.Int.Bits
	first := len(v.Names) > 0 && v.Names[0] == part.Name
	if first {
		rest.Names = v.Names[1:]
	} else {
		rest.Names = v.Names[:max(0, len(v.Names)-1)]
	}
	switch {
	case rest.Bits == 0:
		l.name(part, k)
	case first:
		l.name(part, k)
		l.byte('|')
		l.flags(rest, k)
	default:
		l.flags(rest, k)
		l.byte('|')
		l.name(part, k)
	}
}

// flagNames writes the names of the bits in a set. Bits without a name are written as one
// number.
func (l *line) flagNames(v event.Flags, k *look) {
	l.tint(constTint)
	for i, name := range v.Names {
		if i > 0 {
			l.byte('|')
		}
		l.safe(name)
	}
	l.plain()
	// A file mode always shows its permissions, even if there are none.
	if v.Rest == 0 && len(v.Names) > 0 && v.Base != event.Octal {
		return
	}
	if len(v.Names) > 0 {
		l.byte('|')
	}
	l.bits(v, v.Rest)
	if v.Rest != 0 && (len(v.Names) == 0 || len(v.Names) == 1 && v.Enum != nil) {
		l.want(v.Want, k)
	}
}

// bits writes some bits of a set as a number.
func (l *line) bits(v event.Flags, word uint64) {
	l.tint(l.number)
	defer l.plain()
	if v.Base == event.Octal {
		l.octal(word, systemLook.digits)
		return
	}
	l.hex(word)
}
