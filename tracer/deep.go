package tracer

import (
	"math"
	"slices"
	"time"

	"plait/event"
	"plait/proto"
)

// A recursion may have a million calls open, and each costs memory until it returns.
// Only the innermost are looked at, so those further out are packed: what calls of one
// function from one place have in common is kept once, and the rest takes no more room
// than it needs. Calls of coroutines, of which any may be the next to return, are not.

// packSome is how many frames are packed and unpacked at a time. Twice as many are
// kept whole at most, or what one call packs its return would unpack.
const packSome = 1024

// An openCalls is the calls of a thread that have not returned, the innermost last.
type openCalls struct {
	deep   []*pack
	top    []*frame
	models map[model]*model
	epoch  time.Time // what the times in deep count from
}

// A model is what calls have in common.
type model struct {
	kind                        event.CallKind
	object, from, name, version string
	main, guess, more           bool
	site                        uint64
	proto                       *proto.Prototype
	slot                        *slot
}

// A pack is packSome frames.
type pack struct {
	frames [packSome]packed
	args   []event.Arg // of all of them
}

// A packed is a frame without what is in its model.
type packed struct {
	model       *model
	id          uint64
	sp, ret, bp uint64
	begun       time.Duration // from epoch; never if it has not
	work        time.Duration
	words       *packedWords // nil: they are not needed any more
	rare        *packedRare  // nil: all zero
	from, to    uint32       // its arguments in the pack
	held        bool
}

const never = time.Duration(math.MinInt64)

// packedWords are the words of a call. Those that were passed on the stack are there
// still, but for those of a call whose arguments are read again when it returns.
type packedWords struct {
	ints  [6]uint64
	sp    uint64
	whole *words
}

// packedRare is what few calls have.
type packedRare struct {
	origin uint64
	began  int
	stack  []event.Caller
	back   *site
	in     goroutine
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
	to := &pack{}
	for i, f := range s.top[:packSome] {
		to.frames[i] = s.packed(f)
		to.frames[i].from = uint32(len(to.args))
		to.args = append(to.args, f.call.Args...)
		to.frames[i].to = uint32(len(to.args))
	}
	to.args = slices.Clone(to.args)
	s.deep = append(s.deep, to)
	s.top = slices.Delete(s.top, 0, packSome)
}

// remove takes a call out.
func (s *openCalls) remove(i int) {
	s.at(i)
	i -= len(s.deep) * packSome
	s.top = slices.Delete(s.top, i, i+1)
}

// packed is frame f, but for its arguments.
func (s *openCalls) packed(f *frame) packed {
	c := f.call
	p := packed{
		model: s.modelOf(f), id: c.ID, sp: f.sp, ret: f.ret, bp: f.bp,
		begun: never, work: f.work, held: c.Held,
	}
	if s.epoch.IsZero() {
		s.epoch = f.begun
	}
	if !f.begun.IsZero() {
		p.begun = f.begun.Sub(s.epoch)
	}
	if !f.proto.Guess {
		p.words = &packedWords{ints: f.words.ints, sp: f.words.sp}
		if c.Held || f.words.fpRead || f.proto.Len() > len(f.words.ints) {
			whole := f.words
			p.words.whole = &whole
		}
	}
	if c.Origin != 0 || c.Began != 0 || c.Stack != nil || f.back != nil || f.goroutine.g != 0 {
		p.rare = &packedRare{c.Origin, c.Began, c.Stack, f.back, f.goroutine}
	}
	return p
}

// modelOf is what frame f has in common with others.
func (s *openCalls) modelOf(f *frame) *model {
	c := f.call
	m := model{c.Kind, c.Object, c.From, c.Name, c.Version, c.Main, c.Guess, c.More, c.Site, f.proto, f.slot}
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

// unpack makes frame i of a pack whole.
func (s *openCalls) unpack(from *pack, i int) *frame {
	p := &from.frames[i]
	m := p.model
	c := &event.Call{
		ID: p.id, Kind: m.kind, Object: m.object, From: m.from, Name: m.name, Version: m.version, Main: m.main,
		Number: -1, Args: append([]event.Arg(nil), from.args[p.from:p.to]...), Held: p.held, Guess: m.guess, More: m.more, Caller: p.ret, Site: m.site,
	}
	f := &frame{call: c, proto: m.proto, slot: m.slot, sp: p.sp, ret: p.ret, bp: p.bp, work: p.work}
	if p.begun != never {
		f.begun = s.epoch.Add(p.begun)
	}
	if w := p.words; w != nil {
		f.words.ints, f.words.sp = w.ints, w.sp
		if w.whole != nil {
			f.words = *w.whole
		}
	}
	if r := p.rare; r != nil {
		c.Origin, c.Began, c.Stack, f.back, f.goroutine = r.origin, r.began, r.stack, r.back, r.in
	}
	return f
}
