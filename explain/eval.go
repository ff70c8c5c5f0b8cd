package explain

import (
	"slices"
	"strings"

	"plait/event"
	"plait/proto"
	"plait/proto/syntax"
)

// holds reports whether a condition is known to be true.
func (x *subject) holds(cond *syntax.Expr) bool {
	if cond == nil {
		return true
	}
	n, known := x.number(cond)
	return known && n != 0
}

// number computes an expression. It returns false if a value in it is not known.
func (x *subject) number(e *syntax.Expr) (n uint64, known bool) {
	switch e.Op {
	case syntax.OpInt:
		return e.Num, true
	case syntax.OpName, syntax.OpArg, syntax.OpResult, syntax.OpDeref:
		return x.named(e)
	case syntax.OpFails:
		return x.truth(x.fails(e.Names))
	case syntax.OpIn:
		return x.truth(x.inside(e.Names))
	case syntax.OpMakes:
		return bit(x.frame.made.has(e.Names)), x.whole && x.s.o.Kernel
	case syntax.OpLength:
		return x.length(e.X)
	case syntax.OpNot:
		n, known = x.number(e.X)
		return bit(n == 0), known
	case syntax.OpBoth:
		return bit(x.holds(e.X) && x.holds(e.Y)), true
	case syntax.OpEither:
		return bit(x.holds(e.X) || x.holds(e.Y)), true
	}
	if e.X == nil || e.Y == nil {
		return 0, false
	}
	if e.Y.Op == syntax.OpText {
		return x.compared(e)
	}
	a, known := x.number(e.X)
	b, known2 := x.number(e.Y)
	n, defined := operate(e.Op, a, b)
	return n, known && known2 && defined
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func (x *subject) truth(b bool) (uint64, bool) { return bit(b), true }

// operate computes an operator with two operands, as docs/PROTOTYPES.md has them.
func operate(op syntax.Op, a, b uint64) (uint64, bool) {
	switch op {
	case syntax.OpAdd:
		return a + b, true
	case syntax.OpSub:
		return a - b, true
	case syntax.OpOr:
		return a | b, true
	case syntax.OpMul:
		return a * b, true
	case syntax.OpDiv:
		return a / max(b, 1), b != 0
	case syntax.OpAnd:
		return a & b, true
	case syntax.OpShift:
		return a >> (b & 63), true
	case syntax.OpMin:
		return min(a, b), true
	case syntax.OpEqual:
		return bit(a == b), true
	case syntax.OpUnequal:
		return bit(a != b), true
	case syntax.OpLess:
		return bit(int64(a) < int64(b)), true
	case syntax.OpGreater:
		return bit(int64(a) > int64(b)), true
	case syntax.OpAtMost:
		return bit(int64(a) <= int64(b)), true
	case syntax.OpAtLeast:
		return bit(int64(a) >= int64(b)), true
	}
	return 0, false
}

// fails reports whether the call failed, by one of some errors if there are any.
func (x *subject) fails(errors []string) bool {
	if !x.e.Call.Failed || x.e.Outcome != event.Returned {
		return false
	}
	return len(errors) == 0 || slices.Contains(errors, x.errno().Name)
}

// maxAround is how many calls around one are looked at.
const maxAround = 64

// inside reports whether a call around this one is one of those.
func (x *subject) inside(names []string) bool {
	for i := x.t.Len() - 1; i >= max(0, x.t.Len()-maxAround); i-- {
		for _, name := range proto.Spellings(x.t.At(i).name) {
			if slices.Contains(names, name) {
				return true
			}
		}
	}
	return false
}

// compared compares a value with a string, which may end in * for any rest.
func (x *subject) compared(e *syntax.Expr) (uint64, bool) {
	v, known := x.value(e.X)
	if !known {
		return 0, false
	}
	text, known := word(v)
	prefix, any := strings.CutSuffix(e.Y.Text, "*")
	same := text == e.Y.Text || any && strings.HasPrefix(text, prefix)
	return bit(same == (e.Op == syntax.OpEqual)), known && (e.Op == syntax.OpEqual || e.Op == syntax.OpUnequal)
}

// word returns a value that is a text or a name.
func word(v event.Value) (string, bool) {
	switch v := v.(type) {
	case event.Str:
		return v.Text, true
	case event.Name:
		return v.Name, v.Name != ""
	case event.Verbatim:
		return v.Text, true
	case event.Flags:
		return strings.Join(v.Names, "|"), v.Rest == 0
	case event.Pointer:
		return v.Symbol, v.Symbol != ""
	case event.List:
		return whole(v)
	}
	return "", false
}

// whole returns "all" for a set of everything and "none" for an empty one, and the word of a
// list of just one.
func whole(set event.List) (string, bool) {
	switch {
	case len(set.Items) == 1 && !set.Set && !set.Cut:
		return word(set.Items[0])
	case len(set.Items) > 0 || !set.Set:
		return "", false
	case set.Not:
		return "all", true
	}
	return "none", true
}

// length returns how many bytes a text has, or how many elements a list.
func (x *subject) length(e *syntax.Expr) (uint64, bool) {
	v, _ := x.value(e)
	switch v := v.(type) {
	case event.Str:
		return uint64(len(v.Text)), !v.Cut && !v.Wide
	case event.List:
		return uint64(len(v.Items)), !v.Cut && !v.Not && v.Rest == 0
	}
	return 0, false
}

// named returns the number that a name stands for: an argument, the result, a fact or a
// constant.
func (x *subject) named(e *syntax.Expr) (uint64, bool) {
	if v, known := x.value(e); known {
		return numberOf(v)
	}
	if e.Op != syntax.OpName {
		return 0, false
	}
	if n, known := x.fact(e.Text); known {
		return n, true
	}
	return x.about.Constant(e.Text)
}

// fact returns what was found out about the call.
func (x *subject) fact(name string) (uint64, bool) {
	switch name {
	case proto.FactSyscalls:
		return uint64(x.frame.syscalls), x.whole && x.s.o.Kernel
	case proto.FactMoved:
		return x.process.moved(x.e)
	}
	return 0, false
}

// value returns the value that an expression names.
func (x *subject) value(e *syntax.Expr) (event.Value, bool) {
	switch e.Op {
	case syntax.OpResult:
		return settled(x.e.Result), x.succeeded() && x.e.Result != nil
	case syntax.OpArg:
		if i := int(e.Num) - 1; i >= 0 && i < len(x.e.Call.Args) {
			return known(x.e.Call.Args[i].Value)
		}
		return nil, false
	case syntax.OpName, syntax.OpDeref:
		name, member, dotted := strings.Cut(e.Text, ".")
		if dotted {
			return x.member(name, member)
		}
		return x.argument(name)
	}
	return nil, false
}

// member returns a member of an argument that is a struct. Of one that the call has changed,
// the trace may have only the changed members anew.
func (x *subject) member(name, member string) (event.Value, bool) {
	if name == proto.FactResult {
		return memberOf(settled(x.e.Result), member)
	}
	for i := range x.e.Call.Args {
		a := &x.e.Call.Args[i]
		if a.Name != name {
			continue
		}
		if v, ok := memberOf(settled(a.Value), member); ok {
			return v, true
		}
		if c, changed := a.Value.(event.Change); changed {
			return memberOf(settled(c.Before), member)
		}
	}
	return nil, false
}

func (x *subject) argument(name string) (event.Value, bool) {
	for i := range x.e.Call.Args {
		if a := &x.e.Call.Args[i]; a.Name == name {
			return known(a.Value)
		}
	}
	return nil, false
}

// known returns a value without what stands around it, and whether it is one.
func known(v event.Value) (event.Value, bool) {
	v = settled(v)
	switch v.(type) {
	case nil, event.Pending, event.Unreadable:
		return nil, false
	}
	return v, true
}

// settled returns what a value was changed to, or leads to.
func settled(v event.Value) event.Value {
	for range 4 { // a recording may nest anything
		switch w := v.(type) {
		case event.Change:
			v = w.After
		case event.Pointee:
			v = w.Value
		case event.Note:
			v = w.Value
		case *event.Record:
			return *w
		default:
			return v
		}
	}
	return nil
}

// memberOf returns a member of a struct.
func memberOf(v event.Value, name string) (event.Value, bool) {
	name, rest, dotted := strings.Cut(name, ".")
	r, ok := v.(event.Record)
	if !ok {
		return nil, false
	}
	for _, f := range r.Fields {
		if f.Name != name {
			continue
		}
		if v, ok = known(f.Value); ok && dotted {
			return memberOf(v, rest)
		}
		return v, ok
	}
	return nil, false
}

// numberOf returns a value as a number: what is more than a number is not 0.
func numberOf(v event.Value) (uint64, bool) {
	switch v := v.(type) {
	case event.Int:
		return v.Bits, true
	case event.Name:
		return v.Int.Bits, true
	case event.Flags:
		return v.Bits, true
	case event.FD:
		return uint64(v.Num), true
	case event.PID:
		return uint64(v.Num), true
	case event.Pointer:
		return v.Addr, true
	case event.List:
		if len(v.Items) == 1 && !v.Set && !v.Cut {
			return numberOf(v.Items[0])
		}
		return 1, true
	case event.Str, event.Record, event.Verbatim:
		return 1, true
	}
	return 0, false
}
