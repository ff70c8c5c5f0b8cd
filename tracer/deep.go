package tracer

import (
	"encoding/binary"
	"slices"
	"sort"
	"strconv"
	"time"

	"plait/arch"
	"plait/event"
	"plait/proto/decode"
)

// A recursion may have a million calls open, and each costs memory until it returns.
// Only the innermost of a stack are looked at, so those further out are packed: what
// calls of one function from one place have in common is kept once, values are shared
// with the call before, and of numbers the distance to those of another call is kept,
// which is short.

// packSome is how many frames are packed and unpacked at a time. Twice as many are
// kept whole at most, or what one call packs its return would unpack.
const packSome = 1024

// An openCalls is the calls of a thread that have not returned, the innermost last.
type openCalls struct {
	runs   []*run // none is empty
	models map[model]*model
	params map[string]*[]event.Arg // arguments without what was passed, by what they are called
	epoch  time.Time               // what the times in packs count from
}

// A run is calls that follow one another, each made no higher on the stack than the one
// before. A thread on one stack has one run; one that goes from coroutine to coroutine,
// any of which may be the next to return, has several.
type run struct {
	before int    // how many calls there are in the runs before
	g      uint64 // the goroutine of all of them, 0 if they are none of Go's
	high   uint64 // no stack pointer in it is above
	deep   []*pack
	top    []*frame
}

// A model is what calls have in common.
type model struct {
	kind                        event.CallKind
	object, from, name, version string
	main, guess, more, vague    bool
	site                        uint64
	proto                       *decode.Prototype
	slot                        *slot
	params                      *[]event.Arg
}

// A pack is packSome frames.
type pack struct {
	frames  [packSome]packed
	first   [numbers]uint64 // of the first frame
	numbers []byte          // of all frames: each as what is between it and first
	values  []event.Value   // of all arguments of all frames
}

// A packed is a frame without what is in its model.
type packed struct {
	model    *model
	rare     *packedRare // nil: all zero
	at       uint32      // where its numbers begin
	from, to uint32      // its arguments in the pack
	has      facts
}

// facts are what is so of a packed frame.
type facts uint8

const (
	isHeld   facts = 1 << iota
	hasBegun       // it has a time
	hasWords       // its words may be needed yet
)

// numbers is how many numbers a frame has, but for its arguments' addresses.
const numbers = 7 + arch.MaxArgs

// packedRare is what few calls have.
type packedRare struct {
	origin uint64
	began  int
	stack  []event.Caller
	back   *site
	in     goroutine
	errno  int
	words  *words // if they are needed as a whole
}

// depth is how many calls are open.
func (s *openCalls) depth() int {
	if len(s.runs) == 0 {
		return 0
	}
	return s.runs[len(s.runs)-1].end()
}

// end is how many calls there are in a run and those before it.
func (r *run) end() int { return r.before + len(r.deep)*packSome + len(r.top) }

// runAt is the index of the run that a call is in.
func (s *openCalls) runAt(i int) int {
	last := len(s.runs) - 1
	if i >= s.runs[last].before {
		return last
	}
	return sort.Search(last, func(k int) bool { return s.runs[k].end() > i })
}

// at is the frame of a call, 0 the outermost.
func (s *openCalls) at(i int) *frame {
	r := s.runs[s.runAt(i)]
	i -= r.before
	for i < len(r.deep)*packSome {
		last := len(r.deep) - 1
		whole := make([]*frame, 0, 2*packSome)
		for k := range packSome {
			whole = append(whole, s.unpack(r.deep[last], k))
		}
		r.top = append(whole, r.top...)
		r.deep[last] = nil
		r.deep = r.deep[:last]
	}
	return r.top[i-len(r.deep)*packSome]
}

// copyOf is a copy of the frame of a call, which can be changed without that being.
func (s *openCalls) copyOf(i int) *frame {
	r := s.runs[s.runAt(i)]
	if k := i - r.before; k < len(r.deep)*packSome {
		return s.unpack(r.deep[k/packSome], k%packSome)
	}
	f := *s.at(i)
	call := *f.call
	f.call = &call
	return &f
}

// push adds a call: to the run of the one before, or to one of its own.
func (s *openCalls) push(f *frame, anew bool) {
	if anew {
		s.runs = append(s.runs, &run{before: s.depth(), g: f.goroutine.g, high: f.sp})
	}
	r := s.runs[len(s.runs)-1]
	r.top = append(r.top, f)
	if len(r.top) >= 2*packSome {
		s.pack(r)
	}
}

