package syscalls

import (
	_ "embed" // the table
	"encoding/binary"
	"io"
	"strconv"
	"strings"
	"sync"
)

// Numbers of the calls of i386 programs that only lead to other calls (asm/unistd_32.h).
const (
	nrSelect     = 82
	nrMmap       = 90
	nrSocketcall = 102
	nrIPC        = 117
)

// Numbers of those other calls in data/inner.tbl.
const (
	firstInner  = 2048
	innerSocket = firstInner      // plus the first argument of socketcall(2)
	innerIPC    = firstInner + 64 // plus the first argument of ipc(2)
	innerMmap   = 2176
	innerSelect = 2177
)

var (
	//go:embed data/inner.tbl
	innerTable string

	innerRows = sync.OnceValue(func() []row { return rows(innerTable) })
)

// Inner returns the number of the call that a call leads to, for use with this Table, and
// puts that call's arguments into args, which must hold all six. socketcall(2) and ipc(2)
// combine many calls; the first versions of mmap and select take their arguments from an
// array, which is read from memory. Inner returns nr if the call leads to no other, or if
// memory cannot be read.
func (t *Table) Inner(nr uint64, args []uint64, memory io.ReaderAt) uint64 {
	if t.abi != "32" {
		return nr
	}
	inner, array := innerCall(nr, args)
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
		return t.msgrcvArgs(nr, inner, args, words[:], memory)
	}
	return inner
}

// innerNumber returns the number of the inner call of that name in the Table of i386
// programs, or the highest uint64 if there is none.
func innerNumber(name string) uint64 {
	all := innerRows()
	for nr := firstInner; nr < len(all); nr++ {
		if all[nr].name == name {
			return uint64(nr)
		}
	}
	return ^uint64(0)
}

// msgrcvArgs puts the arguments of msgrcv(2) into args. The first version of ipc(2) passes
// two of them in a struct (struct ipc_kludge).
func (t *Table) msgrcvArgs(nr, inner uint64, args, words []uint64, memory io.ReaderAt) uint64 {
	var pair [2]uint64 // msgp, msgtyp
	if !readWords(memory, words[4], pair[:]) {
		copy(args, words)
		return nr
	}
	args[1], args[3] = pair[0], pair[1]
	return inner
}

// innerCall returns the number of the inner call, or 0 if there is none. If its arguments are
// in an array, it also returns the address of the array.
func innerCall(nr uint64, args []uint64) (inner, array uint64) {
	const highest = 63 // operation
	switch nr {
	case nrSocketcall:
		if args[0] <= highest {
			return innerSocket + args[0], args[1]
		}
	case nrIPC:
		if op := args[0] & 0xffff; op <= highest { // the upper half is a version
			return innerIPC + op, 0
		}
	case nrMmap:
		return innerMmap, args[0]
	case nrSelect:
		return innerSelect, args[0]
	}
	return 0, 0
}

// readWords reads an array of 32-bit words.
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
