package proto

import (
	"plait/event"
	"plait/proto/decode"
	"plait/proto/syntax"
)

// builder returns the method that compiles a word with a syntax of its own, or nil if the
// word has none.
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
func (c *compiler) textual(t *syntax.Type) decode.Node {
	switch {
	case t.Word == "string" && len(t.Args) == 0:
		return c.text(t)
	case t.Word == "string" && len(t.Args) > 1:
		c.fail(t.At, "string of a type that is no text")
		return nil
	case t.Word != "string" && (t.Length != nil || len(t.Args) > 1):
		c.fail(t.At, "%s takes a type of text", t.Word)
		return nil
	}
	return c.wrap(t)
}

// text compiles a text that has a length.
func (c *compiler) text(t *syntax.Type) decode.Node {
	if len(t.Args) > 0 {
		c.fail(t.At, "%s takes no type", t.Word)
		return nil
	}
	var length *decode.Expr
	if t.Length != nil {
		length = c.expr(t.Length)
	}
	return decode.Text(t.Word, length, c.scope.arch)
}

func (c *compiler) buffer(t *syntax.Type) decode.Node {
	if t.Length == nil {
		c.fail(t.At, "buffer needs a length")
		return nil
	}
	return c.text(t)
}

// wrap compiles a word with a type in parentheses.
func (c *compiler) wrap(t *syntax.Type) decode.Node {
	if len(t.Args) != 1 {
		c.fail(t.At, "%s takes one type", t.Word)
		return nil
	}
	n := c.typ(t.Args[0])
	if n == nil {
		return nil
	}
	return c.checked(t.At, func() (decode.Node, error) { return decode.Wrap(t.Word, n, c.scope.arch) })
}

// checked returns what make returns. It reports an error of make at the place at.
func (c *compiler) checked(at syntax.Pos, make func() (decode.Node, error)) decode.Node {
	n, err := make()
	if err != nil {
		c.fail(at, "%v", err)
		return nil
	}
	return n
}

func (c *compiler) array(t *syntax.Type) decode.Node {
	elem := c.typ(t.Args[0])
	if elem == nil {
		return nil
	}
	return c.checked(t.At, func() (decode.Node, error) { return decode.Array(elem, c.expr(t.Length)) })
}

func (c *compiler) enum(t *syntax.Type) decode.Node {
	as := decode.Word("int", c.scope.arch)
	if t.Base != nil {
		if as = c.integer(t.At, t.Base, noWidth, "an enum"); as == nil {
			return nil
		}
	}
	return decode.Enum(as, event.Decimal, "", c.entries(t.Entries))
}

// Complaints about a word whose type is not an integer: about a word that takes its width
// from the type, and about a word that only formats integers.
const (
	noWidth   = "%s must be as wide as an integer type"
	noInteger = "%s in something that is no integer"
)

// integer compiles t, which must be an integer type, for the word what. complaint is the
// error if it is not.
func (c *compiler) integer(at syntax.Pos, t *syntax.Type, complaint, what string) decode.Node {
	n := c.typ(t)
	if n != nil && !decode.IsInteger(n) {
		c.fail(at, complaint, what)
		return nil
	}
	return n
}

// structure compiles struct(…), struct { … }, union(…) and union { … }.
func (c *compiler) structure(t *syntax.Type) decode.Node {
	n := decode.NewStruct(t.Word == "union")
	c.inlineStruct(n, t)
	return n
}

func (c *compiler) choice(t *syntax.Type) decode.Node {
	on := c.expr(t.On)
	var cases []decode.Case
	for _, arm := range t.Cases {
		cc := decode.Case{Dir: arm.Dir}
		if len(c.structs) > 0 {
			cc.Node = c.typ(arm.Type)
		} else {
			cc.Node = c.value(arm.Type)
		}
		if cc.Node == nil {
			return nil
		}
		for _, l := range arm.Labels {
			v, ok := c.operand(l).Value()
			if !ok {
				c.fail(l.At, "a case must be a constant")
			}
			cc.Nums = append(cc.Nums, v)
		}
		cases = append(cases, cc)
	}
	return decode.Choice(on, cases, c.scope.arch)
}

func (c *compiler) also(t *syntax.Type) decode.Node {
	a, b := c.value(t.Args[0]), c.value(t.Args[1])
	if a == nil || b == nil {
		return nil
	}
	return decode.Also(a, t.Label, b)
}

func (c *compiler) becomes(t *syntax.Type) decode.Node {
	a, b := c.value(t.Args[0]), c.value(t.Args[1])
	if a == nil || b == nil {
		return nil
	}
	return decode.Becomes(a, b)
}

func (c *compiler) after(t *syntax.Type) decode.Node {
	n := c.value(t.Args[0])
	if n == nil {
		return nil
	}
	return decode.After(n, t.Num.Num)
}

// bits compiles bits(T, FROM, COUNT).
func (c *compiler) bits(t *syntax.Type) decode.Node {
	n := c.typ(t.Args[0])
	if n == nil {
		return nil
	}
	if !decode.IsInteger(n) {
		c.fail(t.At, "bits of something that is no integer")
		return nil
	}
	from, count := t.Num.Num, t.Count.Num
	field := decode.Bits(n, from, count)
	if field == nil {
		c.fail(t.At, "bits from %d to %d", from, from+count)
	}
	return field
}
