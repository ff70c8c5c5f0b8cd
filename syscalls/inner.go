package syscalls

import (
	_ "embed" // the table
	"encoding/binary"
	"io"
	"strconv"
	"strings"
	"sync"
)

// Numbers of the calls of i386 programs that only lead to others
// (asm/unistd_32.h).
const (
	nrSelect     = 82
	nrMmap       = 90
	nrSocketcall = 102
	nrIPC        = 117
)

// Where data/inner.tbl has the calls that they lead to.
const (
	firstInner  = 2048
	innerSocket = firstInner      // socketcall's first word is to be added
	innerIPC    = firstInner + 64 // ipc's
	innerMmap   = 2176
	innerSelect = 2177
)

var (
	//go:embed data/inner.tbl
	innerTable string

	innerRows = sync.OnceValue(func() []row { return rows(innerTable) })
)

// Inner is the call that a call leads to: socketcall(2) and ipc(2) have many in
// one, the first mmap and select take their arguments from an array. Its words
// replace those in args, which are all of them. The number is for this Table
// only. Of a call that leads nowhere, or whose words can't be read, it is nr.
func (t *Table) Inner(nr uint64, args []uint64, memory io.ReaderAt) uint64 {
	if t.abi != "32" {
		return nr
	}
	inner, array := leadsTo(nr, args)
	r := at(innerRows(), int(inner))
	if r.name == "" {
		return nr
	}
	var words [6]uint64
	copy(words[:], args)
	places := strings.Fields(r.text)
	if nr != nrIPC && !readWords(memory, array, words[:len(places)]) {
		return nr
	}
	for i, place := range places {
		p, _ := strconv.Atoi(place)
		args[i] = words[p]
	}
	if r.name == "msgrcv" && words[0]>>16 == 0 {
		return t.unkludged(nr, inner, args, words[:], memory)
	}
	return inner
}

// innerNumber is the number of an inner call of that name, which is for the Table of
// i386 programs; the highest there is if there is none.
func innerNumber(name string) uint64 {
	all := innerRows()
	for nr := firstInner; nr < len(all); nr++ {
		if all[nr].name == name {
			return uint64(nr)
		}
	}
	return ^uint64(0)
}

// unkludged takes two arguments of msgrcv(2) from where its pointer points to, as
// the first version of ipc(2) has it.
func (t *Table) unkludged(nr, inner uint64, args, words []uint64, memory io.ReaderAt) uint64 {
	var pair [2]uint64 // msgp, msgtyp
	if !readWords(memory, words[4], pair[:]) {
		copy(args, words)
		return nr
	}
	args[1], args[3] = pair[0], pair[1]
	return inner
}

// leadsTo is the number of the inner call, 0 if there is none, and where its
// words are an array, the address of that.
func leadsTo(nr uint64, args []uint64) (inner, array uint64) {
	const highest = 63 // of an operation
	switch nr {
	case nrSocketcall:
		if args[0] <= highest {
			return innerSocket + args[0], args[1]
		}
	case nrIPC:
		if op := args[0] & 0xffff; op <= highest { // above is a version
			return innerIPC + op, 0
		}
	case nrMmap:
		return innerMmap, args[0]
	case nrSelect:
		return innerSelect, args[0]
	}
	return 0, 0
}

// readWords reads an array of words of 32 bits.
func readWords(memory io.ReaderAt, addr uint64, words []uint64) bool {
	b := make([]byte, 4*len(words))
	if addr == 0 {
		return false
	}
	if n, _ := memory.ReadAt(b, int64(addr)); n < len(b) {
		return false
	}
	for i := range words {
		words[i] = uint64(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return true
}