// pack packs the outermost frames of a run that are whole.
func (s *openCalls) pack(r *run) {
	to := &pack{first: s.numbersOf(r.top[0])}
	for i, f := range r.top[:packSome] {
		to.frames[i] = s.packed(f)
		p := &to.frames[i]
		p.at, p.from = uint32(len(to.numbers)), uint32(len(to.values))
		for k, n := range s.numbersOf(f) {
			to.numbers = binary.AppendVarint(to.numbers, int64(n-to.first[k]))
		}
		for k, arg := range f.call.Args {
			to.numbers = binary.AppendUvarint(to.numbers, arg.Addr)
			v := arg.Value
			if i > 0 && k < len(r.top[i-1].call.Args) {
				v = shared(v, to.values[int(to.frames[i-1].from)+k])
			}
			to.values = append(to.values, v)
		}
		p.to = uint32(len(to.values))
	}
	to.numbers, to.values = slices.Clone(to.numbers), slices.Clone(to.values)
	r.deep = append(r.deep, to)
	r.top = slices.Delete(r.top, 0, packSome)
}

// shared is value v, in the memory of another if that is the same.
func shared(v, other event.Value) event.Value {
	switch v.(type) {
	case event.Int, event.Str, event.Pointer:
		if v == other {
			return other
		}
	}
	return v
}

// remove takes a call out.
func (s *openCalls) remove(i int) {
	s.at(i)
	at := s.runAt(i)
	r := s.runs[at]
	i -= r.before + len(r.deep)*packSome
	r.top = slices.Delete(r.top, i, i+1)
	for _, later := range s.runs[at+1:] {
		later.before--
	}
	if r.end() == r.before {
		s.runs = slices.Delete(s.runs, at, at+1)
	}
}

// packed is frame f, but for its numbers and arguments.
func (s *openCalls) packed(f *frame) packed {
	c := f.call
	p := packed{model: s.modelOf(f)}
	if c.ArgsPending {
		p.has |= isHeld
	}
	if !f.begun.IsZero() {
		p.has |= hasBegun
	}
	var whole *words
	if !f.proto.Guess {
		p.has |= hasWords
		// Those that were passed on the stack are there still.
		if c.ArgsPending || f.words.fpRead || f.proto.Len() > len(f.words.ints) {
			words := f.words
			whole = &words
		}
	}
	if c.Origin != 0 || c.EnterTID != 0 || c.Stack != nil || f.back != nil || f.goroutine.g != 0 || f.errno != 0 || whole != nil {
		p.rare = &packedRare{c.Origin, c.EnterTID, c.Stack, f.back, f.goroutine, f.errno, whole}
	}
	return p
}

// numbersOf are the numbers of frame f.
func (s *openCalls) numbersOf(f *frame) [numbers]uint64 {
	if s.epoch.IsZero() {
		s.epoch = f.begun
	}
	n := [numbers]uint64{f.call.ID, f.sp, f.ret, f.bp, 0, uint64(f.work)}
	if !f.begun.IsZero() {
		n[4] = uint64(f.begun.Sub(s.epoch))
	}
	if !f.proto.Guess {
		n[6] = f.words.sp
		copy(n[7:], f.words.ints[:])
	}
	return n
}

// modelOf is what frame f has in common with others.
func (s *openCalls) modelOf(f *frame) *model {
	c := f.call
	m := model{c.Kind, c.Object, c.From, c.Name, c.Version, c.Main, c.Guess, c.MoreArgs, c.ResultGuess, c.Addr, f.proto, f.slot, s.paramsOf(c.Args)}
	if s.models == nil {
		s.models = map[model]*model{}
	}
	known := s.models[m]
	if known == nil {
		known = &m
		s.models[m] = known
	}
	return known
}

// paramsOf are arguments without what was passed.
func (s *openCalls) paramsOf(args []event.Arg) *[]event.Arg {
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

// unpack makes frame i of a pack whole.
func (s *openCalls) unpack(from *pack, i int) *frame {
	p := &from.frames[i]
	m := p.model
	rest, n := from.numbers[p.at:], from.first
	for k := range n {
		d, size := binary.Varint(rest)
		rest = rest[size:]
		n[k] += uint64(d)
	}
	c := &event.Call{
		ID: n[0], Kind: m.kind, Object: m.object, From: m.from, Name: m.name, Version: m.version, Main: m.main,
		Number: -1, Args: append([]event.Arg(nil), *m.params...), ArgsPending: p.has&isHeld != 0, Guess: m.guess, MoreArgs: m.more, ResultGuess: m.vague, Caller: n[2], Addr: m.site,
	}
	for k, v := range from.values[p.from:p.to] {
		addr, size := binary.Uvarint(rest)
		rest = rest[size:]
		c.Args[k].Value, c.Args[k].Addr = v, addr
	}
	f := &frame{call: c, proto: m.proto, slot: m.slot, sp: n[1], ret: n[2], bp: n[3], work: time.Duration(n[5])}
	if p.has&hasBegun != 0 {
		f.begun = s.epoch.Add(time.Duration(n[4]))
	}
	if p.has&hasWords != 0 {
		f.words.sp = n[6]
		copy(f.words.ints[:], n[7:])
	}
	if r := p.rare; r != nil {
		c.Origin, c.EnterTID, c.Stack, f.back, f.goroutine, f.errno = r.origin, r.began, r.stack, r.back, r.in, r.errno
		if r.words != nil {
			f.words = *r.words
		}
	}
	return f
}
