package callstack

import (
	"encoding/binary"
	"slices"
	"strconv"
	"time"

	"plait/arch"
	"plait/event"
	"plait/proto/decode"
)

// Only the innermost frames of a stack are used often. Those further out are kept in
// blocks. A block stores once what calls of one function from one place have in common. A
// call shares a value with the call before if it is the same. A number is stored as its
// difference from the same number of another frame, which is small.

// blockSize is how many frames are coded or decoded at a time. Up to twice as many are
// kept whole. With fewer, one call could code a block, and its return would decode it
// again.
const blockSize = 1024

// A common holds what calls of one function from one place have in common.
type common struct {
	kind                           event.CallKind
	object, from, name, version    string
	main, guess, more, resultGuess bool
	addr                           uint64
	proto                          *decode.Prototype
	params                         *[]event.Arg
}

// A block is blockSize frames.
type block struct {
	frames  [blockSize]entry
	first   [numbers]uint64 // of the first frame
	numbers []byte          // of all frames, as distances to first; addresses of arguments and argument words follow
	values  []event.Value   // of all arguments of all frames
}

// An entry is what a block keeps of one frame.
type entry struct {
	common   *common
	rare     *rare  // nil: all zero
	offset   uint32 // of its numbers in the block's
	from, to uint32 // its arguments in the block's values
	has      frameFlags
}

// frameFlags are flags of a coded frame.
type frameFlags uint8

const (
	argsPending frameFlags = 1 << iota
	hasBegun               // Frame.Begun is not zero
	hasWords               // Frame.Words may still be needed
)

// numbers is the count of a frame's numbers, without the addresses of its arguments.
const numbers = 7 + arch.MaxArgs

// A rare holds what few frames have.
type rare struct {
	origin    uint64
	began     int
	stack     []event.Caller
	uses      *int
	goroutine Goroutine
	errno     int
	words     *Words // if all of them are needed
}

// encode moves the outermost whole frames of a run into a block.
func (s *Stack) encode(r *Run) {
	to := &block{first: s.numbersOf(r.frames[0])}
	for i, f := range r.frames[:blockSize] {
		to.frames[i] = s.entryOf(f)
		p := &to.frames[i]
		p.offset, p.from = uint32(len(to.numbers)), uint32(len(to.values))
		for k, n := range s.numbersOf(f) {
			to.numbers = binary.AppendVarint(to.numbers, int64(n-to.first[k]))
		}
		for k, arg := range f.Call.Args {
			to.numbers = binary.AppendUvarint(to.numbers, arg.Addr)
			v := arg.Value
			if i > 0 && k < len(r.frames[i-1].Call.Args) {
				v = shared(v, to.values[int(to.frames[i-1].from)+k])
			}
			to.values = append(to.values, v)
		}
		p.to = uint32(len(to.values))
		to.numbers = binary.AppendUvarint(to.numbers, uint64(len(f.Call.Words)))
		for _, w := range f.Call.Words {
			to.numbers = binary.AppendUvarint(to.numbers, w)
		}
	}
	to.numbers, to.values = slices.Clone(to.numbers), slices.Clone(to.values)
	r.blocks = append(r.blocks, to)
	r.frames = slices.Delete(r.frames, 0, blockSize)
}

// shared returns v, or other if they are equal, so that both frames share its memory.
func shared(v, other event.Value) event.Value {
	switch v.(type) {
	case event.Int, event.Str, event.Pointer:
		if v == other {
			return other
		}
	}
	return v
}

// entryOf returns the entry of frame f, without its numbers and arguments.
func (s *Stack) entryOf(f *Frame) entry {
	c := f.Call
	p := entry{common: s.commonOf(f)}
	if c.ArgsPending {
		p.has |= argsPending
	}
	if !f.Begun.IsZero() {
		p.has |= hasBegun
	}
	var whole *Words
	if !f.Proto.Guess {
		p.has |= hasWords
		// Words that were passed on the stack can be read there again.
		if c.ArgsPending || f.Words.FPRead || f.Proto.Len() > len(f.Words.Ints) {
			words := f.Words
			whole = &words
		}
	}
	if c.Origin != 0 || c.EnterTID != 0 || c.Stack != nil || f.Uses != nil || f.Goroutine.G != 0 || f.Errno != 0 || whole != nil {
		p.rare = &rare{c.Origin, c.EnterTID, c.Stack, f.Uses, f.Goroutine, f.Errno, whole}
	}
	return p
}

