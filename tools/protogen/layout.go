package main

// layout returns the size and alignment of a type, 0 if it has none or is not
// understood.
func (t *ctype) layout() (size, align int) {
	s := t.strip()
	switch s.kind {
	case boolean, integer, floating:
		return s.size, s.size
	case complexNumber:
		return s.size, s.size / 2
	case pointer:
		return 8, 8
	case enumeration:
		return 4, 4
	case vaList:
		return 24, 8
	case array:
		size, align = s.elem.layout()
		if s.size < 0 {
			return 0, align
		}
		return size * s.size, align
	case structure, union:
		return s.body.layout(s.kind == union)
	}
	return 0, 0
}

func (b *body) layout(union bool) (size, align int) {
	if !b.defined || b.odd || len(b.members) == 0 {
		return 0, 0
	}
	align = 1
	for _, m := range b.members {
		n, a := m.typ.layout()
		if n == 0 || a == 0 {
			return 0, 0
		}
		if b.packed {
			a = 1
		}
		align = max(align, a)
		if union {
			size = max(size, n)
		} else {
			size = roundUp(size, a) + n
		}
	}
	return roundUp(size, align), align
}

func roundUp(n, to int) int { return (n + to - 1) / to * to }
