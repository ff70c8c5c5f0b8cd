package syscalls

import (
	_ "embed" // the tables
	"strings"
	"sync"

	"plait/arch"
)

// x32Bit marks the numbers of the x32 convention (asm/unistd.h), whose audit number is that
// of x86-64.
const x32Bit = 0x40000000

var (
	//go:embed data/amd64.tbl
	amd64Table string
	//go:embed data/x32.tbl
	x32Table string
	//go:embed data/386.tbl
	i386Table string

	amd64 = sync.OnceValue(func() *convention { return newConvention("", rows(amd64Table), x32Rows, nil) })
	i386  = sync.OnceValue(func() *convention { return newConvention("32", rows(i386Table), nil, innerRows()) })

	x32Rows = sync.OnceValue(func() []row { return rows(x32Table) }) // few programs are of it
)

// A Table is the system calls of one calling convention. A Table is for one goroutine at a
// time; others call For for a Table of their own, which costs little.
type Table struct {
	*convention
	arch   *arch.Arch
	protos prototypes
}

// A convention is what all Tables of one calling convention share. It is immutable.
type convention struct {
	abi    string
	native []row        // by number; from known on, inner calls
	known  int          // one more than the highest number of a call
	x32    func() []row // by number without x32Bit; nil: the convention has none
}

// For returns a Table of the calls that a machine of architecture a makes by the convention
// with that audit number (AUDIT_ARCH_*, linux/audit.h); 0 means a's own. It returns nil if
// plait has no tables for it.
func For(a *arch.Arch, audit uint32) *Table {
	if audit == 0 && a != nil {
		audit = a.Audit
	}
	if c := conventionOf(audit); c != nil {
		return &Table{convention: c, arch: a}
	}
	return nil
}

// conventionOf returns the convention with an audit number, or nil if plait has no tables for
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

// newConvention makes a convention of rows by number. Those of inner calls follow the
// others.
func newConvention(abi string, native []row, x32 func() []row, inner []row) *convention {
	c := &convention{abi: abi, native: native, known: len(native), x32: x32}
	if len(inner) > len(native) {
		c.native = append(c.native, inner[len(native):]...)
	}
	return c
}

// at returns the row of a number; its name is empty if the number has none.
func (c *convention) at(nr uint64) row {
	side := c.native
	if c.x32 != nil && isX32(nr) {
		side, nr = c.x32(), nr&^x32Bit
	}
	return at(side, int(nr))
}

// isX32 reports whether a number is of the x32 convention. -1 is not.
func isX32(nr uint64) bool { return nr>>30 == x32Bit>>30 }

// ABI returns the name of the convention by which call number nr was made, as in event.Call:
// "" for the machine's own, "32" or "x32".
func (c *convention) ABI(nr uint64) string {
	if c.x32 != nil && isX32(nr) {
		return "x32"
	}
	return c.abi
}

// Len returns one more than the highest number with a name.
func (c *convention) Len() int { return c.known }

// Name returns the name of a call; false if the number has none.
func (c *convention) Name(nr uint64) (string, bool) {
	name := c.at(nr).name
	return name, name != ""
}

// Number returns the number of the call called name, which may begin with "SYS_" or "sys_";
// false if there is none.
func (c *convention) Number(name string) (uint64, bool) {
	name = bareName(name)
	for _, r := range c.native[:c.known] {
		if r.name == name && name != "" {
			return uint64(r.nr), true
		}
	}
	return 0, false
}

// bareName removes the prefix that C and ltrace put before the names of system calls.
func bareName(name string) string {
	if len(name) > 4 && strings.EqualFold(name[:4], "sys_") {
		return name[4:]
	}
	return name
}

// Class returns the classes of a call, or 0 if the number has no name.
func (c *convention) Class(nr uint64) Class { return ClassOf(c.at(nr).name) }
