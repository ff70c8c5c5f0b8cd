package main

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"plait/internal/cli/clitest"
)

// The most that a file which takes less than 1 MB on the disk may cost plait, whatever
// is in it.
const (
	hostileMemory = 256 << 10 // KiB, at its peak
	hostileTime   = 2 * time.Second
)

// hostileSource is a program that is made hostile.
const hostileSource = `
#include <stdio.h>
#include <stdlib.h>
int work(int n) { return n + 1; }
int main(void) { for (int i = 0; i < 3; i++) free(malloc(work(i))); puts("done"); return 0; }
`

// TestHostile traces programs whose files claim to have much more than they do. The
// options are those that look at most of a file.
func TestHostile(t *testing.T) {
	clitest.Need(t, "gcc")
	clitest.Need(t, "objcopy")
	dir := t.TempDir()
	source, plain := filepath.Join(dir, "a.c"), filepath.Join(dir, "plain")
	if err := os.WriteFile(source, []byte(hostileSource), 0o666); err != nil {
		t.Fatal(err)
	}
	command(t, "gcc", "-g", "-w", "-fno-builtin", "-Wl,--build-id=none", "-o", plain, source)
	for name, make := range map[string]func(t *testing.T, from, to string){
		"symbols":      func(t *testing.T, from, to string) { sparse(t, from, to, ".symtab", ".strtab") },
		"names":        func(t *testing.T, from, to string) { sparse(t, from, to, ".strtab") },
		"lines":        func(t *testing.T, from, to string) { sparse(t, from, to, ".debug_line", ".debug_str") },
		"types":        func(t *testing.T, from, to string) { sparse(t, from, to, ".debug_info", ".debug_abbrev") },
		"section list": sections,
		"compressed":   func(t *testing.T, from, to string) { compressed(t, from, to, 60<<20) },
		"overflowing":  func(t *testing.T, from, to string) { compressed(t, from, to, 1<<40) },
		"link":         linked,

		"overlapping names":         overlappingNames,
		"overlapping section names": overlappingSectionNames,
		"compressed names":          compressedNames,
		"sections in a hole":        sectionsInHole,
		"indirect functions":        indirectFunctions,
	} {
		t.Run(name, func(t *testing.T) {
			program := filepath.Join(t.TempDir(), "prog")
			make(t, plain, program)
			for _, options := range []string{"-S -w 4 -e *@MAIN -x *@MAIN -C", "--as strace -kk"} {
				args := append(strings.Fields(options), "-o", "/dev/null", program)
				bounded(t, args)
			}
		})
	}
}

// bounded runs plait, and demands that it stays within its bounds.
func bounded(t *testing.T, args []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Args[0] = "plait"
	cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+t.TempDir())
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	forgetPeak(t)
	begun := time.Now()
	if err := cmd.Run(); err != nil || out.String() != "done\n" {
		t.Errorf("%q: %v: %q, %q", args, err, out.String(), stderr.String())
		return
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	took, worked := time.Since(begun), time.Duration(usage.Utime.Nano()+usage.Stime.Nano())
	t.Logf("%q: %d KiB, %v, %v of CPU time", args, usage.Maxrss, took, worked)
	if usage.Maxrss > hostileMemory || worked > hostileTime || took > 5*hostileTime { // the machine is shared
		t.Errorf("%q: %d KiB, %v, %v of CPU time", args, usage.Maxrss, took, worked)
	}
}

// forgetPeak lowers the peak of this process's memory to what it uses now, because a
// child's peak begins with that of its parent (the kernel's setmax_mm_hiwater_rss).
func forgetPeak(t *testing.T) {
	t.Helper()
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		t.Logf("the peak may be that of the tests: %v", err)
	}
}

func command(t *testing.T, name string, args ...string) {
	t.Helper()
	if text, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, text)
	}
}

// sectionHeaders calls edit with the name and header of each section of the ELF file at
// path, and writes the result.
func sectionHeaders(t *testing.T, path string, edit func(name string, header []byte)) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	at, n, names := le.Uint64(b[40:]), uint64(le.Uint16(b[60:])), uint64(le.Uint16(b[62:]))
	strtab := le.Uint64(b[at+64*names+24:])
	for i := range n {
		header := b[at+64*i : at+64*i+64]
		name, _, _ := bytes.Cut(b[strtab+uint64(le.Uint32(header)):], []byte{0})
		edit(string(name), header)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.WriteAt(b[at:at+64*n], int64(at))
	f.WriteAt(b[:64], 0)
}

// sparse makes each of the named sections of a program half a gigabyte of holes.
func sparse(t *testing.T, from, to string, names ...string) {
	const size = 500 << 20
	command(t, "cp", from, to)
	info, err := os.Stat(to)
	if err != nil {
		t.Fatal(err)
	}
	end := uint64(info.Size()+4095) &^ 4095
	sectionHeaders(t, to, func(name string, header []byte) {
		for _, wanted := range names {
			if name == wanted {
				binary.LittleEndian.PutUint64(header[24:], end)
				binary.LittleEndian.PutUint64(header[32:], size)
				end += size
			}
		}
	})
	if err := os.Truncate(to, int64(end)); err != nil {
		t.Fatal(err)
	}
}

