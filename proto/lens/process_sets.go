package lens

import (
	"math/bits"
	"strings"

	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// maxSetBytes bounds the sets that are decoded. An fd_set of that size has all
// descriptors that a process may have unless fs.nr_open is raised (proc(5)).
const maxSetBytes = 1 << 17

// sigsetLens decodes the kernel's sigset_t of n bytes. A set with most signals in it is
// shown as the set of those that are not.
type sigsetLens struct {
	part bool // it may be the first n bytes only
}

func (l sigsetLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	const kernelBytes = 8 // of a sigset_t; the kernel refuses all else
	if n != kernelBytes && (!l.part || n > kernelBytes) {
		return event.Pointer{Addr: addr}
	}
	var b [kernelBytes]byte
	if s.Read(addr, b[:n]) < int(n) {
		return event.Unreadable{Addr: addr}
	}
	return sigset(s, s.Arch.Order.Uint64(b[:]))
}

// sigset decodes a set of signals; bit 0 is signal 1.
func sigset(s *decode.Source, set uint64) event.List {
	const most = 64 * 2 / 3
	l := event.List{Set: true}
	if bits.OnesCount64(set) >= most {
		l.Not, set = true, ^set
	}
	for ; set != 0; set &= set - 1 {
		sig := uint64(bits.TrailingZeros64(set)) + 1
		l.Items = append(l.Items, signalInSet(s, sig))
	}
	return l
}

// signalInSet returns a signal's name without the SIG, which all members share.
func signalInSet(s *decode.Source, sig uint64) event.Value {
	n := event.Int{Bits: sig, Size: 4}
	name, ok := strings.CutPrefix(values.Name(s, "signum", sig), "SIG")
	if !ok {
		return n
	}
	return event.Name{Name: name, Int: n}
}

// sigmaskLens decodes the kernel's sigset_t as a member of a struct.
type sigmaskLens struct{}

func (sigmaskLens) Decode(s *decode.Source, word uint64) event.Value { return sigset(s, word) }

// sigactionLens decodes the struct of rt_sigaction(2) on amd64 (asm/signal.h), in the
// order of the manual page.
type sigactionLens struct{}

func (sigactionLens) Decode(s *decode.Source, addr uint64) event.Value {
	const restorer = 0x04000000 // SA_RESTORER
	if addr == 0 {
		return event.Pointer{}
	}
	word := s.Arch.PtrSize
	b := bytesAt(s, addr, uint64(3*word+8))
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	long := func(i int) uint64 { return s.Number(b[i*word : (i+1)*word]) }
	flags := long(1)
	r := event.Record{Fields: []event.Field{
		{Name: "sa_handler", Value: handlerLens{}.Decode(s, long(0))},
		{Name: "sa_mask", Value: sigset(s, s.Arch.Order.Uint64(b[3*word:]))},
		{Name: "sa_flags", Value: s.Named("sa_flags", flags, word)},
	}}
	if flags&restorer != 0 {
		r.Fields = append(r.Fields, event.Field{Name: "sa_restorer", Value: event.Pointer{Addr: long(2)}})
	}
	return r
}

// handlerLens decodes a signal handler: a function, or one of three names.
type handlerLens struct{}

func (handlerLens) Decode(s *decode.Source, bits uint64) event.Value {
	n := event.Int{Bits: bits, Size: 8, Base: event.Hex}
	switch bits {
	case 0:
		return event.Name{Name: "SIG_DFL", Int: n}
	case 1:
		return event.Name{Name: "SIG_IGN", Int: n}
	case ^uint64(0):
		return event.Name{Name: "SIG_ERR", Int: n, Negative: true}
	}
	p := event.Pointer{Addr: bits}
	if s.Symbol != nil {
		p.Symbol = s.Symbol(bits)
	}
	return p
}

// bitSetLens decodes a set of numbers, one bit each: an fd_set of n descriptors, or a CPU
// or node mask of n bytes or bits.
type bitSetLens struct {
	bytes bool // n counts bytes, not bits
	fd    bool // the members are descriptors
}

func (l bitSetLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	size := n
	if !l.bytes {
		size = (n + 7) / 8
	}
	if int64(n) < 0 || size > maxSetBytes {
		return event.Pointer{Addr: addr}
	}
	// The kernel reads and writes whole words, but only n bits count.
	if !l.bytes {
		word := uint64(s.Arch.PtrSize)
		size = (size + word - 1) / word * word
	}
	b := bytesAt(s, addr, size)
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	return l.members(s, b, n)
}

func (l bitSetLens) members(s *decode.Source, b []byte, n uint64) event.List {
	set := event.List{Set: true}
	for i, x := range b {
		for ; x != 0; x &= x - 1 {
			num := uint64(8*i + bits.TrailingZeros8(x))
			if !l.bytes && num >= n {
				return set
			}
			if len(set.Items) == decode.MaxBudget {
				set.Cut = true
				return set
			}
			set.Items = append(set.Items, l.member(s, num))
		}
	}
	return set
}

func (l bitSetLens) member(s *decode.Source, n uint64) event.Value {
	if l.fd {
		return s.Descriptor(int(n))
	}
	return event.Int{Bits: n, Size: 4}
}

// mincoreLens decodes the vector of mincore(2) for n bytes of memory: one byte for each
// page, of which the lowest bit counts.
type mincoreLens struct{}

func (mincoreLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	pages := n/decode.PageSize + min(n%decode.PageSize, 1)
	show := min(pages, uint64(s.Shown()))
	b := bytesAt(s, addr, show)
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	l := event.List{Cut: pages > show}
	for _, x := range b {
		l.Items = append(l.Items, event.Int{Bits: uint64(x & 1), Size: 1})
	}
	return l
}
