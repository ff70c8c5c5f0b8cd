package main

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What any file that takes less than 1 MB on the disk may cost plait, whatever is in
// it.
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

// TestHostile traces programs whose files claim to have much more than they do, in the
// ways that look at most of them.
func TestHostile(t *testing.T) {
	need(t, "gcc")
	need(t, "objcopy")
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

// bounded runs plait, and demands that it does what it should within bounds.
func bounded(t *testing.T, args []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Args[0] = "plait"
	cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+t.TempDir())
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
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

func command(t *testing.T, name string, args ...string) {
	t.Helper()
	if text, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, text)
	}
}

// sectionHeaders calls edit with the name and the header of each section of the ELF
// file at path, and writes what it makes of them.
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

// sparse makes sections of a program half a gigabyte of holes each.
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

// sections makes a program have a million sections, in a hole.
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

// compressed gives a program nine sections that inflate to so many zeros.
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

// linked makes a program lead to a separate file of a terabyte of holes.
func linked(t *testing.T, from, to string) {
	debug := filepath.Join(filepath.Dir(to), "linked.debug")
	command(t, "objcopy", "--only-keep-debug", from, debug)
	command(t, "objcopy", "--strip-debug", "--add-gnu-debuglink="+debug, from, to)
	if err := os.Truncate(debug, 1<<40); err != nil {
		t.Skip(fmt.Sprint("no such large files: ", err))
	}
}
