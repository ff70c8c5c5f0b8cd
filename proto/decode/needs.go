package decode

import (
	"plait/event"
)

// Needs is what must be noted when a call begins and when it returns, so that it can be
// decoded later, without the tracee's memory: everything that Enter and Return look at.
type Needs struct {
	Words       int   // integer argument registers, from the first
	Stack       int   // eightbytes of the stack arguments, from the first
	Floats      bool  // lower halves of the vector argument registers
	Texts       []int // integer argument registers that point to text, of which the first bytes are needed; ascending
	Blocks      []Block
	ResultFloat bool // lower half of the vector result register
	ResultText  bool // first bytes of the text that the result points to
	Errno       bool // errno after a call that failed
	KeptErrno   bool // errno before the call
}

// A Block is memory that must be noted: of what register Reg points to the first Size bytes,
// or fewer if register Count-1 has a smaller number. Count may be 0: then it is Size.
type Block struct{ Reg, Size, Count int }

// A Keeping is how much can be noted of one call.
type Keeping struct {
	Text   int // bytes of each text
	Block  int // bytes of each block
	Stack  int // eightbytes of the stack arguments
	Limits Limits
	Heap   bool // HeapAfter is wanted
	Asked  bool // Source says what descriptors and processes are, which changes
}

// Needs returns what must be noted of a call of p, a library function. If that can't be
// known, or is more than k allows, it returns why not, in a few words.
func (p *Prototype) Needs(k Keeping) (n Needs, why string) {
	if why := p.beyondNotes(k); why != "" {
		return n, why
	}
	ints, vecs := p.hiddenArgs, 0
	for _, x := range p.Params {
		if x.Cond.dereferences() {
			return n, "a condition on memory"
		}
		needed := noted(x.Node, k)
		switch sh := x.Node.shape(); {
		case needed.why != "":
			return n, needed.why
		case sh.class == floating && vecs < p.Arch.VecArgs:
			vecs++
		case sh.class == integer && ints < p.Arch.IntArgs():
			if (needed.text || needed.block > 0) && x.Cond != nil {
				return n, onlySome
			}
			if needed.block > 0 {
				n.Blocks = append(n.Blocks, Block{ints, needed.block, p.countOf(needed.count)})
			}
			if needed.text {
				n.Texts = append(n.Texts, ints)
			}
			ints++
		case needed.text || needed.block > 0:
			return n, "a text whose address is on the stack"
		default:
			n.Stack++
		}
	}
	result := noted(p.Result, k)
	switch {
	case result.why != "":
		return n, result.why
	case result.block > 0:
		return n, "data that is not text"
	case n.Stack > k.Stack:
		return n, "many arguments on the stack"
	}
	n.Words, n.Floats = ints, vecs > 0
	n.ResultFloat, n.ResultText = p.Result.shape().class == floating, result.text
	n.Errno, n.KeptErrno = p.SetsErrno, p.SetsErrno && p.MayKeepErrno
	return n, ""
}

// beyondNotes returns why calls of p can't be decoded from notes, whatever the types of
// its parameters are; "" if nothing is against it.
func (p *Prototype) beyondNotes(k Keeping) string {
	u := p.Ambiguity
	switch {
	case p.GoCall:
		return "Go's calling convention"
	case p.Guess || p.ResultGuess:
		return "guessed from memory"
	case p.later:
		return "memory at the return"
	case p.varargs != noVarargs:
		return "variable arguments"
	case p.resultInMemory, p.Result == nil:
		return "a result in memory"
	case u != nil && (u.Result || u.Object):
		return "the places of arguments are unknown"
	case k.Heap && p.Heap != nil && p.Heap.measures():
		return "a block that is measured in memory"
	}
	return ""
}

// measures reports whether memory must be read to know a block.
func (h *Heap) measures() bool {
	return h.Block != nil && h.Size == nil || h.Block.dereferences() || h.Frees.dereferences() || h.Size.dereferences()
}

// dereferences reports whether e depends on memory that a parameter points to. A nil e
// does not.
func (e *Expr) dereferences() bool {
	return e != nil && (e.op == opDeref || e.x.dereferences() || e.y.dereferences())
}

// A notable is what must be noted to decode a value of some type: its word, and perhaps
// the text or so many bytes that it points to. Count, which may be nil, is how many bytes of
// these there are. Why says that this is not enough.
type notable struct {
	text  bool
	block int
	count *Expr
	why   string
}

