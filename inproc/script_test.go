package inproc_test

import (
	"encoding/binary"
	"errors"

	"plait/arch"
	"plait/inproc"
	"plait/ptrace"
	"plait/ring"
)

const (
	scriptTID  = 77
	scriptStub = 0x401020
	scriptEnd  = 0x402000 // of the only mapping of the program
)

// A script is a kernel with one process, whose thread does what a test says.
type script struct {
	pages  map[uint64][]byte // what is mapped, by page number
	shared *ptrace.Shared
	arena  uint64
	areas  uint64
	next   uint64 // where mmap maps next
	fail   uint64 // number of the system call that fails
	closed int
}

func newScript() (*script, int) {
	s := &script{pages: map[uint64][]byte{}, next: 0x7f00_0000_0000}
	s.mapPages(scriptStub&^0xfff, scriptEnd-scriptStub&^0xfff)
	copy(s.pages[scriptStub/4096][scriptStub%4096:], "\xff\x25\x00\x10\x00\x00\x0f\x1f\x44\x00\x00")
	return s, scriptTID
}

func (s *script) config() inproc.Config {
	return inproc.Config{
		Arch: arch.AMD64, Kernel: s, Call: s.system, Rung: func() {},
		Want:       func(int, uint32, uint64) inproc.Want { return inproc.Want{} },
		Breakpoint: func(int, uint64) {},
		Code:       func(_ int, addr uint64, b []byte) int { n, _ := s.Read(0, addr, b); return n },
		Alone:      func(int) bool { return true },
		MayCall:    func(int) bool { return true },
	}
}

func (s *script) mapPages(addr, size uint64) {
	for at := addr; at < addr+size; at += 4096 {
		s.pages[at/4096] = make([]byte, 4096)
	}
}

// system is a system call of the stopped thread.
func (s *script) system(tid int, nr uint64, args ...uint64) (uint64, error) {
	calls := arch.AMD64.Calls
	switch {
	case tid != scriptTID:
		return 0, ptrace.ErrGone
	case nr == s.fail:
		return ^uint64(12) + 1, nil // ENOMEM
	case nr == calls.Mmap:
		return s.mmap(args[0], args[1], args[4]), nil
	case nr == calls.Munmap:
		s.munmap(args[0], args[1])
	case nr == calls.MemfdCreate:
		return 5, nil
	case nr == calls.Close:
		s.closed++
	}
	return 0, nil
}

func (s *script) mmap(at, size, fd uint64) uint64 {
	if at == 0 {
		at = s.next
		s.next += size
	}
	switch {
	case fd == 5:
		s.arena = at
		return at
	case s.areas == 0:
		s.areas = at
	}
	s.mapPages(at, size)
	return at
}

func (s *script) munmap(at, size uint64) {
	if at == s.arena {
		s.arena = 0
	}
	for page := range size / 4096 {
		delete(s.pages, at/4096+page)
	}
}

// at returns the memory at addr up to the end of its page, or of the arena.
func (s *script) at(addr uint64) []byte {
	if off := addr - s.arena; s.arena != 0 && off < ring.Size {
		return s.shared.Bytes()[off:]
	}
	if page := s.pages[addr/4096]; page != nil {
		return page[addr%4096:]
	}
	return nil
}

func (s *script) Read(_ int, addr uint64, b []byte) (int, error) {
	for n := 0; n < len(b); {
		m := s.at(addr + uint64(n))
		if m == nil {
			return n, errors.New("not mapped")
		}
		n += copy(b[n:], m)
	}
	return len(b), nil
}

func (s *script) Write(_ int, addr uint64, b []byte) (int, error) {
	for n := 0; n < len(b); {
		m := s.at(addr + uint64(n))
		if m == nil {
			return n, errors.New("not mapped")
		}
		n += copy(m, b[n:])
	}
	return len(b), nil
}

func (s *script) Maps(int) ([]ptrace.Mapping, error) {
	return []ptrace.Mapping{{Start: scriptStub &^ 0xfff, End: scriptEnd, Exec: true}}, nil
}

func (s *script) Share(_, _, size, owner int) (*ptrace.Shared, error) {
	s.shared = ptrace.NewShared(size)
	s.shared.Store32(owner, 1)
	return s.shared, nil
}

func (s *script) Listen(*ptrace.Shared, int, int, func()) {}
func (s *script) Unshare(*ptrace.Shared)                  {}
func (s *script) WakeFutex(*ptrace.Shared, int)           {}

// word returns the word at an address.
func (s *script) word(addr uint64) uint64 { return binary.LittleEndian.Uint64(s.at(addr)) }

func (s *script) setWord(addr, v uint64) { binary.LittleEndian.PutUint64(s.at(addr), v) }

// call makes the thread that has the first area record a call with one argument, as code of
// package inline does.
func (s *script) call(id uint32, argument uint64) {
	layout, _ := ring.Enter{Words: 1}.Layout()
	pos := s.word(s.areas + ring.AreaPos)
	s.setWord(pos, ring.Head(ring.Entered, id, layout.Words))
	s.setWord(pos+ring.At, 1)
	s.setWord(pos+uint64(layout.Args), argument)
	s.setWord(s.areas+ring.AreaPos, pos+uint64(8*layout.Words))
}