// sections gives a program a million sections, in a hole.
func sections(t *testing.T, from, to string) {
	sparse(t, from, to, ".comment")
	f, err := os.OpenFile(to, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var head [64]byte
	f.ReadAt(head[:], 0)
	binary.LittleEndian.PutUint64(head[40:], 1<<20)
	binary.LittleEndian.PutUint16(head[60:], 0)
	f.WriteAt(head[:], 0)
	f.WriteAt(binary.LittleEndian.AppendUint64(nil, 1<<20-1), 1<<20+32)
}

// compressed gives a program nine sections that inflate to that many zeros.
func compressed(t *testing.T, from, to string, claim uint64) {
	var b bytes.Buffer
	b.WriteString("ZLIB")
	b.Write(binary.BigEndian.AppendUint64(nil, claim))
	z := zlib.NewWriter(&b)
	zeros := bytes.Repeat([]byte{0}, 1<<20)
	for range 60 {
		z.Write(zeros)
	}
	z.Close()
	data := to + ".zeros"
	if err := os.WriteFile(data, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	var args []string
	for _, name := range []string{"info", "abbrev", "str", "line_str", "str_offsets", "addr", "aranges", "rnglists", "line"} {
		args = append(args, "--remove-section=.debug_"+name, "--add-section", ".zdebug_"+name+"="+data)
	}
	command(t, "objcopy", append(args, from, to)...)
}

// linked makes a program refer to a separate file of a terabyte of holes.
func linked(t *testing.T, from, to string) {
	debug := filepath.Join(filepath.Dir(to), "linked.debug")
	command(t, "objcopy", "--only-keep-debug", from, debug)
	command(t, "objcopy", "--strip-debug", "--add-gnu-debuglink="+debug, from, to)
	if err := os.Truncate(debug, 1<<40); err != nil {
		t.Skip(fmt.Sprint("no such large files: ", err))
	}
}

// forge changes the sections of a program. edit gets the program's bytes, to which it
// may append, the section headers and their names, and returns bytes and headers.
func forge(t *testing.T, from, to string, edit func(b []byte, headers [][]byte, names []string) ([]byte, [][]byte)) {
	t.Helper()
	var headers [][]byte
	var names []string
	sectionHeaders(t, from, func(name string, header []byte) {
		headers, names = append(headers, bytes.Clone(header)), append(names, name)
	})
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	b, headers = edit(b, headers, names)
	b = append(b, make([]byte, -len(b)&15)...)
	binary.LittleEndian.PutUint64(b[40:], uint64(len(b)))
	binary.LittleEndian.PutUint16(b[60:], uint16(len(headers)))
	b = append(b, bytes.Join(headers, nil)...)
	if err := os.WriteFile(to, b, 0o777); err != nil {
		t.Fatal(err)
	}
}

// content returns the bytes of a section. place puts other bytes behind all others and
// makes them the section's.
func content(b, header []byte) []byte {
	at, n := binary.LittleEndian.Uint64(header[24:]), binary.LittleEndian.Uint64(header[32:])
	return bytes.Clone(b[at : at+n])
}

func place(b, header, content []byte) []byte {
	b = append(b, make([]byte, -len(b)&15)...)
	binary.LittleEndian.PutUint64(header[24:], uint64(len(b)))
	binary.LittleEndian.PutUint64(header[32:], uint64(len(content)))
	return append(b, content...)
}

// overlappingNames gives a program 20,000 functions with names of 64,000 letters, which
// all lie in one text.
func overlappingNames(t *testing.T, from, to string) {
	forge(t, from, to, func(b []byte, headers [][]byte, names []string) ([]byte, [][]byte) {
		symbols, strings, text := headers[slices.Index(names, ".symtab")], headers[slices.Index(names, ".strtab")], headers[slices.Index(names, ".text")]
		start, size := binary.LittleEndian.Uint64(text[16:]), binary.LittleEndian.Uint64(text[32:])
		table, letters := content(b, symbols), content(b, strings)
		for i := range uint64(20000) {
			table = binary.LittleEndian.AppendUint32(table, uint32(uint64(len(letters))+i%1000))
			table = append(table, 0x12, 0, 1, 0) // a global function
			table = binary.LittleEndian.AppendUint64(table, start+i%size)
			table = binary.LittleEndian.AppendUint64(table, 1)
		}
		b = place(b, symbols, table)
		return place(b, strings, append(append(letters, bytes.Repeat([]byte("a"), 65000)...), 0)), headers
	})
}

// overlappingSectionNames gives a program 14,000 sections with long names, which all
// lie in one text.
func overlappingSectionNames(t *testing.T, from, to string) {
	forge(t, from, to, func(b []byte, headers [][]byte, names []string) ([]byte, [][]byte) {
		list := headers[slices.Index(names, ".shstrtab")]
		letters := content(b, list)
		for i := range 14000 {
			header := binary.LittleEndian.AppendUint32(nil, uint32(len(letters)+i))
			headers = append(headers, append(header, make([]byte, 60)...))
		}
		return place(b, list, append(append(letters, bytes.Repeat([]byte("."), 100000)...), 0)), headers
	})
}

// compressedNames makes the names of sections inflate to most of a gigabyte.
func compressedNames(t *testing.T, from, to string) {
	forge(t, from, to, func(b []byte, headers [][]byte, names []string) ([]byte, [][]byte) {
		const size = 700 << 20
		list := headers[slices.Index(names, ".shstrtab")]
		var data bytes.Buffer
		data.Write(binary.LittleEndian.AppendUint64([]byte{1, 0, 0, 0, 0, 0, 0, 0}, size))
		data.Write(binary.LittleEndian.AppendUint64(nil, 1))
		z := zlib.NewWriter(&data)
		z.Write(content(b, list))
		zeros := make([]byte, 1<<20)
		for range size >> 20 {
			z.Write(zeros)
		}
		z.Close()
		binary.LittleEndian.PutUint64(list[8:], 0x800) // SHF_COMPRESSED
		return place(b, list, data.Bytes()), headers
	})
}

// sectionsInHole gives a program of nearly a megabyte as many sections as a file may
// have, nearly all of them in a hole.
func sectionsInHole(t *testing.T, from, to string) {
	const n = 400000
	forge(t, from, to, func(b []byte, headers [][]byte, names []string) ([]byte, [][]byte) {
		binary.LittleEndian.PutUint64(headers[0][32:], n)
		return append(b, bytes.Repeat([]byte("a"), 900000)...), headers
	})
	f, err := os.OpenFile(to, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var head [64]byte
	f.ReadAt(head[:], 0)
	f.WriteAt([]byte{0, 0}, 60) // the number is in the first section
	f.Truncate(int64(binary.LittleEndian.Uint64(head[40:]) + 64*n))
}

// indirectSource is a program with an indirect function and many words with addresses.
const indirectSource = `
#include <stdio.h>
static int impl(int x) { return x; }
static void *resolve(void) { return impl; }
int indirect(int) __attribute__((ifunc("resolve")));
static int place;
#define T(x) x, x, x, x, x, x, x, x, x, x
void *words[6000] = {T(T(T(&place))), T(T(T(&place))), T(T(T(&place))), T(T(T(&place))), T(T(T(&place)))};
int main(void) { printf(indirect(1) && words[1] ? "done\n" : ""); return 0; }
`

// indirectFunctions makes a program whose resolver has 8,000 names of 64,000 letters,
// and fills in 5,000 words.
func indirectFunctions(t *testing.T, _, to string) {
	source, from := to+".c", to+".plain"
	if err := os.WriteFile(source, []byte(indirectSource), 0o666); err != nil {
		t.Fatal(err)
	}
	command(t, "gcc", "-w", "-fno-builtin", "-o", from, source)
	le := binary.LittleEndian
	forge(t, from, to, func(b []byte, headers [][]byte, names []string) ([]byte, [][]byte) {
		section := func(name string) []byte { return headers[slices.Index(names, name)] }
		symbols, strings := section(".symtab"), section(".strtab")
		table, letters := content(b, symbols), content(b, strings)
		value := map[string]uint64{}
		for s := table; len(s) >= 24; s = s[24:] {
			name, _, _ := bytes.Cut(letters[le.Uint32(s):], []byte{0})
			value[string(name)] = le.Uint64(s[8:])
		}
		for range 8000 {
			table = le.AppendUint32(table, uint32(len(letters)))
			table = append(table, 0x1a, 0, 1, 0) // a global indirect function
			table = le.AppendUint64(table, value["resolve"])
			table = le.AppendUint64(table, 1)
		}
		rela := section(".rela.dyn")
		for r := b[le.Uint64(rela[24:]):][:le.Uint64(rela[32:])]; len(r) > 0; r = r[24:] {
			if le.Uint64(r[8:]) == 8 && le.Uint64(r[16:]) == value["place"] { // R_X86_64_RELATIVE
				le.PutUint64(r[8:], 37) // R_X86_64_IRELATIVE
				le.PutUint64(r[16:], value["resolve"])
			}
		}
		dynamic := section(".dynamic")
		for d := b[le.Uint64(dynamic[24:]):][:le.Uint64(dynamic[32:])]; len(d) > 0; d = d[16:] {
			if le.Uint64(d) == 0x6ffffff9 { // DT_RELACOUNT
				le.PutUint64(d, 0x6ffffef0) // nothing
			}
		}
		b = place(b, symbols, table)
		return place(b, strings, append(append(letters, bytes.Repeat([]byte("a"), 64000)...), 0)), headers
	})
}
