package plt

import (
	"bytes"
	"encoding/binary"
	"iter"
	"slices"

	"plait/arch"
	"plait/elf"
)

// nearGate is how far before a system call instruction its number is looked for.
const nearGate = 96

// Gates returns the link-time addresses of the system call instructions of f by which
// one of the numbers is called, as far as the code before them tells, and of that in
// the function syscall(), which calls any. Only instructions are returned: met by
// decoding from a function's start. Of a dynamically linked program with few such
// instructions all are returned, since their numbers may come from elsewhere.
func Gates(f *elf.File, numbers ...uint32) (gates []uint64) {
	if !f.Native() {
		return nil
	}
	sym, ok := f.Lookup("syscall")
	syscall := func(addr uint64) bool { return ok && sym.Value <= addr && addr < sym.Value+max(sym.Size, nearGate) }
	for _, at := range gatePlaces(f, numbers, syscall) {
		extent, ok := f.Extent(at)
		if !ok { // clone3(2) has no unwind table of its own any more in glibc
			extent, ok = f.Extent(at - 1)
		}
		if !ok {
			extent, ok = f.Span(at)
		}
		if ok && isGate(f, extent, at) {
			gates = append(gates, at)
		}
	}
	return gates
}

// GatesIn is Gates in some functions that f exports, and in those of its own that they
// call or jump to. Nothing else of f is read.
func GatesIn(f *elf.File, functions []string, numbers ...uint32) (gates []uint64) {
	for _, name := range functions {
		sym, ok := f.Lookup(name)
		if !ok || !sym.IsFunction() {
			continue
		}
		extent := elf.Range{Start: sym.Value, End: sym.Value + min(sym.Size, blockSize)}
		found, called := gatesAt(f, extent, name == "syscall", numbers)
		for _, addr := range called {
			if extent, ok := f.Extent(addr); ok && extent.Start == addr && extent.End-addr <= blockSize {
				more, _ := gatesAt(f, extent, false, numbers)
				found = append(found, more...)
			}
		}
		gates = append(gates, found...)
	}
	slices.Sort(gates)
	return slices.Compact(gates)
}

// gatesAt decodes a function for its gates and the functions that it
// calls or jumps to.
func gatesAt(f *elf.File, extent elf.Range, always bool, numbers []uint32) (gates, called []uint64) {
	code := make([]byte, extent.End-extent.Start)
	n, _ := f.ReadMem(code, extent.Start)
	for pos := 0; pos < n; {
		in, ok := arch.DecodeAMD64(code[pos:n])
		if !ok {
			break
		}
		next := pos + in.Len
		switch to := extent.Start + uint64(next); {
		case in.Flow == arch.FlowSystem && (always || loadsOne(code[max(0, pos-nearGate):pos], numbers)):
			gates = append(gates, extent.Start+uint64(pos))
		case (in.Flow == arch.FlowCall || in.Flow == arch.FlowJump) && next-pos-in.Imm == 4:
			to += uint64(int64(int32(binary.LittleEndian.Uint32(code[next-4:]))))
			if !extent.Contains(to) {
				called = append(called, to)
			}
		}
		pos = next
	}
	return gates, called
}

// fewGates is how many system call instructions a program of its own may have that all
// are taken: of more, those of a language's run-time library, some are in constant use.
const fewGates = 16

// gatePlaces finds the bytes of a system call instruction behind those of a wanted
// number's, and where always is true; or all such places, if a program that is loaded by a
// dynamic loader, and so seldom has any, has few.
func gatePlaces(f *elf.File, numbers []uint32, always func(uint64) bool) []uint64 {
	var all, wanted []uint64
	for addr, before := range callBytes(f) {
		if len(all) <= fewGates {
			all = append(all, addr)
		}
		if always(addr) || loadsOne(before, numbers) {
			wanted = append(wanted, addr)
		}
	}
	if f.Interp != "" && len(all) <= fewGates {
		wanted = all
	}
	slices.Sort(wanted)
	return slices.Compact(wanted)
}

// callBytes are the places with the bytes of a system call instruction, in executable
// segments, each with up to nearGate bytes before it.
func callBytes(f *elf.File) iter.Seq2[uint64, []byte] {
	return func(yield func(uint64, []byte) bool) {
		var block []byte
		for _, seg := range f.Segments {
			if !seg.Executable() {
				continue
			}
			first := 0 // what is before it was in the block before
			for at := uint64(0); at < seg.Filesz; at += blockSize - nearGate - 2 {
				if block == nil {
					block = make([]byte, blockSize)
				}
				n, _ := f.ReadMem(block[:min(blockSize, seg.Filesz-at)], seg.Vaddr+at)
				for i := first; i < n; i++ {
					next := bytes.Index(block[i:n], arch.AMD64.Syscall)
					if next < 0 {
						break
					}
					i += next
					if !yield(seg.Vaddr+at+uint64(i), block[max(0, i-nearGate):i]) {
						return
					}
				}
				first = nearGate + 1
			}
		}
	}
}

// loadsOne tells whether one of the numbers is loaded in code: mov $number,%eax.
func loadsOne(code []byte, numbers []uint32) bool {
	for i := 1; i+4 <= len(code); i++ {
		if (code[i-1] == 0xb8 || code[i-1] == 0xc0) && slices.Contains(numbers, binary.LittleEndian.Uint32(code[i:])) {
			return true
		}
	}
	return false
}

// isGate decodes a function up to the instruction at an address.
func isGate(f *elf.File, extent elf.Range, at uint64) bool {
	if at < extent.Start || at-extent.Start > blockSize {
		return false
	}
	code := make([]byte, at-extent.Start+uint64(len(arch.Native.Syscall)))
	if n, _ := f.ReadMem(code, extent.Start); n < len(code) {
		return false
	}
	for pos := 0; pos < len(code); {
		in, ok := arch.DecodeAMD64(code[pos:])
		if !ok {
			return false
		}
		if extent.Start+uint64(pos) == at {
			return in.Flow == arch.FlowSystem
		}
		pos += in.Len
	}
	return false
}
