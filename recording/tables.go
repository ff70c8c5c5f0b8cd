package recording

import (
	"errors"

	"google.golang.org/protobuf/encoding/protowire"

	"plait/event"
)

// What the events of one block share is in tables: texts, the upper parts of
// addresses, threads, sites of calls and callers. Events name their entries by number. When a block
// is written, an entry is written just before the first event that needs it.
type tables struct {
	out []byte // encoding: the block so far

	texts   table[string]
	bases   table[uint64]
	threads table[thread]
	sites   table[site]
	callers table[event.Caller]

	block         uint64              // encoding: number of the block, from 1
	recentTexts   [256]recent[string] // encoding: what was looked for last, by a few bits of it
	recentBases   [64]recent[uint64]
	recentThread  recent[thread]
	recentSites   [256]recent[site]
	recentCallers [256]recent[event.Caller]
}

// A thread is whose events come in a row.
type thread struct{ pid, tid int }

// A site is what calls from one place have in common.
type site struct {
	kind                             event.CallKind
	object, from, name, version, abi string
	main, fromMain                   bool
	guess, moreArgs, resultGuess     bool
	number                           int
	caller, addr                     uint64
}

// A table numbers values in the order in which they come.
type table[T comparable] struct {
	numbers map[T]uint64 // encoding
	values  []T          // decoding
	last    uint64       // encoding: how many there are
}

// A recent entry is one that was looked for not long ago.
type recent[T comparable] struct {
	value  T
	number uint64
	block  uint64 // in which it was looked for
}

// Bounds on what a block may hold, far beyond what is written.
const (
	maxEntries = 1 << 17 // of each table but that of texts
	maxFrames  = 1 << 16 // of a stack
	maxArgs    = 1 << 12 // of a call
)

var (
	errTable  = errors.New("a table of the block has no such entry")
	errTooBig = errors.New("more than a block may hold")
)

// reset empties the tables for the next block.
func (t *tables) reset() {
	t.out = t.out[:0]
	t.texts.reset()
	t.bases.reset()
	t.threads.reset()
	t.sites.reset()
	t.callers.reset()
	t.block++
}

func (t *table[T]) reset() {
	clear(t.numbers)
	clear(t.values)
	t.values, t.last = t.values[:0], 0
}

// number returns the number of a value, and whether it is new.
func (t *table[T]) number(v T) (n uint64, added bool) {
	if n, ok := t.numbers[v]; ok {
		return n, false
	}
	if t.numbers == nil {
		t.numbers = map[T]uint64{}
	}
	n = t.last
	t.last++
	t.numbers[v] = n
	return n, true
}

// at returns the entry with a number, which must be there.
func (t *table[T]) at(c *codec, n uint64) (v T) {
	if n >= uint64(len(t.values)) {
		c.fail(errTable)
		return v
	}
	return t.values[n]
}

// add adds an entry that was read.
func (t *table[T]) add(c *codec, v T, most int) {
	if len(t.values) >= most {
		c.fail(errTooBig)
		return
	}
	t.values = append(t.values, v)
}

// The fields of a block. Its events and the entries of its tables come in any order, but
// an entry before the events that need it.
const (
	blockFirst   = 1
	blockStart   = 2
	blockText    = 3
	blockBase    = 4
	blockThread  = 5
	blockSite    = 6
	blockCaller  = 7
	blockEvent   = 8
	addressShift = 24 // bits of an address that are not shared
)

// entry reads a field of a block that is an entry of a table.
func (c *codec) entry() {
	switch {
	case c.isBytes(blockText):
		c.tables.texts.add(c, string(c.b), maxRaw)
	case c.isNumber(blockBase):
		c.bases.add(c, c.n, maxRaw)
	case c.isBytes(blockThread):
		var t thread
		c.each(c.b, func() { c.threadFields(&t) })
		c.threads.add(c, t, maxEntries)
	case c.isBytes(blockSite):
		var s site
		c.each(c.b, func() { c.siteFields(&s) })
		c.sites.add(c, s, maxEntries)
	case c.isBytes(blockCaller):
		var f event.Caller
		c.each(c.b, func() { c.callerFields(&f) })
		c.callers.add(c, f, maxEntries)
	}
}

