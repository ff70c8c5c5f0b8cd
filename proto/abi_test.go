package proto

import (
	"strconv"
	"strings"
	"testing"

	"plait/arch"
	"plait/event"
	"plait/proto/decode"
	"plait/proto/syntax"
)

// TestSetsAreInOrder has the rules of flag sets and enumerations. No name occurs twice,
// and in a flag set a name for several bits comes before names for some of them, or it
// would never be shown.
func TestSetsAreInOrder(t *testing.T) {
	types := Embedded(arch.AMD64)
	types.loadAll()
	sets := 0
	for _, it := range types.scope.order {
		n, err := it.compile()
		if err != nil {
			t.Error(err)
			continue
		}
		entries, ok := decode.Entries(n)
		if !ok {
			continue
		}
		sets++
		checkNames(t, it, entries)
		if it.Kind == syntax.KindFlags {
			checkOrder(t, it, entries)
		}
	}
	if sets < 100 {
		t.Errorf("only %d sets were seen", sets)
	}
}

func checkNames(t *testing.T, it *item, entries []decode.Entry) {
	seen := map[string]bool{}
	for _, e := range entries {
		if e.Name != "" && seen[e.Name] {
			t.Errorf("%s:%d: %s has %s twice", it.file, it.Line, it.Name, e.Name)
		}
		seen[e.Name] = true
	}
}

func checkOrder(t *testing.T, it *item, entries []decode.Entry) {
	for i, whole := range entries {
		for _, part := range entries[:i] {
			if part.Mask == 0 && whole.Mask == 0 && part.Bits != 0 && part.Bits&whole.Bits == part.Bits {
				t.Errorf("%s:%d: %s has %s behind its part %s", it.file, it.Line, it.Name, whole.Name, part.Name)
			}
		}
	}
}

// TestFlagsOfTheKernel shows no flag, one flag, a superset, an unknown bit, and all
// flags: the cases in which tables go wrong.
func TestFlagsOfTheKernel(t *testing.T) {
	tests := []struct {
		set  string
		bits uint64
		want string // names, then the rest
	}{
		{"open_flags", 0, "O_RDONLY"},
		{"open_flags", 0x101002, "O_RDWR|O_SYNC"},
		{"open_flags", 0x1001, "O_WRONLY|O_DSYNC"},
		{"open_flags", 0x410000, "O_RDONLY|O_TMPFILE"},
		{"open_flags", 0x1000000, "O_RDONLY|0x1000000"},
		{"open_bits", 0, "0"},
		{"access_mode", 0, "F_OK"},
		{"access_mode", 5, "R_OK|X_OK"},
		{"mmap_prot", 0, "PROT_NONE"},
		{"mmap_flags", 0x40022, "MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB"},
		{"mode_bits", 0100644, "S_IFREG|0644"},
		{"mode_bits", 0104755, "S_IFREG|S_ISUID|0755"},
		{"statx_mask", 0xfff, "STATX_ALL"},
		{"clone_bits", 0x1200000, "CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID"},
		{"msg_flags", 0, "0"},
		{"msg_flags", 0x80000000, "MSG_CMSG_COMPAT"},
		{"futex_op", 0x189, "FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME"},
		{"flock_op", 0xe2, "LOCK_EX|LOCK_MAND|LOCK_RW"},
	}
	s := sourceFor(t)
	for _, tt := range tests {
		if got := joined(t, s.Named(tt.set, tt.bits, 8)); got != tt.want {
			t.Errorf("%s %#x: %s, want %s", tt.set, tt.bits, got, tt.want)
		}
	}
}

// sourceFor returns a source in the middle of a call, for lenses in Go.
func sourceFor(t *testing.T) *decode.Source {
	t.Helper()
	file, errs := Parse("test", "void f()", Embedded(arch.AMD64))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	s := &decode.Source{Arch: arch.AMD64, Kind: event.System}
	file.Lookup("f").Enter(s)
	return s
}

func joined(t *testing.T, v event.Value) string {
	t.Helper()
	f, ok := v.(event.Flags)
	if !ok {
		t.Fatalf("%T is no set of flags", v)
	}
	names := f.Names
	switch {
	case f.Rest != 0 && f.Base == event.Octal:
		names = append(names, "0"+strings.TrimLeft(octalText(f.Rest), "0"))
	case f.Rest != 0:
		names = append(names, "0x"+strconv.FormatUint(f.Rest, 16))
	case len(names) == 0:
		return "0"
	}
	return strings.Join(names, "|")
}

func octalText(n uint64) string {
	text := ""
	for ; n > 0; n >>= 3 {
		text = string(rune('0'+n&7)) + text
	}
	return text
}
