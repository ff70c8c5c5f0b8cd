package unwind

import (
	"io"

	"plait/arch"
)

// A Cache is what was last read of a stopped thread's memory. A walk reads many words
// that are close together. The offsets of Memory are addresses.
type Cache struct {
	Memory io.ReaderAt
	at     uint64
	b      []byte
}

// Bounds of a Cache: its size in bytes, and how many of them are below the wanted word, as
// far as they are in its page.
const (
	cacheSize  = 1 << 10
	cacheBelow = 1 << 7
	pageSize   = 1 << 12
)

// Word reads the word at addr, as Space wants it.
func (c *Cache) Word(addr uint64) (uint64, bool) {
	if v, ok := c.word(addr); ok {
		return v, true
	}
	if c.b = c.b[:cap(c.b)]; c.b == nil {
		c.b = make([]byte, cacheSize)
	}
	c.at = addr - min(cacheBelow, addr%pageSize)
	n, _ := c.Memory.ReadAt(c.b, int64(c.at))
	c.b = c.b[:n]
	if v, ok := c.word(addr); ok {
		return v, true
	}
	var word [8]byte
	_, err := c.Memory.ReadAt(word[:], int64(addr))
	return arch.Native.Order.Uint64(word[:]), err == nil
}

// word is a word in the cache.
func (c *Cache) word(addr uint64) (uint64, bool) {
	if i := addr - c.at; len(c.b) >= 8 && i <= uint64(len(c.b)-8) {
		return arch.Native.Order.Uint64(c.b[i:]), true
	}
	return 0, false
}
