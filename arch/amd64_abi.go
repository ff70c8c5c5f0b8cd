package arch

// How the System V ABI for AMD64 passes values, in the terms of its section 3.2.3.

var amd64ABI = abi{
	LargestInRegisters: 32, // a complex long double, as a result
	argument:           argumentAMD64,
	result:             resultAMD64,
	VaListSize:         24,
	vaList:             vaListAMD64,
}

// An amd64Class is the class of an eightbyte.
type amd64Class uint8

const (
	amd64SSE amd64Class = iota
	amd64SSEUp
	amd64Integer
)

// argumentAMD64 passes each eightbyte in a register of its class.
func argumentAMD64(t Type) (parts []Part, ok bool) {
	if t.Size == 0 || t.Size > 16 || t.Packed {
		return nil, false
	}
	classes := [2]amd64Class{}
	for _, s := range t.Scalars {
		switch s.Kind {
		case LongDouble:
			return nil, false // class MEMORY, except in results
		case Int128:
			classes = [2]amd64Class{amd64Integer, amd64Integer}
		case Float128:
			classes = [2]amd64Class{amd64SSE, amd64SSEUp}
		case Integer:
			for i := s.Off / 8; i < 2 && 8*i < s.Off+s.Size; i++ {
				classes[i] = amd64Integer
			}
		}
	}
	for off := 0; off < t.Size; off += 8 {
		size := min(8, t.Size-off)
		switch classes[off/8] {
		case amd64Integer:
			parts = append(parts, Part{InInteger, off, size})
		case amd64SSE:
			parts = append(parts, Part{InVector, off, size})
		case amd64SSEUp:
			parts[len(parts)-1].Size += size
		}
	}
	return parts, true
}

// resultAMD64 is the same as argumentAMD64 except for long double. The x87 returns that,
// also as the only member of a struct; a complex one takes two of its registers.
func resultAMD64(t Type) (parts []Part, ok bool) {
	for _, s := range t.Scalars {
		if s.Kind != LongDouble {
			return argumentAMD64(t)
		}
	}
	switch {
	case len(t.Scalars) == 0:
		return argumentAMD64(t)
	case t.Complex:
		return []Part{{InFloat, 0, 16}, {InFloat, 16, 16}}, true
	case t.Size <= 16:
		return []Part{{InFloat, 0, 16}}, true
	}
	return nil, false
}

// vaListAMD64 decodes a va_list (section 3.5.7): the offsets of the next integer and the
// next vector register in the register save area, the address of the next argument on the
// stack, and the address of the save area.
func vaListAMD64(a *Arch, b []byte) VaList {
	const intEnd, vecEnd = 6 * 8, 6*8 + 8*16
	save := a.Order.Uint64(b[16:])
	return VaList{
		ints:  saveArea{save, int64(a.Order.Uint32(b)), intEnd, 8},
		vecs:  saveArea{save, int64(a.Order.Uint32(b[4:])), vecEnd, 16},
		stack: a.Order.Uint64(b[8:]),
	}
}
