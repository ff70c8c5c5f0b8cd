package dump

import (
	"encoding/binary"
	"io"

	"plait/event"
	"plait/filter"
)

// A layout says where the data of a call lies in memory.
type layout uint8

const (
	flat     layout = iota // argument 1 points to it
	vector                 // argument 1 points to argument 2 buffers (struct iovec)
	message                // argument 1 points to a struct msghdr
	messages               // argument 1 points to as many struct mmsghdr as the call returns
)

// A transfer is a call that moves data to or from the descriptor that is its argument 0.
type transfer struct {
	writes bool
	layout layout
}

// transfers are the calls that move data, by name.
var transfers = map[string]transfer{
	"read": {}, "pread64": {}, "recvfrom": {}, "recv": {}, "mq_timedreceive": {},
	"readv": {layout: vector}, "preadv": {layout: vector}, "preadv2": {layout: vector},
	"recvmsg": {layout: message}, "recvmmsg": {layout: messages},
	"write": {writes: true}, "pwrite64": {writes: true}, "sendto": {writes: true}, "send": {writes: true}, "mq_timedsend": {writes: true},
	"writev": {true, vector}, "pwritev": {true, vector}, "pwritev2": {true, vector}, "vmsplice": {true, vector},
	"sendmsg": {true, message}, "sendmmsg": {true, messages},
}

// Bounds on what is copied for one call.
const (
	maxDump     = 4 << 20 // bytes
	maxBuffers  = 4096    // in all vectors
	maxVector   = 1024    // buffers in one vector: UIO_MAXIOV (linux/uio.h)
	maxMessages = 1024
)

// Wanted says for which descriptors the data that calls read or write is wanted. A nil set
// is empty.
type Wanted struct{ Read, Write *filter.FDs }

// Any reports whether any data is wanted.
func (w Wanted) Any() bool { return w.Read != nil || w.Write != nil }

// A Memory is the memory of a process, and the layout of its words.
type Memory struct {
	io.ReaderAt // offsets are addresses
	Order       binary.ByteOrder
	Size        int // bytes of a machine word
}

// A dumper copies the data that one call has moved.
type dumper struct {
	memory  Memory
	word    int    // bytes of a machine word in the caller's structs
	budget  uint64 // bytes that it may still try to copy
	buffers int    // buffers that it may still look at
	all     []event.Dump
}

// Of returns the data that a call has moved, if it is wanted: of a call that reads, as many
// bytes as the result says; of a call that writes, all of its buffers, whatever the result
// is. It copies at most 4 MiB, and leaves out what cannot be read.
func (w Wanted) Of(c *event.Call, result int64, memory Memory) []event.Dump {
	m, ok := transfers[c.Name]
	if !ok || len(c.Words) < 2 {
		return nil
	}
	wanted, limit := w.Read, uint64(max(result, 0))
	if m.writes {
		wanted, limit = w.Write, uint64(maxDump)
	}
	if !wanted.Has(int(int32(c.Words[0]))) || !m.writes && c.Failed {
		return nil
	}
	d := &dumper{memory: memory, word: memory.Size, budget: maxDump, buffers: maxBuffers}
	if c.ABI != "" {
		d.word = 4
	}
	addr, count := c.Words[1], uint64(0)
	if len(c.Words) > 2 {
		count = c.Words[2]
	}
	switch m.layout {
	case flat:
		if m.writes {
			limit = count
		}
		d.take(event.Dump{Buffer: -1}, addr, limit)
	case vector:
		d.vector(0, addr, count, limit)
	case message:
		d.message(0, addr, limit)
	case messages:
		d.messages(addr, result, m.writes)
	}
	return d.all
}

// words returns n machine words at addr, or false if they cannot be read.
func (d *dumper) words(addr uint64, n int) ([]uint64, bool) {
	b := make([]byte, n*d.word)
	if _, err := d.memory.ReadAt(b, int64(addr)); err != nil {
		return nil, false
	}
	order := d.memory.Order
	words := make([]uint64, n)
	for i := range words {
		if d.word == 4 {
			words[i] = uint64(order.Uint32(b[4*i:]))
		} else {
			words[i] = order.Uint64(b[8*i:])
		}
	}
	return words, true
}

// take copies n bytes at addr. It copies nothing if n is 0 or some of the bytes cannot be
// read.
func (d *dumper) take(to event.Dump, addr, n uint64) {
	n = min(n, d.budget)
	d.budget -= n // even if reading fails: a tracee may name the same bad address many times
	to.Data = make([]byte, n)
	if _, err := d.memory.ReadAt(to.Data, int64(addr)); err == nil && n > 0 {
		d.all = append(d.all, to)
	}
}

// vector copies up to limit bytes from a vector of count buffers. It stops at an empty
// buffer.
func (d *dumper) vector(message int, addr, count, limit uint64) {
	for i := range min(count, maxVector) {
		if d.buffers--; d.buffers < 0 {
			return
		}
		at, ok := d.words(addr+i*uint64(2*d.word), 2)
		if !ok {
			return
		}
		n := min(at[1], limit)
		if n == 0 {
			return
		}
		limit -= n
		d.take(event.Dump{Message: message, Buffer: int(i)}, at[0], n)
	}
}

// message copies up to limit bytes from the buffers of a struct msghdr {name, namelen, iov,
// iovlen, …}.
func (d *dumper) message(message int, addr, limit uint64) {
	if w, ok := d.words(addr, 4); ok {
		d.vector(message, w[2], w[3], limit)
	}
}

// messages copies from the buffers of n struct mmsghdr. Each is a struct msghdr and the
// number of bytes that were moved.
func (d *dumper) messages(addr uint64, n int64, writes bool) {
	for i := range min(max(n, 0), maxMessages) {
		if d.buffers <= 0 {
			return
		}
		at := addr + uint64(i)*uint64(8*d.word)
		limit := uint64(maxDump)
		if w, ok := d.words(at, 8); ok && !writes {
			limit = uint64(uint32(w[7]))
		}
		d.message(int(i)+1, at, limit)
	}
}
