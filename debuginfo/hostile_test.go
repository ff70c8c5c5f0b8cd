package debuginfo

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"

	"plait/bound"
)

// A forged is debugging information that no compiler wrote.
type forged struct{ info, abbrev, str, line, lineStr []byte }

func (f *forged) sections(name string) (io.ReaderAt, int64) {
	b := map[string][]byte{".debug_info": f.info, ".debug_abbrev": f.abbrev, ".debug_str": f.str,
		".debug_line": f.line, ".debug_line_str": f.lineStr}[name]
	if b == nil {
		return nil, 0
	}
	return bytes.NewReader(b), int64(len(b))
}

// unit adds a unit of DWARF 4, whose abbreviations are at an offset.
func (f *forged) unit(table int, entries []byte) {
	f.info = binary.LittleEndian.AppendUint32(f.info, uint32(7+len(entries)))
	f.info = append(f.info, 4, 0)
	f.info = binary.LittleEndian.AppendUint32(f.info, uint32(table))
	f.info = append(f.info, 8)
	f.info = append(f.info, entries...)
}

// withCode returns an entry of a unit with code: its addresses, and its line table, at
// offset 0.
func withCode(start, size uint64) []byte {
	b := binary.LittleEndian.AppendUint64([]byte{1}, start)
	b = binary.LittleEndian.AppendUint64(b, size)
	return append(b, 0, 0, 0, 0)
}

// codeAbbrev is the abbreviation of withCode.
var codeAbbrev = []byte{1, 0x11, 1, 0x11, 1, 0x12, 7, 0x10, 0x17, 0, 0}

const kib500 = 500 << 10

// TestHostile asks the questions that look at most, about less than a megabyte of
// debugging information that was made to cost as much as it can.
func TestHostile(t *testing.T) {
	for name, make := range map[string]func() *forged{
		"tables that overlap":   overlappingTables,
		"long names":            longNames,
		"names that overlap":    overlappingNames,
		"attributes in nothing": manyAttributes,
		"classes in classes":    nestedClasses,
		"files that overlap":    overlappingFiles,
		"lines":                 manyLines,
	} {
		t.Run(name, func(t *testing.T) {
			m := make()
			if n := len(m.info) + len(m.abbrev) + len(m.str) + len(m.line) + len(m.lineStr); n > 1<<20 {
				t.Fatalf("%d bytes", n)
			}
			bound.Within(t, bound.Time, 2*bound.Memory, func() { // half of it is free again
				in := Open(m.sections, Options{})
				for pc := uint64(0x1000); pc < 0x1100; pc++ {
					in.Function("f", pc)
					in.Declared("g", pc)
					in.Line(pc)
				}
			})
		})
	}
}

// overlappingTables returns units whose tables of abbreviations are each a small part
// of one large one.
func overlappingTables() *forged {
	m := &forged{abbrev: append(codeAbbrev, codeAbbrev...)}
	for code := range uint64(60000) {
		m.abbrev = append(binary.AppendUvarint(m.abbrev, code+2), 0x24, 0, 0, 0)
	}
	for i := range 30000 {
		at := len(codeAbbrev) * (i % 2)
		if i > 1 {
			at = 2*len(codeAbbrev) + 7*(i-2)
		}
		m.unit(at, withCode(0x1000+uint64(i), 1)[:1])
	}
	return m
}

// longNames returns functions that have one long text as their name.
func longNames() *forged {
	m := &forged{abbrev: append(append(codeAbbrev, 2, 0x2e, 0, 3, 0x0e, 0x3c, 0x19, 0, 0), 0)}
	m.str = bytes.Repeat([]byte("a"), kib500)
	entries := withCode(0x1000, 0x100)
	for range 80000 {
		entries = append(entries, 2, 0, 0, 0, 0)
	}
	m.unit(0, entries)
	return m
}

// overlappingNames returns functions whose names have a common end.
func overlappingNames() *forged {
	m := longNames()
	for i := range m.str {
		if m.str[i] = 'a'; i%4000 == 3999 {
			m.str[i] = 0
		}
	}
	m.info = nil
	entries := withCode(0x1000, 0x100)
	for i := range 80000 {
		entries = binary.LittleEndian.AppendUint32(append(entries, 2), uint32(i*4000+i%100)%kib500)
	}
	for i := range m.str { // to make all of them different
		if m.str[i] != 0 {
			m.str[i] = 'a' + byte(i/4000%26)
		}
	}
	m.unit(0, entries)
	return m
}

