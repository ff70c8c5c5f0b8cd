package tracer

import (
	"encoding/binary"
	"slices"
	"strconv"
	"time"

	"plait/arch"
	"plait/event"
	"plait/proto"
)

// A recursion may have a million calls open, and each costs memory until it returns.
// Only the innermost are looked at, so those further out are packed: what calls of one
// function from one place have in common is kept once, values are shared with the call
// before, and of numbers the distance to those of another call is kept, which is short.
// Calls of coroutines, of which any may be the next to return, are not packed.

// packSome is how many frames are packed and unpacked at a time. Twice as many are
// kept whole at most, or what one call packs its return would unpack.
const packSome = 1024

// An openCalls is the calls of a thread that have not returned, the innermost last.
type openCalls struct {
	deep   []*pack
	top    []*frame
	models map[model]*model
	params map[string]*[]event.Arg // arguments without what was passed, by what they are called
	epoch  time.Time               // what the times in deep count from
}

// A model is what calls have in common.
type model struct {
	kind                        event.CallKind
	object, from, name, version string
	main, guess, more, vague    bool
	site                        uint64
	proto                       *proto.Prototype
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
	words  *words // if they are needed as a whole
}

// depth is how many calls are open.
func (s *openCalls) depth() int { return len(s.deep)*packSome + len(s.top) }

// at is the frame of a call, 0 the outermost.
func (s *openCalls) at(i int) *frame {
	for i < len(s.deep)*packSome {
		last := len(s.deep) - 1
		whole := make([]*frame, 0, 2*packSome)
		for k := range packSome {
			whole = append(whole, s.unpack(s.deep[last], k))
		}
		s.top = append(whole, s.top...)
		s.deep[last] = nil
		s.deep = s.deep[:last]
	}
	return s.top[i-len(s.deep)*packSome]
}

// copyOf is a copy of the frame of a call, which can be changed without that being.
func (s *openCalls) copyOf(i int) *frame {
	if i < len(s.deep)*packSome {
		return s.unpack(s.deep[i/packSome], i%packSome)
	}
	f := *s.at(i)
	call := *f.call
	f.call = &call
	return &f
}

// push adds a call.
func (s *openCalls) push(f *frame) { s.top = append(s.top, f) }

// rest are the frames to be packed next; none if there are too few.
func (s *openCalls) rest() []*frame {
	if len(s.top) < 2*packSome {
		return nil
	}
	return s.top[:packSome]
}

// pack packs what rest returns.
func (s *openCalls) pack() {
	to := &pack{first: s.numbersOf(s.top[0])}
	for i, f := range s.top[:packSome] {
		to.frames[i] = s.packed(f)
		p := &to.frames[i]
		p.at, p.from = uint32(len(to.numbers)), uint32(len(to.values))
		for k, n := range s.numbersOf(f) {
			to.numbers = binary.AppendVarint(to.numbers, int64(n-to.first[k]))
		}
		for k, arg := range f.call.Args {
			to.numbers = binary.AppendUvarint(to.numbers, arg.Addr)
			v := arg.Value
			if i > 0 && k < len(s.top[i-1].call.Args) {
				v = shared(v, to.values[int(to.frames[i-1].from)+k])
			}
			to.values = append(to.values, v)
		}
		p.to = uint32(len(to.values))
	}
	to.numbers, to.values = slices.Clone(to.numbers), slices.Clone(to.values)
	s.deep = append(s.deep, to)
	s.top = slices.Delete(s.top, 0, packSome)
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
	i -= len(s.deep) * packSome
	s.top = slices.Delete(s.top, i, i+1)
}

// packed is frame f, but for its numbers and arguments.
func (s *openCalls) packed(f *frame) packed {
	c := f.call
	p := packed{model: s.modelOf(f)}
	if c.Held {
		p.has |= isHeld
	}
	if !f.begun.IsZero() {
		p.has |= hasBegun
	}
	var whole *words
	if !f.proto.Guess {
		p.has |= hasWords
		// Those that were passed on the stack are there still.
		if c.Held || f.words.fpRead || f.proto.Len() > len(f.words.ints) {
			words := f.words
			whole = &words
		}
	}
	if c.Origin != 0 || c.Began != 0 || c.Stack != nil || f.back != nil || f.goroutine.g != 0 || whole != nil {
		p.rare = &packedRare{c.Origin, c.Began, c.Stack, f.back, f.goroutine, whole}
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
	m := model{c.Kind, c.Object, c.From, c.Name, c.Version, c.Main, c.Guess, c.More, c.Vague, c.Site, f.proto, f.slot, s.paramsOf(c.Args)}
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
		Number: -1, Args: append([]event.Arg(nil), *m.params...), Held: p.has&isHeld != 0, Guess: m.guess, More: m.more, Vague: m.vague, Caller: n[2], Site: m.site,
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
		c.Origin, c.Began, c.Stack, f.back, f.goroutine = r.origin, r.began, r.stack, r.back, r.in
		if r.words != nil {
			f.words = *r.words
		}
	}
	return f
}