// addEntry writes an entry of a table that is a message. The event that needs it is
// being written, so it is put aside.
func (c *codec) addEntry(num protowire.Number, fields func()) {
	from := len(c.buf)
	at := c.begin(num)
	fields()
	c.end(at)
	c.out = append(c.out, c.buf[from:]...)
	c.buf = c.buf[:from]
}

// str is a text of the block's table. The number in the event is one more: 0 is "".
func (c *codec) str(num protowire.Number, p *string) {
	if c.encoding {
		if *p != "" {
			c.put(num, c.textNumber(*p)+1)
		}
	} else if c.isNumber(num) {
		*p = c.textAt(c.n)
	}
}

// maxName is how long names are that come often: those of functions, arguments, flags.
const maxName = 64

func (c *codec) textNumber(s string) uint64 {
	if len(s) > maxName {
		return c.newText(s)
	}
	r := &c.recentTexts[(uint(len(s))*37+uint(s[0])*5+uint(s[len(s)-1]))%uint(len(c.recentTexts))]
	if r.block != c.block || r.value != s {
		*r = recent[string]{s, c.newText(s), c.block}
	}
	return r.number
}

// newText returns the number of a text that was not looked for just now.
func (c *codec) newText(s string) uint64 {
	n, added := c.tables.texts.number(s)
	if added {
		c.out = protowire.AppendString(protowire.AppendTag(c.out, blockText, protowire.BytesType), s)
	}
	return n
}

func (c *codec) textAt(n uint64) string {
	if n == 0 {
		return ""
	}
	return c.tables.texts.at(c, n-1)
}

// strs is a list of texts of the block's table.
func (c *codec) strs(num protowire.Number, p *[]string) {
	if c.encoding {
		if len(*p) > 0 {
			at := c.begin(num)
			for _, s := range *p {
				n := uint64(0)
				if s != "" {
					n = c.textNumber(s) + 1
				}
				c.buf = protowire.AppendVarint(c.buf, n)
			}
			c.end(at)
		}
	} else if c.isBytes(num) {
		*p = make([]string, 0, varints(c.b))
		c.packed(func(n uint64) { *p = append(*p, c.textAt(n)) })
	}
}

// packed reads a list of numbers.
func (c *codec) packed(each func(n uint64)) {
	for b := c.b; len(b) > 0 && c.err == nil; {
		n, size := protowire.ConsumeVarint(b)
		if size < 0 {
			c.fail(errWire)
			return
		}
		b = b[size:]
		each(n)
	}
}

// varints returns how many numbers a list has.
func varints(b []byte) (n int) {
	for _, x := range b {
		if x < 0x80 {
			n++
		}
	}
	return n
}

// addr is an address, or a word that may be one: its lower bits, above them the number
// of its upper ones. A small number is itself.
func (c *codec) addr(num protowire.Number, p *uint64) {
	if c.encoding {
		if *p != 0 {
			c.put(num, c.addressNumber(*p))
		}
	} else if c.isNumber(num) {
		*p = c.addressAt(c.n)
	}
}

func (c *codec) addressNumber(a uint64) uint64 {
	base := a >> addressShift
	if base == 0 {
		return a
	}
	r := &c.recentBases[base%uint64(len(c.recentBases))]
	if r.block != c.block || r.value != base {
		n, added := c.bases.number(base)
		if added {
			c.out = protowire.AppendVarint(protowire.AppendTag(c.out, blockBase, protowire.VarintType), base)
		}
		*r = recent[uint64]{base, n, c.block}
	}
	return (r.number+1)<<addressShift | a&(1<<addressShift-1)
}

func (c *codec) addressAt(n uint64) uint64 {
	if n>>addressShift == 0 {
		return n
	}
	return c.bases.at(c, n>>addressShift-1)<<addressShift | n&(1<<addressShift-1)
}

// addrs is a list of addresses.
func (c *codec) addrs(num protowire.Number, p *[]uint64) {
	if c.encoding {
		if len(*p) > 0 {
			at := c.begin(num)
			for _, a := range *p {
				c.buf = protowire.AppendVarint(c.buf, c.addressNumber(a))
			}
			c.end(at)
		}
	} else if c.isBytes(num) {
		*p = (*p)[:0]
		c.packed(func(n uint64) { *p = append(*p, c.addressAt(n)) })
	}
}