const onlySome = "a text that only some calls have"

// countOf returns 1 + the register that holds count, 0 if none does, in the form of
// Block.Count: more bytes than there are may be noted, too.
func (p *Prototype) countOf(count *Expr) int {
	if count == nil || count.op != opArg || count.num >= uint64(len(p.Params)) {
		return 0
	}
	ints := p.hiddenArgs
	for i, x := range p.Params {
		sh := x.Node.shape()
		switch {
		case sh.class != integer:
		case uint64(i) == count.num && sh.size == 8 && ints < p.Arch.IntArgs():
			return 1 + ints
		default:
			ints++
		}
	}
	return 0
}

// noted returns what must be noted for a value of type n.
func noted(n Node, k Keeping) notable {
	switch n := n.(type) {
	case *textNode:
		return n.noted(k)
	case *atNode:
		return noted(n.Node, k)
	case *noteNode:
		return both(noted(n.Node, k), noted(n.extra, k))
	case *hiddenNode:
		return plain(n.shape())
	case *choiceNode:
		return n.noted(k)
	case *lensNode:
		if n.length != nil || !n.Plain {
			return notable{why: "memory behind an argument"}
		}
		return askedFor(n.shape(), n.Asks && k.Asked)
	case *streamNode:
		return askedFor(n.shape(), k.Asked)
	case *intNode:
		if n.base == event.Guess {
			return notable{why: "guessed from memory"}
		}
		return plain(n.sh)
	case *bitvecNode:
		return noted(n.Node, k)
	case *bitsNode:
		return noted(n.as, k)
	case voidNode:
		return notable{}
	case *floatNode, *addrNode, *enumNode, *flagsNode:
		return plain(n.shape())
	}
	return notable{why: "memory behind an argument"}
}

// plain is what must be noted for a value that is decoded from its word alone.
func plain(sh shape) notable {
	if sh.class != integer && sh.class != floating {
		return notable{why: "a value of several words"}
	}
	return notable{}
}

// askedFor is plain for a value that is described, if it is asked for what it stands for.
func askedFor(sh shape, asked bool) notable {
	if asked {
		return notable{why: "a descriptor or process that is described"}
	}
	return plain(sh)
}

// both returns what must be noted for two types of one value.
func both(a, b notable) notable {
	if a.why == "" {
		a.why = b.why
	}
	a.text = a.text || b.text
	if b.block > 0 {
		a.block, a.count = b.block, b.count
	}
	return a
}

// noted accepts only types that need the word alone: a text that only some calls have
// would be read in all.
func (n *choiceNode) noted(k Keeping) notable {
	if n.on.dereferences() {
		return notable{why: "a choice by memory"}
	}
	cases := n.cases
	if n.other != nil {
		cases = append(cases[:len(cases):len(cases)], *n.other)
	}
	for _, c := range cases {
		switch x := noted(c.Node, k); {
		case x.why != "":
			return x
		case x.text || x.block > 0:
			return notable{why: onlySome}
		}
	}
	return plain(n.sh)
}

// noted accepts text that ends at a NUL, of which no more is shown than can be kept.
// Decoding reads one byte more, where the NUL may be.
func (n *textNode) noted(k Keeping) notable {
	shown := min(limit(k.Limits.String, defaultString), MaxRead)
	switch {
	case n.inline:
		return notable{why: "a value of several words"}
	case n.unit != 1:
		return notable{why: "text of wide characters"}
	case n.path:
		return notable{why: "a path, which may be long"}
	case n.length.dereferences():
		return notable{why: "a length in memory"}
	case n.stop && !n.data && shown >= k.Text, (!n.stop || n.data) && shown >= k.Block:
		return notable{why: "longer texts than are kept"}
	case !n.stop || n.data:
		return n.notedData(shown + 1)
	}
	return notable{text: true}
}

// notedData accepts data whose length the arguments tell. Decoding reads at most size bytes.
func (n *textNode) notedData(size int) notable {
	if n.length == nil || !n.length.isKnownAtEnter() || n.length.usesMembers() {
		return notable{why: "data whose length is known later"}
	}
	return notable{block: size, count: n.length}
}

// usesMembers reports whether e depends on a member of a struct.
func (e *Expr) usesMembers() bool {
	return e != nil && (e.op == opMember || e.x.usesMembers() || e.y.usesMembers())
}
