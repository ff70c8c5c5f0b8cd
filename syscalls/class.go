package syscalls

import (
	_ "embed" // the table
	"math/bits"
	"strings"
	"sync"
)

// Class is a set of classes of system calls, in strace's sense (strace(1), "-e trace=").
// ClassNames spells them.
type Class uint64

// The classes.
const (
	File      Class = 1 << iota // %file: take a file name
	Desc                        // %desc: take or return a file descriptor
	Process                     // %process: start, end and wait for processes
	Network                     // %network
	Signal                      // %signal
	Memory                      // %memory: map memory
	IPC                         // %ipc: System V
	Creds                       // %creds: user and group ids, capabilities
	Clock                       // %clock
	Pure                        // %pure: no arguments, never fail
	Stat                        // %stat
	Lstat                       // %lstat
	Fstat                       // %fstat
	AnyStat                     // %%stat: the three above
	Statfs                      // %statfs
	Fstatfs                     // %fstatfs
	AnyStatfs                   // %%statfs: the two above and ustat
)

// classNames are the names of the classes, by bit.
var classNames = [...]string{
	"%file", "%desc", "%process", "%network", "%signal", "%memory", "%ipc", "%creds", "%clock", "%pure",
	"%stat", "%lstat", "%fstat", "%%stat", "%statfs", "%fstatfs", "%%statfs",
}

//go:embed data/classes.tbl
var classTable string

var classes = sync.OnceValue(func() map[string]Class { return parseClasses(classTable) })

// parseClasses reads lines "%class name name …". A line that begins with a blank continues
// the class above.
func parseClasses(table string) map[string]Class {
	of := make(map[string]Class)
	var class Class
	for line := range strings.Lines(table) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		if strings.HasPrefix(line, "%") {
			class, _ = classNamed(words[0])
			words = words[1:]
		}
		for _, name := range words {
			of[name] |= class
		}
	}
	return of
}

// ClassOf returns the classes of the system call called name, in any calling convention; 0 if
// there is no such call.
func ClassOf(name string) Class { return classes()[name] }

// classNamed returns the class of a name such as "%file". "%net" is "%network", and the old
// names without % ("file", "desc", "memory", "process", "signal", "ipc", "network") are
// still understood. It returns false for any other name.
func classNamed(name string) (Class, bool) {
	if name == "%net" {
		return Network, true
	}
	for bit, known := range classNames {
		if name == known || "%"+name == known && hasOldName(name) {
			return 1 << bit, true
		}
	}
	return 0, false
}

func hasOldName(name string) bool {
	switch name {
	case "file", "desc", "memory", "process", "signal", "ipc", "network":
		return true
	}
	return false
}

// ClassNames returns the names of the classes in c, in the order of the bits.
func ClassNames(c Class) []string {
	var names []string
	for rest := uint64(c); rest != 0; rest &= rest - 1 {
		if bit := bits.TrailingZeros64(rest); bit < len(classNames) {
			names = append(names, classNames[bit])
		}
	}
	return names
}
