package debuginfo

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"plait/bound"
	"plait/elf"
	"plait/proto"
)

// fuzzed are the sections that FuzzInfo changes, in the order of its arguments.
var fuzzed = []string{
	".debug_info", ".debug_abbrev", ".debug_str", ".debug_types", ".debug_ranges", ".debug_rnglists",
	".debug_line", ".debug_aranges", ".debug_addr", ".debug_str_offsets",
	".debug_loc", ".debug_loclists",
}

// FuzzInfo reads hostile sections. Whatever is in them, questions are answered soon,
// and answers can be parsed.
func FuzzInfo(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(seed[0], seed[1], seed[2], seed[3], seed[4], seed[5], seed[6], seed[7], seed[8], seed[9], seed[10], seed[11])
	}
	f.Fuzz(func(t *testing.T, info, abbrev, str, types, ranges, rnglists, line, aranges, addr, strOffsets, loc, locLists []byte) {
		bound.Input(t, func() {
			contents := [][]byte{info, abbrev, str, types, ranges, rnglists, line, aranges, addr, strOffsets, loc, locLists}
			sections := func(name string) (io.ReaderAt, int64) {
				for i, n := range fuzzed {
					if n == name {
						return bytes.NewReader(contents[i]), int64(len(contents[i]))
					}
				}
				return nil, 0
			}
			askAll(Open(sections, Options{Alt: sections, Known: func(_ string, size int64) bool { return size == 8 }, Reads: readsOf}))
		})
	})
}

// readsOf says of functions that they use their first arguments, as many as their address
// has it.
func readsOf(addr uint64) (used [2]uint, ok bool) {
	return [2]uint{1<<(addr>>4%8) - 1, 1<<(addr>>7%8) - 1}, true
}

// askAll asks for the functions that there seem to be.
func askAll(in *Info) {
	const enough = 20
	in.begin()
	in.unitOf(0x1000)
	asked := 0
	for i, u := range in.units {
		if i == enough {
			break
		}
		for pc, off := range u.index().at {
			if asked++; asked > enough {
				return
			}
			in.begin()
			if e, ok := u.entry(off); ok {
				proto.Parse("fuzzed", in.write(&e, "name", pc), nil)
			}
			in.Declared("puts", pc)
			in.Line(pc)
		}
	}
}

// seeds returns the sections of the C fixture's objects, which are small.
func seeds(f *testing.F) [][][]byte {
	archive, err := txtar.ParseFile("testdata/c.txtar")
	if err != nil {
		f.Fatal(err)
	}
	dir := f.TempDir()
	for _, file := range archive.Files {
		if err := os.WriteFile(filepath.Join(dir, file.Name), file.Data, 0o666); err != nil {
			f.Fatal(err)
		}
	}
	return compiled(f, dir, file(archive, "build"))
}

// maxSeed keeps the seeds small enough to be changed often.
const maxSeed = 1 << 14

func compiled(f *testing.F, dir, builds string) [][][]byte {
	var list [][][]byte
	for i, line := range bytes.Split(bytes.TrimSpace([]byte(builds)), []byte("\n")) {
		out := filepath.Join(dir, "object"+string(rune('a'+i)))
		if !build(f, dir, string(line), out) {
			continue
		}
		object, err := elf.Open(out)
		if err != nil {
			f.Fatal(err)
		}
		d, err := object.OpenDebug()
		if err != nil {
			f.Fatal(err)
		}
		var seed [][]byte
		for _, name := range fuzzed {
			var b []byte
			if r, size := d.Section(name); r != nil {
				b = make([]byte, size)
				r.ReadAt(b, 0)
			}
			seed = append(seed, b)
		}
		d.Close()
		object.Close()
		if len(seed[0]) <= maxSeed {
			list = append(list, seed)
		}
	}
	return list
}
