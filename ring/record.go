package ring

// A Kind says what a record is about.
type Kind uint8

// The kinds of records.
const (
	Entered  Kind = 1
	Returned Kind = 2
)

// Offsets in a record, in bytes. The first word is the head (see [Head]).
const (
	At = 8  // time stamp counter
	SP = 16 // entered: address of the return address; returned: the stack pointer after it was popped

	Ret   = 24 // entered: return address
	Count = 32 // entered: the register that tells functions with variable arguments how many are in vector registers

	Result  = 24 // returned: first word of the result
	Result2 = 32 // returned: second word of the result
	Below   = 40 // returned: the word at SP-8, where the return address was

	// FlagsByte is the last byte of the head. Bit i tells that text i could not be read; the bits
	// of blocks follow those of texts. Then the last byte of the block's place tells how many of
	// its bytes were readable. Code of the traced program leaves the bits 0; plait sets them in
	// the ring.
	FlagsByte = 7
)

// Bounds of a record.
const (
	TextSize   = 48 // bytes of one text
	MaxArgs    = 6  // integer arguments in registers
	MaxStack   = 32 // words of the stack
	MaxTexts   = 8  // texts and blocks of a call, together
	MaxBlocks  = 4
	BlockSize  = 128 // bytes of one block, at most
	FloatRegs  = 8   // vector registers
	MaxWords   = enterFixed + MaxArgs + MaxStack + FloatRegs + 1 + (MaxTexts-MaxBlocks)*TextSize/8 + MaxBlocks*BlockSize/8
	enterFixed = 5
	leaveFixed = 6
)

// Enter says what the record of a call's begin has. ErrnoOffset is where errno is from the
// thread pointer, in bytes. Texts are arguments that point to text: numbers below MaxArgs are
// registers, MaxArgs+i is word i of the stack.
type Enter struct {
	Words       int // integer arguments in registers
	Stack       int // words of the stack behind the return address
	Floats      bool
	Errno       bool
	ErrnoOffset int64
	Texts       []int
	Blocks      []Block
}

// A Block is memory that an argument points to when a call begins. Where the pointer or the
// count is 0, nothing is copied.
type Block struct {
	Arg  int // integer register of the pointer
	Size int // bytes that are copied
	Len  int // 1 + integer register that has the count of bytes, of which Size are copied at most; 0: it is Size
}

// words is how many words of a record the block takes.
func (b Block) words() int { return (b.Size + 7) / 8 }

// ok reports whether no number is out of bounds.
func (b Block) ok() bool {
	return b.Arg >= 0 && b.Arg < MaxArgs && b.Len >= 0 && b.Len <= MaxArgs && b.Size > 0 && b.Size <= BlockSize
}

// Return says what the record of a call's end has. Text is that the result points to text.
type Return struct {
	Float       bool
	Errno       bool
	ErrnoOffset int64
	Text        bool
}

// A Layout says where things are in a record, in bytes from its begin. What the record does not
// have is at 0, where its head is. Words is the length of the record, in words of 8 bytes.
type Layout struct {
	Args   int
	Stack  int
	Floats int // low 8 bytes of each vector register; at a return of the first alone
	Errno  int
	Text   int // the first text; the others follow
	Block  int // the first block; see Enter.BlockAt
	Words  int
}

// Layout returns where things are in the record of a call's begin. It reports false if a number
// of e is out of bounds.
func (e Enter) Layout() (Layout, bool) {
	if e.Words < 0 || e.Words > MaxArgs || e.Stack < 0 || e.Stack > MaxStack || len(e.Blocks) > MaxBlocks || len(e.Texts)+len(e.Blocks) > MaxTexts {
		return Layout{}, false
	}
	blocks := 0
	for _, b := range e.Blocks {
		if !b.ok() {
			return Layout{}, false
		}
		blocks += b.words()
	}
	for _, n := range e.Texts {
		if n < 0 || n >= MaxArgs+MaxStack {
			return Layout{}, false
		}
	}
	p := place{words: enterFixed}
	l := Layout{Args: p.next(e.Words), Stack: p.next(e.Stack)}
	if e.Floats {
		l.Floats = p.next(FloatRegs)
	}
	if e.Errno {
		l.Errno = p.next(1)
	}
	l.Text = p.next(len(e.Texts) * TextSize / 8)
	l.Block = p.next(blocks)
	l.Words = p.words
	return l, true
}

// BlockOf returns what a record has of block i, whose pointer and count are in registers that
// register returns: the bytes at the pointer, as far as they could be read.
func (e Enter) BlockOf(r *Record, l Layout, i int, register func(int) uint64) []byte {
	b := e.Blocks[i]
	n := uint64(b.Size)
	if b.Len > 0 {
		n = min(n, register(b.Len-1))
	}
	place := r.Data[e.BlockAt(l, i):][:8*b.words()]
	switch {
	case register(b.Arg) == 0:
		n = 0
	case r.Unreadable(len(e.Texts) + i):
		n = min(n, uint64(place[len(place)-1]))
	}
	return place[:n]
}

// BlockAt returns where block i is in a record of that layout, in bytes.
func (e Enter) BlockAt(l Layout, i int) int {
	at := l.Block
	for _, b := range e.Blocks[:i] {
		at += 8 * b.words()
	}
	return at
}

// Layout returns where things are in the record of a call's end.
func (r Return) Layout() Layout {
	p := place{words: leaveFixed}
	l := Layout{}
	if r.Float {
		l.Floats = p.next(1)
	}
	if r.Errno {
		l.Errno = p.next(1)
	}
	if r.Text {
		l.Text = p.next(TextSize / 8)
	}
	l.Words = p.words
	return l
}

// place counts the words of a record.
type place struct{ words int }

// next returns the offset of n more words, or 0 if there are none.
func (p *place) next(n int) int {
	if n == 0 {
		return 0
	}
	at := 8 * p.words
	p.words += n
	return at
}

// Head returns the first word of a record of this length in words. id is what the maker of the
// code gave to the slot or return address.
func Head(kind Kind, id uint32, words int) uint64 {
	return uint64(id) | uint64(words)<<32 | uint64(kind)<<48
}
