package proto

import (
	"plait/event"
	"plait/proto/syntax"
)

// builder returns what compiles a word with a syntax or meaning of its own; nil
// if there is nothing special about it.
func builder(word string) func(k *compiler, t *syntax.Type) node {
	switch word {
	case "string":
		return (*compiler).str
	case "wstring":
		return func(k *compiler, t *syntax.Type) node { return k.text(t, textNode{stop: true, unit: 4}) }
	case "path":
		return (*compiler).path
	case "format", "scanf", "wformat", "wscanf":
		return (*compiler).formatOf
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
	case "hide":
		return func(k *compiler, t *syntax.Type) node {
			return k.wrap(t, func(n node) node { return &hiddenNode{n} })
		}
	case "wide":
		return func(k *compiler, t *syntax.Type) node {
			return k.wrap(t, func(n node) node { return &ptrNode{n, 8} })
		}
	case "always":
		return func(k *compiler, t *syntax.Type) node {
			return k.wrap(t, func(n node) node { return &alwaysNode{n} })
		}
	case "at":
		return (*compiler).at
	case "bitvec":
		return func(k *compiler, t *syntax.Type) node { return k.wrap(t, bitvec) }
	case "pairs":
		return func(k *compiler, t *syntax.Type) node {
			return k.wrap(t, func(n node) node { return &pairsNode{n} })
		}
	case "sentinel":
		return func(k *compiler, t *syntax.Type) node {
			return k.wrap(t, func(n node) node { return &sentinelNode{n} })
		}
	}
	return simple(word)
}

// simple returns what compiles a word that stands alone.
func simple(word string) func(k *compiler, t *syntax.Type) node {
	switch word {
	case "void":
		return alone(func(*compiler) node { return voidNode{} })
	case "none":
		return alone(func(*compiler) node { return &hiddenNode{&addrNode{}} })
	case "evident":
		return alone(func(*compiler) node { return evidentNode{} })
	case "float":
		return alone(func(*compiler) node { return &floatNode{size: 4} })
	case "double":
		return alone(func(*compiler) node { return &floatNode{size: 8} })
	case "ldouble":
		return alone(func(*compiler) node { return &floatNode{size: 16} })
	case "float128", "_Float128", "__float128":
		return alone(func(*compiler) node { return quadNode{} })
	case "cfloat128":
		return alone(func(*compiler) node { return complexOf(quadNode{}) })
	case "cfloat":
		return alone(func(*compiler) node { return newComplex(4) })
	case "cdouble":
		return alone(func(*compiler) node { return newComplex(8) })
	case "cldouble":
		return alone(func(*compiler) node { return newComplex(16) })
	case "int128", "__int128", "__int128_t":
		return alone(func(*compiler) node { return &wideNode{signed: true} })
	case "uint128", "__uint128_t":
		return alone(func(*compiler) node { return &wideNode{} })
	case "addr64":
		return alone(func(k *compiler) node { return &addrNode{size: 8, align: k.align(8)} })
	case "addr":
		return alone(func(k *compiler) node { return &addrNode{size: k.ptr()} })
	case "file":
		return alone(func(k *compiler) node { return &streamNode{addrNode{size: k.ptr()}} })
	case "func":
		return alone(func(k *compiler) node { return &addrNode{size: k.ptr(), symbol: true} })
	case "strings":
		return alone(func(k *compiler) node { return newTexts(k.ptr(), false) })
	case "envp":
		return alone(func(k *compiler) node { return newTexts(k.ptr(), true) })
	case "system":
		return alone(func(k *compiler) node { return &systemNode{addrNode{size: k.ptr()}} })
	case "va_list":
		return alone(func(k *compiler) node { return &vaNode{addrNode{size: k.ptr()}} })
	}
	return nil
}

func alone(make func(k *compiler) node) func(*compiler, *syntax.Type) node {
	return func(k *compiler, t *syntax.Type) node {
		if len(t.Args) > 0 || t.Length != nil {
			k.fail(t.At, "%s takes neither a type nor a length", t.Word)
			return nil
		}
		return make(k)
	}
}

func (k *compiler) text(t *syntax.Type, n textNode) node {
	if len(t.Args) > 0 {
		k.fail(t.At, "%s takes no type", t.Word)
		return nil
	}
	n.ptr = k.ptr()
	if t.Length != nil {
		n.length = k.expr(t.Length)
	}
	return &n
}

// str compiles string, string[n] and string(T).
func (k *compiler) str(t *syntax.Type) node {
	if len(t.Args) == 0 {
		return k.text(t, textNode{stop: true, unit: 1})
	}
	n := k.typ(t.Args[0])
	if n == nil {
		return nil
	}
	if c, ok := n.(*intNode); ok && len(t.Args) == 1 && c.sh.size <= 4 {
		return wideCharacter(c) // ltrace.conf(5): of a number, a character
	}
	text := asText(n)
	if text == nil || len(t.Args) != 1 {
		k.fail(t.At, "string of a type that is no text")
		return nil
	}
	return text
}

// wideCharacter is an integer that is a character.
func wideCharacter(n *intNode) node {
	base := event.WideChar
	if n.sh.size == 1 {
		base = event.Char
	}
	return &intNode{n.sh, base}
}

