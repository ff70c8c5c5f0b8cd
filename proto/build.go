package proto

import (
	"plait/event"
	"plait/proto/decode"
	"plait/proto/syntax"
)

// builder returns what compiles a word with a syntax of its own; nil if there is
// nothing special about it.
func builder(word string) func(k *compiler, t *syntax.Type) decode.Node {
	switch word {
	case "string", "format", "scanf", "wformat", "wscanf":
		return (*compiler).textual
	case "wstring", "path":
		return (*compiler).text
	case "buffer":
		return (*compiler).buffer
	case "array":
		return (*compiler).array
	case "enum":
		return (*compiler).enum
	case "struct", "union":
		return (*compiler).structure
	case "switch":
		return (*compiler).choice
	case "also":
		return (*compiler).also
	case "becomes":
		return (*compiler).becomes
	case "after":
		return (*compiler).after
	case "bits":
		return (*compiler).bits
	case "hide", "wide", "always", "at", "bitvec", "pairs", "sentinel":
		return (*compiler).wrap
	}
	return nil
}

// textual compiles a text, which may have a length, or a type in parentheses.
func (k *compiler) textual(t *syntax.Type) decode.Node {
	switch {
	case t.Word == "string" && len(t.Args) == 0:
		return k.text(t)
	case t.Word == "string" && len(t.Args) > 1:
		k.fail(t.At, "string of a type that is no text")
		return nil
	case t.Word != "string" && (t.Length != nil || len(t.Args) > 1):
		k.fail(t.At, "%s takes a type of text", t.Word)
		return nil
	}
	return k.wrap(t)
}

// text compiles a text of a length.
func (k *compiler) text(t *syntax.Type) decode.Node {
	if len(t.Args) > 0 {
		k.fail(t.At, "%s takes no type", t.Word)
		return nil
	}
	var length *decode.Expr
	if t.Length != nil {
		length = k.expr(t.Length)
	}
	return decode.Text(t.Word, length, k.scope.arch)
}

func (k *compiler) buffer(t *syntax.Type) decode.Node {
	if t.Length == nil {
		k.fail(t.At, "buffer needs a length")
		return nil
	}
	return k.text(t)
}

// wrap compiles a word with a type in parentheses.
func (k *compiler) wrap(t *syntax.Type) decode.Node {
	if len(t.Args) != 1 {
		k.fail(t.At, "%s takes one type", t.Word)
		return nil
	}
	n := k.typ(t.Args[0])
	if n == nil {
		return nil
	}
	return k.checked(t.At, func() (decode.Node, error) { return decode.Wrap(t.Word, n, k.scope.arch) })
}

// checked is what make makes, unless that is an error, which is said of the place at.
func (k *compiler) checked(at syntax.Pos, make func() (decode.Node, error)) decode.Node {
	n, err := make()
	if err != nil {
		k.fail(at, "%v", err)
		return nil
	}
	return n
}

func (k *compiler) array(t *syntax.Type) decode.Node {
	elem := k.typ(t.Args[0])
	if elem == nil {
		return nil
	}
	return k.checked(t.At, func() (decode.Node, error) { return decode.Array(elem, k.expr(t.Length)) })
}

func (k *compiler) enum(t *syntax.Type) decode.Node {
	as := decode.Word("int", k.scope.arch)
	if t.Base != nil {
		if as = k.integer(t.At, t.Base, "an enum"); as == nil {
			return nil
		}
	}
	return decode.Enum(as, event.Decimal, "", k.entries(t.Entries))
}

// integer compiles the type that gives what is made of it its width.
func (k *compiler) integer(at syntax.Pos, t *syntax.Type, what string) decode.Node {
	n := k.typ(t)
	if n != nil && !decode.IsInteger(n) {
		k.fail(at, "%s must be as wide as an integer type", what)
		return nil
	}
	return n
}

// structure compiles struct(…), struct { … } and the same of union.
func (k *compiler) structure(t *syntax.Type) decode.Node {
	n := decode.NewStruct(t.Word == "union")
	k.inlineStruct(n, t)
	return n
}

func (k *compiler) choice(t *syntax.Type) decode.Node {
	on := k.expr(t.On)
	var cases []decode.Case
	for _, c := range t.Cases {
		cc := decode.Case{Dir: c.Dir}
		if len(k.structs) > 0 {
			cc.Node = k.typ(c.Type)
		} else {
			cc.Node = k.value(c.Type)
		}
		if cc.Node == nil {
			return nil
		}
		for _, l := range c.Labels {
			v, ok := k.operand(l).Value()
			if !ok {
				k.fail(l.At, "a case must be a constant")
			}
			cc.Nums = append(cc.Nums, v)
		}
		cases = append(cases, cc)
	}
	return decode.Choice(on, cases, k.scope.arch)
}

func (k *compiler) also(t *syntax.Type) decode.Node {
	a, b := k.value(t.Args[0]), k.value(t.Args[1])
	if a == nil || b == nil {
		return nil
	}
	return decode.Also(a, t.Label, b)
}

func (k *compiler) becomes(t *syntax.Type) decode.Node {
	a, b := k.value(t.Args[0]), k.value(t.Args[1])
	if a == nil || b == nil {
		return nil
	}
	return decode.Becomes(a, b)
}

func (k *compiler) after(t *syntax.Type) decode.Node {
	n := k.value(t.Args[0])
	if n == nil {
		return nil
	}
	return decode.After(n, t.Num.Num)
}

// bits compiles bits(T, FROM, COUNT).
func (k *compiler) bits(t *syntax.Type) decode.Node {
	n := k.typ(t.Args[0])
	if n == nil {
		return nil
	}
	if !decode.IsInteger(n) {
		k.fail(t.At, "bits of something that is no integer")
		return nil
	}
	from, count := t.Num.Num, t.Count.Num
	field := decode.Bits(n, from, count)
	if field == nil {
		k.fail(t.At, "bits from %d to %d", from, from+count)
	}
	return field
}
