package syscalls

import (
	_ "embed" // the tables
	"strings"
	"sync"

	"plait/arch"
	"plait/event"
)

// x32Bit marks the numbers of the x32 convention (asm/unistd.h), which shares
// its audit number with x86-64.
const x32Bit = 0x40000000

var (
	//go:embed data/amd64.tbl
	amd64Table string
	//go:embed data/x32.tbl
	x32Table string
	//go:embed data/386.tbl
	i386Table string

	amd64 = sync.OnceValue(func() *convention { return newConvention("", rows(amd64Table), rows(x32Table), nil) })
	i386  = sync.OnceValue(func() *convention { return newConvention("32", rows(i386Table), nil, innerRows()) })
)

// A Table is the system calls of one calling convention. Looking up a number
// is an array index. A Table is for one goroutine at a time; the others ask
// For another one, which costs little.
type Table struct {
	*convention
	arch   *arch.Arch
	protos prototypes
}

// A convention is what all tables of one calling convention share. It does not
// change.
type convention struct {
	abi     string
	native  []entry // by number; behind known, those of inner calls
	known   int     // one more than the highest number that the kernel has
	x32     []entry // by number without x32Bit
	numbers map[string]int
}

// An entry is what the tables say of one number.
type entry struct {
	name  string
	class event.Class
}

// For returns the table of the calls that a machine of kind a makes with the
// given audit number (linux/audit.h: AUDIT_ARCH_*); 0 stands for a's own. It is
// nil if plait has none.
func For(a *arch.Arch, audit uint32) *Table {
	if audit == 0 && a != nil {
		audit = a.Audit
	}
	if c := conventionOf(audit); c != nil {
		return &Table{convention: c, arch: a}
	}
	return nil
}

// conventionOf is the convention with an audit number; nil if plait has no tables of
// it.
func conventionOf(audit uint32) *convention {
	switch audit {
	case arch.AMD64.Audit:
		return amd64()
	case arch.I386.Audit:
		return i386()
	}
	return nil
}

// newConvention makes tables of rows by number. Those of inner calls follow the
// others.
func newConvention(abi string, native, x32, inner []row) *convention {
	t := &convention{abi: abi, native: entries(native), known: len(native), x32: entries(x32)}
	t.numbers = make(map[string]int, len(native))
	for nr, e := range t.native {
		if e.name != "" {
			t.numbers[e.name] = nr
		}
	}
	if len(inner) > len(native) {
		t.native = append(t.native, entries(inner)[len(native):]...)
	}
	return t
}

func entries(rows []row) []entry {
	if rows == nil {
		return nil
	}
	all := make([]entry, len(rows))
	for nr, r := range rows {
		all[nr] = entry{name: r.name, class: classes()[r.name]}
	}
	return all
}

// at is the entry of a number, or nil.
func (t *convention) at(nr uint64) *entry {
	side := t.native
	if t.x32 != nil && isX32(nr) {
		side, nr = t.x32, nr&^x32Bit
	}
	if nr >= uint64(len(side)) || side[nr].name == "" {
		return nil
	}
	return &side[nr]
}

// isX32 tells the numbers of x32, of which -1 is none.
func isX32(nr uint64) bool { return nr>>30 == x32Bit>>30 }

// ABI names the convention that a call of number nr was made by, as event.Call
// has it: "" for the machine's own, "32" or "x32".
func (t *convention) ABI(nr uint64) string {
	if t.x32 != nil && isX32(nr) {
		return "x32"
	}
	return t.abi
}

// Len is one more than the highest number with a name.
func (t *convention) Len() int { return t.known }

// Name is the name of a call; false if the number has none.
func (t *convention) Name(nr uint64) (string, bool) {
	if e := t.at(nr); e != nil {
		return e.name, true
	}
	return "", false
}

// Number is the number of the call of that name, which may begin with "SYS_" or
// "sys_".
func (t *convention) Number(name string) (uint64, bool) {
	nr, ok := t.numbers[bareName(name)]
	return uint64(nr), ok
}

// bareName takes off the prefix that C and ltrace have before the names of
// system calls.
func bareName(name string) string {
	if len(name) > 4 && strings.EqualFold(name[:4], "sys_") {
		return name[4:]
	}
	return name
}

// Class is the classes that a call belongs to, 0 for an unknown number.
func (t *convention) Class(nr uint64) event.Class {
	if e := t.at(nr); e != nil {
		return e.class
	}
	return 0
}