// numbersOf returns the numbers of frame f.
func (s *Stack) numbersOf(f *Frame) [numbers]uint64 {
	if s.epoch.IsZero() {
		s.epoch = f.Begun
	}
	n := [numbers]uint64{f.Call.ID, f.SP, f.Ret, f.FramePointer, 0, uint64(f.Work)}
	if !f.Begun.IsZero() {
		n[4] = uint64(f.Begun.Sub(s.epoch))
	}
	if !f.Proto.Guess {
		n[6] = f.Words.SP
		copy(n[7:], f.Words.Ints[:])
	}
	return n
}

// commonOf returns what frame f has in common with other frames.
func (s *Stack) commonOf(f *Frame) *common {
	c := f.Call
	m := common{c.Kind, c.Object, c.From, c.Name, c.Version, c.Main, c.Guess, c.MoreArgs, c.ResultGuess, c.Addr, f.Proto, s.paramsOf(c.Args)}
	if s.commons == nil {
		s.commons = map[common]*common{}
	}
	known := s.commons[m]
	if known == nil {
		known = &m
		s.commons[m] = known
	}
	return known
}

// paramsOf returns arguments without their values.
func (s *Stack) paramsOf(args []event.Arg) *[]event.Arg {
	var key []byte
	for _, a := range args {
		key = append(binary.AppendUvarint(key, uint64(len(a.Name))), a.Name...)
		key = strconv.AppendBool(strconv.AppendBool(key, a.Named), a.Guess)
	}
	if s.params == nil {
		s.params = map[string]*[]event.Arg{}
	}
	known := s.params[string(key)]
	if known == nil {
		params := slices.Clone(args)
		for i := range params {
			params[i].Value, params[i].Addr = nil, 0
		}
		known = &params
		s.params[string(key)] = known
	}
	return known
}

// decodeWords returns the argument words of a call, which begin with their number.
func decodeWords(b []byte) []uint64 {
	n, size := binary.Uvarint(b)
	if n == 0 {
		return nil
	}
	words := make([]uint64, n)
	for i := range words {
		b = b[size:]
		words[i], size = binary.Uvarint(b)
	}
	return words
}

// decodeFrame returns frame i of a block.
func (s *Stack) decodeFrame(from *block, i int) *Frame {
	p := &from.frames[i]
	m := p.common
	rest, n := from.numbers[p.offset:], from.first
	for k := range n {
		d, size := binary.Varint(rest)
		rest = rest[size:]
		n[k] += uint64(d)
	}
	c := &event.Call{
		ID: n[0], Kind: m.kind, Object: m.object, From: m.from, Name: m.name, Version: m.version, Main: m.main,
		Number: -1, Args: append([]event.Arg(nil), *m.params...), ArgsPending: p.has&argsPending != 0, Guess: m.guess, MoreArgs: m.more, ResultGuess: m.resultGuess, Caller: n[2], Addr: m.addr,
	}
	for k, v := range from.values[p.from:p.to] {
		addr, size := binary.Uvarint(rest)
		rest = rest[size:]
		c.Args[k].Value, c.Args[k].Addr = v, addr
	}
	c.Words = decodeWords(rest)
	f := &Frame{Call: c, Proto: m.proto, SP: n[1], Ret: n[2], FramePointer: n[3], Work: time.Duration(n[5])}
	if p.has&hasBegun != 0 {
		f.Begun = s.epoch.Add(time.Duration(n[4]))
	}
	if p.has&hasWords != 0 {
		f.Words.SP = n[6]
		copy(f.Words.Ints[:], n[7:])
	}
	if r := p.rare; r != nil {
		c.Origin, c.EnterTID, c.Stack, f.Uses, f.Goroutine, f.Errno = r.origin, r.began, r.stack, r.uses, r.goroutine, r.errno
		if r.words != nil {
			f.Words = *r.words
		}
	}
	return f
}