// formatOf compiles format, and format(T) of a text T.
func (k *compiler) formatOf(t *syntax.Type) node {
	n := newFormat(t.Word, k.ptr())
	if t.Length != nil || len(t.Args) > 1 {
		k.fail(t.At, "%s takes a type of text", t.Word)
		return nil
	}
	if len(t.Args) == 0 {
		return n
	}
	arg := k.typ(t.Args[0])
	if arg == nil {
		return nil
	}
	text, ok := asText(arg).(*textNode)
	if !ok || text.inline {
		k.fail(t.At, "%s of a type that is no text", t.Word)
		return nil
	}
	n.text.unit = text.unit
	return n
}

// asText is n seen as text: an array of characters, or a pointer to them.
func asText(n node) node {
	switch n := n.(type) {
	case *textNode:
		return n
	case *arrayNode:
		unit := n.elem.shape()
		if unit.class != integer || unit.size > 4 || unit.size == 0 || unit.size == 3 {
			return nil
		}
		return &textNode{length: n.length, stop: n.stop || n.length == nil, unit: unit.size, inline: true, count: n.count, ptr: 8}
	case *ptrNode:
		if a, ok := n.elem.(*arrayNode); ok {
			text, _ := asText(a).(*textNode)
			if text == nil {
				return nil
			}
			text.inline, text.ptr = false, n.size
			if text.length == nil && text.count > 0 {
				text.length = &code{op: syntax.OpInt, num: uint64(text.count)}
			}
			return text
		}
		if unit := n.elem.shape(); unit.class == integer && (unit.size == 1 || unit.size == 2 || unit.size == 4) {
			return &textNode{stop: true, unit: unit.size, ptr: n.size}
		}
	}
	return nil
}

func (k *compiler) buffer(t *syntax.Type) node {
	if t.Length == nil {
		k.fail(t.At, "buffer needs a length")
		return nil
	}
	return k.text(t, textNode{unit: 1})
}

func (k *compiler) path(t *syntax.Type) node {
	return k.text(t, textNode{stop: t.Length == nil, unit: 1, path: true})
}

func (k *compiler) array(t *syntax.Type) node {
	n := &arrayNode{elem: k.typ(t.Args[0])}
	if n.elem == nil {
		return nil
	}
	if s, ok := n.elem.(*structNode); ok && !s.done {
		k.fail(t.At, "an array inside of its own element")
		return nil
	}
	n.stop = t.Length.Op == syntax.OpZero
	length := k.expr(t.Length)
	if length.op == syntax.OpInt && !n.stop {
		if length.num > maxRead || n.elem.shape().size*int(length.num) > maxRead {
			k.fail(t.At, "an array of more than %d bytes", maxRead)
			return nil
		}
		n.count = int(length.num)
		return n
	}
	n.length = length
	return n
}

func (k *compiler) enum(t *syntax.Type) node {
	sh := shape{4, 4, true, integer}
	if t.Base != nil {
		n := k.typ(t.Base)
		if n == nil {
			return nil
		}
		if sh = n.shape(); !isInteger(n) {
			k.fail(t.At, "an enum must be as wide as an integer type")
			return nil
		}
	}
	return newEnum(sh, event.Decimal, "", k.entries(t.Entries))
}

// isInteger tells whether n is a number, perhaps with names.
func isInteger(n node) bool {
	switch n.(type) {
	case *intNode, *enumNode, *flagsNode:
		return true
	}
	return false
}

func (k *compiler) structure(t *syntax.Type) node {
	n := &structNode{}
	k.inlineStruct(n, t)
	return n
}

func (k *compiler) wrap(t *syntax.Type, wrap func(n node) node) node {
	if len(t.Args) != 1 {
		k.fail(t.At, "%s takes one type", t.Word)
		return nil
	}
	n := k.typ(t.Args[0])
	if n == nil {
		return nil
	}
	return wrap(n)
}

// bitvec goes through pointers to what they point to.
func bitvec(n node) node {
	if p, ok := n.(*ptrNode); ok {
		return &ptrNode{bitvec(p.elem), p.size}
	}
	if a, ok := n.(*arrayNode); ok && a.length != nil {
		return manyBits{a}
	}
	return &bitvecNode{n}
}

func (k *compiler) choice(t *syntax.Type) node {
	n := &choiceNode{on: k.expr(t.On)}
	for _, c := range t.Cases {
		cc := choiceCase{dir: c.Dir}
		if len(k.structs) > 0 {
			cc.node = k.typ(c.Type)
		} else {
			cc.node = k.value(c.Type)
		}
		if cc.node == nil {
			return nil
		}
		for _, l := range c.Labels {
			code := k.operand(l)
			v, ok := code.eval(&call{})
			if !ok {
				k.fail(l.At, "a case must be a constant")
			}
			cc.nums = append(cc.nums, v)
		}
		n.add(cc)
	}
	if n.sh.size == 0 {
		n.sh = shape{k.ptr(), k.ptr(), false, integer}
	}
	return n
}

// add appends a case; the choice is as large as its largest one.
func (n *choiceNode) add(c choiceCase) {
	if len(c.nums) == 0 {
		n.other = &c
	} else {
		n.cases = append(n.cases, c)
	}
	sh := c.node.shape()
	if sh.class == compound {
		n.sh.class = compound
	}
	if sh.size > n.sh.size {
		n.sh.size, n.sh.signed = sh.size, sh.signed
	}
	n.sh.align = max(n.sh.align, sh.align)
}

func (k *compiler) also(t *syntax.Type) node {
	a, b := k.value(t.Args[0]), k.value(t.Args[1])
	if a == nil || b == nil {
		return nil
	}
	return &noteNode{a, t.Label, b}
}
