package plt

import (
	"bytes"
	"encoding/binary"
	"iter"
	"slices"

	"plait/arch"
	"plait/elf"
)

// maxNumberDistance is how many bytes before a system call instruction are searched for
// the load of its number.
const maxNumberDistance = 96

// SyscallAddrs returns the link-time addresses of the system call instructions of f that
// seem to make one of the numbered calls: the number is loaded shortly before them. The
// instruction in the function syscall(3), which makes any call, is always included. If a
// dynamically linked program has only a few system call instructions, all of them are
// returned, because their numbers may come from elsewhere. Every address is that of an
// instruction: decoding from the start of its function reaches it.
func SyscallAddrs(f *elf.File, numbers ...uint32) (addrs []uint64) {
	if !f.Native() {
		return nil
	}
	sym, ok := f.Lookup("syscall")
	syscall := func(addr uint64) bool {
		return ok && sym.Value <= addr && addr < sym.Value+max(sym.Size, maxNumberDistance)
	}
	for _, at := range syscallBytes(f, numbers, syscall) {
		extent, ok := f.Extent(at)
		if !ok { // glibc's clone3(2) ends its unwind entry before the instruction
			extent, ok = f.Extent(at - 1)
		}
		if !ok {
			extent, ok = f.Span(at)
		}
		if ok && isSyscall(f, extent, at) {
			addrs = append(addrs, at)
		}
	}
	return addrs
}

// SyscallAddrsIn is like SyscallAddrs, but reads only the named functions that f exports
// and the functions of f that these call or jump to. The addresses are sorted.
func SyscallAddrsIn(f *elf.File, functions []string, numbers ...uint32) (addrs []uint64) {
	for _, name := range functions {
		sym, ok := f.Lookup(name)
		if !ok || !sym.IsFunction() {
			continue
		}
		extent := elf.Range{Start: sym.Value, End: sym.Value + min(sym.Size, blockSize)}
		found, called := syscallsOf(f, extent, name == "syscall", numbers)
		for _, addr := range called {
			if extent, ok := f.Extent(addr); ok && extent.Start == addr && extent.End-addr <= blockSize {
				more, _ := syscallsOf(f, extent, false, numbers)
				found = append(found, more...)
			}
		}
		addrs = append(addrs, found...)
	}
	slices.Sort(addrs)
	return slices.Compact(addrs)
}

// syscallsOf decodes one function. It returns the system call instructions that make one
// of the numbered calls, or all of them if always is set, and the functions that it calls
// or jumps to.
func syscallsOf(f *elf.File, extent elf.Range, always bool, numbers []uint32) (addrs, called []uint64) {
	code := make([]byte, extent.End-extent.Start)
	n, _ := f.ReadMem(code, extent.Start)
	for pos := 0; pos < n; {
		in, ok := arch.DecodeAMD64(code[pos:n])
		if !ok {
			break
		}
		next := pos + in.Len
		switch to := extent.Start + uint64(next); {
		case in.Flow == arch.FlowSystem && (always || loadsNumber(code[max(0, pos-maxNumberDistance):pos], numbers)):
			addrs = append(addrs, extent.Start+uint64(pos))
		case (in.Flow == arch.FlowCall || in.Flow == arch.FlowJump) && next-pos-in.Imm == 4:
			to += uint64(int64(int32(binary.LittleEndian.Uint32(code[next-4:]))))
			if !extent.Contains(to) {
				called = append(called, to)
			}
		}
		pos = next
	}
	return addrs, called
}

// fewSyscalls is the most system call instructions of a dynamically linked program that
// are all returned. A program with more has a language's run-time library in it, which
// executes some of them all the time.
const fewSyscalls = 16

// syscallBytes returns the sorted addresses of the bytes of system call instructions that
// follow the load of one of the numbers, or for which always is true. For a dynamically
// linked program with only a few of them it returns all.
func syscallBytes(f *elf.File, numbers []uint32, always func(uint64) bool) []uint64 {
	var all, wanted []uint64
	for addr, before := range eachSyscallBytes(f) {
		if len(all) <= fewSyscalls {
			all = append(all, addr)
		}
		if always(addr) || loadsNumber(before, numbers) {
			wanted = append(wanted, addr)
		}
	}
	if f.Interp != "" && len(all) <= fewSyscalls {
		wanted = all
	}
	slices.Sort(wanted)
	return slices.Compact(wanted)
}

// eachSyscallBytes yields the address of all bytes in executable segments that look like a
// system call instruction, each with up to maxNumberDistance bytes before it.
func eachSyscallBytes(f *elf.File) iter.Seq2[uint64, []byte] {
	return func(yield func(uint64, []byte) bool) {
		var block []byte
		for _, seg := range f.Segments {
			if !seg.Executable() {
				continue
			}
			first := 0 // bytes before it were searched with the previous block
			for at := uint64(0); at < seg.Filesz; at += blockSize - maxNumberDistance - 2 {
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
					if !yield(seg.Vaddr+at+uint64(i), block[max(0, i-maxNumberDistance):i]) {
						return
					}
				}
				first = maxNumberDistance + 1
			}
		}
	}
}

// loadsNumber reports whether code seems to contain mov $number,%eax for one of numbers.
func loadsNumber(code []byte, numbers []uint32) bool {
	for i := 1; i+4 <= len(code); i++ {
		if (code[i-1] == 0xb8 || code[i-1] == 0xc0) && slices.Contains(numbers, binary.LittleEndian.Uint32(code[i:])) {
			return true
		}
	}
	return false
}

// isSyscall decodes a function from its start and reports whether that leads to a system
// call instruction at the address at.
func isSyscall(f *elf.File, extent elf.Range, at uint64) bool {
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
