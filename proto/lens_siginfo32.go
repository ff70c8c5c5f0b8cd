package proto

import "encoding/binary"

// widenSiginfo puts the members of a 32-bit program's siginfo_t where a 64-bit
// program has them. The union begins at offset 12 there, and at 16 here.
func widenSiginfo(raw [siginfoBytes]byte, order binary.ByteOrder) [siginfoBytes]byte {
	var wide [siginfoBytes]byte
	copy(wide[:12], raw[:12])
	word := func(off int) uint64 { return uint64(order.Uint32(raw[off:])) }
	put := func(off int, v uint64) { order.PutUint32(wide[off:], uint32(v)) }
	put64 := func(off int, v uint64) { order.PutUint64(wide[off:], v) }
	switch signo, code := int(word(0)), int32(word(8)); {
	case code <= 0 || code == siKernel && signo != sigSYS:
		put(16, word(12))
		put(20, word(16))
		put64(24, word(20))
	case signo == sigCHLD:
		put(16, word(12))
		put(20, word(16))
		put(24, word(20))
		put64(32, word(24))
		put64(40, word(28))
	case signo == sigILL || signo == sigFPE || signo == sigTRAP || signo == sigSEGV || signo == sigBUS:
		put64(16, word(12))
		put(24, word(16))
		put64(32, word(20))
		put64(40, word(24))
	case signo == sigSYS || signo == sigPOLL:
		put64(16, word(12))
		put(24, word(16))
		put(28, word(20))
	default:
		put(16, word(12))
		put(20, word(16))
		put64(24, word(20))
	}
	return wide
}