// stack is a list of callers.
func (c *codec) stack(num protowire.Number, p *[]event.Caller) {
	if c.encoding {
		if len(*p) > 0 {
			at := c.begin(num)
			for i := range *p {
				c.buf = protowire.AppendVarint(c.buf, c.callerNumber(&(*p)[i]))
			}
			c.end(at)
		}
	} else if c.isBytes(num) {
		*p = (*p)[:0]
		c.packed(func(n uint64) {
			if len(*p) >= maxFrames {
				c.fail(errTooBig)
				return
			}
			*p = append(*p, c.callers.at(c, n))
		})
	}
}

func (c *codec) callerNumber(f *event.Caller) uint64 {
	r := &c.recentCallers[f.Addr>>2%uint64(len(c.recentCallers))]
	if r.block != c.block || r.value != *f {
		n, added := c.callers.number(*f)
		if added {
			c.addEntry(blockCaller, func() { c.callerFields(f) })
		}
		*r = recent[event.Caller]{*f, n, c.block}
	}
	return r.number
}

// siteNumber returns the number of what a call has in common with others.
func (c *codec) siteNumber(call *event.Call) uint64 {
	r := &c.recentSites[(call.Addr^call.Caller>>2^uint64(call.Number))%uint64(len(c.recentSites))]
	if r.block != c.block || !r.value.isOf(call) {
		c.newSite(call, r)
	}
	return r.number
}

// newSite finds the number of a site that was not looked for just now.
func (c *codec) newSite(call *event.Call, r *recent[site]) {
	s := siteOf(call)
	n, added := c.sites.number(s)
	if added {
		c.addEntry(blockSite, func() { c.siteFields(&s) })
	}
	*r = recent[site]{s, n, c.block}
}

// isOf reports whether s is the site of a call: whether siteOf would return the same.
func (s *site) isOf(c *event.Call) bool {
	return s.addr == c.Addr && s.caller == c.Caller && s.number == c.Number && s.kind == c.Kind && s.name == c.Name &&
		s.object == c.Object && s.from == c.From && s.version == c.Version && s.abi == c.ABI && s.main == c.Main && s.fromMain == c.FromMain &&
		s.guess == c.Guess && s.moreArgs == c.MoreArgs && s.resultGuess == c.ResultGuess
}

func siteOf(c *event.Call) site {
	return site{
		kind: c.Kind, object: c.Object, from: c.From, name: c.Name, version: c.Version, abi: c.ABI,
		main: c.Main, fromMain: c.FromMain, guess: c.Guess, moreArgs: c.MoreArgs, resultGuess: c.ResultGuess,
		number: c.Number, caller: c.Caller, addr: c.Addr,
	}
}

// apply gives a call what it has in common with others.
func (s *site) apply(c *event.Call) {
	c.Kind, c.Object, c.From, c.Name, c.Version, c.ABI = s.kind, s.object, s.from, s.name, s.version, s.abi
	c.Main, c.FromMain, c.Guess, c.MoreArgs, c.ResultGuess = s.main, s.fromMain, s.guess, s.moreArgs, s.resultGuess
	c.Number, c.Caller, c.Addr = s.number, s.caller, s.addr
}

func (c *codec) threadFields(t *thread) {
	c.int(1, &t.pid)
	c.int(2, &t.tid)
}

func (c *codec) siteFields(s *site) {
	enum(c, 1, &s.kind, event.System)
	c.str(2, &s.object)
	c.str(3, &s.from)
	c.str(4, &s.name)
	c.str(5, &s.version)
	c.bool(6, &s.main)
	c.int(7, &s.number)
	c.addr(8, &s.caller)
	c.addr(9, &s.addr)
	c.str(10, &s.abi)
	c.bool(11, &s.guess)
	c.bool(12, &s.moreArgs)
	c.bool(13, &s.resultGuess)
	c.bool(14, &s.fromMain)
}

func (c *codec) callerFields(f *event.Caller) {
	c.addr(1, &f.Addr)
	c.str(2, &f.Object)
	c.str(3, &f.Symbol)
	c.uint(4, &f.Offset)
	c.addr(5, &f.File)
	c.str(6, &f.Source)
	c.int(7, &f.Line)
}
