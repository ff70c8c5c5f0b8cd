package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// A share is how many slots there are, and how many are known.
type share struct {
	name                string
	slots, ours, theirs int
}

func (s *share) add(x *slot) {
	s.slots++
	if x.ours {
		s.ours++
	}
	if x.theirs {
		s.theirs++
	}
}

func percent(n, of int) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(of))
}

// libcParts are the objects of the C library.
var libcParts = []string{"libc", "libm", "libpthread", "libdl", "librt", "libresolv", "libcrypt", "libutil", "libnsl", "libanl", "ld-linux-x86-64"}

// groups are the lines above those of single libraries.
var groups = []struct {
	name string
	has  func(*slot) bool
}{
	{"libc and libm", func(s *slot) bool { return base(s.object) == "libc" || base(s.object) == "libm" }},
	{"all of glibc", func(s *slot) bool { return slices.Contains(libcParts, base(s.object)) }},
	{"C functions of all libraries", func(s *slot) bool { return !s.isMangled() }},
	{"C functions of all libraries but glibc", func(s *slot) bool { return !s.isMangled() && !slices.Contains(libcParts, base(s.object)) }},
	{"C++ functions", func(s *slot) bool { return s.isMangled() && !s.isRust() }},
	{"Rust functions (no types in the names)", (*slot).isRust},
	{"everything", func(*slot) bool { return true }},
}

// base returns the name of an object up to ".so".
func base(object string) string {
	name, _, _ := strings.Cut(object, ".so")
	return name
}

// printTable prints the shares of the groups, and of the libraries that are imported
// most.
func printTable(w io.Writer, slots []*slot, markdown bool) {
	row := "%-42s %9s %9s %9s\n"
	if markdown {
		row = "| %s | %s | %s | %s |\n"
	}
	fmt.Fprintf(w, row, "functions of", "slots", "plait", "ltrace")
	if markdown {
		fmt.Fprintf(w, row, "---", "--:", "--:", "--:")
	}
	for _, s := range append(grouped(slots), libraries(slots, 60)...) {
		fmt.Fprintf(w, row, s.name, fmt.Sprint(s.slots), percent(s.ours, s.slots), percent(s.theirs, s.slots))
	}
}

func grouped(slots []*slot) []*share {
	var list []*share
	for _, g := range groups {
		s := &share{name: g.name}
		for _, x := range slots {
			if g.has(x) {
				s.add(x)
			}
		}
		list = append(list, s)
	}
	return list
}

// libraries returns the shares of the n objects with the most slots.
func libraries(slots []*slot, n int) []*share {
	by := map[string]*share{}
	var list []*share
	for _, x := range slots {
		s := by[x.object]
		if s == nil {
			s = &share{name: x.object}
			by[x.object] = s
			list = append(list, s)
		}
		s.add(x)
	}
	slices.SortStableFunc(list, func(a, b *share) int { return b.slots - a.slots })
	return list[:min(n, len(list))]
}

// printMissing prints the libraries with the most slots without a prototype, then the
// functions. Mangled names are only in the table.
func printMissing(w io.Writer, slots []*slot, n int) {
	objects, symbols := map[string]int{}, map[string]int{}
	for _, s := range slots {
		if !s.ours && !s.isMangled() {
			objects[s.object]++
			symbols[s.object+" "+s.symbol]++
		}
	}
	for _, counts := range []map[string]int{objects, symbols} {
		for _, name := range head(counts, n) {
			fmt.Fprintf(w, "%6d %s\n", counts[name], name)
		}
		fmt.Fprintln(w)
	}
}

// head returns the n names with the highest counts.
func head(counts map[string]int, n int) []string {
	var names []string
	for name := range counts {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	return names[:min(n, len(names))]
}
