package ptrace

import (
	"sync/atomic"
	"unsafe"
)

// Shared is memory that this process shares with a tracee. The tracee may write to it at any
// time, so what is read twice may differ.
type Shared struct {
	bytes   []byte
	unmap   func()
	bell    int           // offset of the futex that Listen waits on
	closing atomic.Bool   // it has to return
	closed  chan struct{} // it has returned; nil unless it was called
}

// NewShared returns memory that is shared with nobody, for tests.
func NewShared(size int) *Shared {
	return &Shared{bytes: make([]byte, size), unmap: func() {}}
}

// Bytes returns the memory.
func (s *Shared) Bytes() []byte { return s.bytes }

// Load32 reads the word of 4 bytes at an offset, which must be aligned.
func (s *Shared) Load32(offset int) uint32 { return atomic.LoadUint32(s.word32(offset)) }

// Store32 writes the word of 4 bytes at an offset.
func (s *Shared) Store32(offset int, v uint32) { atomic.StoreUint32(s.word32(offset), v) }

// Add32 adds to the word of 4 bytes at an offset.
func (s *Shared) Add32(offset int, v uint32) { atomic.AddUint32(s.word32(offset), v) }

// Load reads the word of 8 bytes at an offset, which must be aligned.
func (s *Shared) Load(offset int) uint64 { return atomic.LoadUint64(s.word(offset)) }

// Store writes the word of 8 bytes at an offset.
func (s *Shared) Store(offset int, v uint64) { atomic.StoreUint64(s.word(offset), v) }

func (s *Shared) word32(offset int) *uint32 {
	return (*uint32)(unsafe.Pointer(&s.bytes[offset:][:4][0]))
}

func (s *Shared) word(offset int) *uint64 {
	return (*uint64)(unsafe.Pointer(&s.bytes[offset:][:8][0]))
}