// manyAttributes returns entries of one byte that have hundreds of attributes.
func manyAttributes() *forged {
	m := &forged{abbrev: append(codeAbbrev, 2, 0x05, 0)}
	for range 500 {
		m.abbrev = append(m.abbrev, 0x3f, 0x19)
	}
	m.abbrev = append(m.abbrev, 0, 0, 3, 0x2e, 1, 3, 8, 0x11, 1, 0x12, 7, 0, 0, 0)
	entries := withCode(0x1000, 0x100)
	for i := range uint64(0x100) {
		entries = append(entries, 3, 'f', 0)
		entries = binary.LittleEndian.AppendUint64(entries, 0x1000+i)
		entries = binary.LittleEndian.AppendUint64(entries, 1)
		entries = append(append(entries, bytes.Repeat([]byte{2}, 3000)...), 0)
	}
	m.unit(0, entries)
	return m
}

// nestedClasses returns parameters of a class that has fifty members of a class without
// any, ten times over.
func nestedClasses() *forged {
	m := &forged{abbrev: append(codeAbbrev,
		2, 0x13, 1, 0x0b, 0x0b, 0, 0, // a struct, of a size
		3, 0x0d, 0, 0x49, 0x13, 0x38, 0x0b, 0, 0, // a member, of a type, at a place
		4, 0x2e, 1, 3, 8, 0x27, 0x19, 0x11, 1, 0x12, 7, 0, 0, // a function
		5, 0x05, 0, 0x49, 0x13, 0, 0, // a parameter
		0)}
	entries := withCode(0x1000, 0x100)
	inner := uint32(0)
	for range 11 {
		at := uint32(11 + len(entries))
		entries = append(entries, 2, 1)
		for range 50 {
			if inner != 0 {
				entries = append(binary.LittleEndian.AppendUint32(append(entries, 3), inner), 0)
			}
		}
		entries = append(entries, 0)
		inner = at
	}
	for i := range uint64(0x100) {
		entries = append(entries, 4, 'f', 0)
		entries = binary.LittleEndian.AppendUint64(entries, 0x1000+i)
		entries = binary.LittleEndian.AppendUint64(entries, 1)
		entries = append(binary.LittleEndian.AppendUint32(append(entries, 5), inner), 0)
	}
	m.unit(0, entries)
	return m
}

// overlappingFiles returns units that all have one list of files with long names.
func overlappingFiles() *forged {
	m := &forged{abbrev: append(codeAbbrev, 0), lineStr: bytes.Repeat([]byte("/"), 4<<10)}
	var rest []byte
	rest = append(rest, 1, 1, 1, 0, 1, 1)    // lengths, is_stmt, line_base, line_range, opcode_base
	rest = append(rest, 0, 0)                // no folders
	rest = append(rest, 1, 1, 0x1f)          // paths, in .debug_line_str
	rest = binary.AppendUvarint(rest, 60000) // the number of paths
	rest = append(rest, make([]byte, 4*60000)...)
	head := binary.LittleEndian.AppendUint32([]byte{5, 0, 8, 0}, uint32(len(rest)))
	program := append([]byte{0, 9, lineSetAddress}, binary.LittleEndian.AppendUint64(nil, 0x1000)...)
	for range 0x100 {
		program = append(program, 2)
	}
	m.line = binary.LittleEndian.AppendUint32(nil, uint32(len(head)+len(rest)+len(program)))
	m.line = append(append(append(m.line, head...), rest...), program...)
	for i := range uint64(0x100) {
		m.unit(0, withCode(0x1000+i, 1))
	}
	return m
}

// manyLines returns a line table of nearly a megabyte, in which no row is the one that
// is asked for.
func manyLines() *forged {
	m := &forged{abbrev: append(codeAbbrev, 0)}
	head := []byte{2, 0, 8, 0, 0, 0, 1, 1, 0, 1, 1, 0, 0}
	head[2] = byte(len(head) - 6)
	program := bytes.Repeat([]byte{1}, 900<<10)
	m.line = binary.LittleEndian.AppendUint32(nil, uint32(len(head)+len(program)))
	m.line = append(append(m.line, head...), program...)
	m.unit(0, withCode(0x1000, 0x100))
	return m
}
