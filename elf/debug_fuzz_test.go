package elf

import (
	"bytes"
	"compress/zlib"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plait/bound"
)

// FuzzDebugPaths takes any text for the names by which a file refers to another one
// with its debugging information. They lead only beside the file, below it, or to the
// separate files of the system.
func FuzzDebugPaths(f *testing.F) {
	f.Add([]byte("a.debug\x00\x01\x02\x03\x04"), "/usr/bin", "/usr/lib/debug/.dwz/a.debug", []byte{1, 2, 3})
	f.Add([]byte("..\x00\x00\x00\x00\x00\x00"), "/", "../../../proc/kmsg", []byte{})
	f.Add([]byte("/etc/shadow\x00\x00\x00\x00\x00"), "/usr/lib/x/..", "/proc/kmsg", []byte{0xff})
	f.Add([]byte(".\x00\x00\x00\x00\x00\x00\x00"), "relative", "/usr/lib/debug/../../../etc/shadow", []byte{0, 0})
	f.Fuzz(func(t *testing.T, link []byte, dir, alt string, id []byte) {
		bound.Input(t, func() {
			if strings.Contains(dir, "\x00") || len(dir) > 4096 {
				return
			}
			dir = filepath.Clean(dir)
			name, _, ok := parseDebugLink(link)
			if ok {
				for _, path := range linkPaths(dir, name) {
					checkPath(t, path, dir)
				}
			}
			hex := fmt.Sprintf("%x", id)
			if len(hex) > 2 {
				checkPath(t, buildIDPath(hex), debugRoot)
			}
			if filepath.IsAbs(dir) {
				for _, path := range altPaths(alt, hex, dir) {
					checkPath(t, path, dir)
				}
			}
		})
	})
}

func checkPath(t *testing.T, path, dir string) {
	t.Helper()
	inside := func(top string) bool {
		return path != top && strings.HasPrefix(path, strings.TrimSuffix(top, "/")+"/")
	}
	if filepath.Clean(path) != path || !inside(dir) && !inside(debugRoot) {
		t.Errorf("%q leads out of %q", path, dir)
	}
}

// FuzzInflate reads sections that claim to be compressed, whatever size they claim. The
// result is no larger than that, and costs no more than it may.
func FuzzInflate(f *testing.F) {
	for _, n := range []int{0, 10, 1 << 16, 4 << 20} {
		var b bytes.Buffer
		z := zlib.NewWriter(&b)
		z.Write(make([]byte, n))
		z.Close()
		for _, size := range []uint64{uint64(n), uint64(n) / 2, 1 << 40, 0} {
			f.Add(b.Bytes(), size, uint32(elf.COMPRESS_ZLIB), false)
			f.Add(b.Bytes(), size, uint32(0), true)
		}
	}
	f.Add([]byte("\x28\xb5\x2f\xfd\x04\x00\x01\x00\x00"), uint64(1<<32), uint32(elf.COMPRESS_ZSTD), false)
	f.Setenv("TMPDIR", f.TempDir())
	f.Fuzz(func(t *testing.T, b []byte, size uint64, kind uint32, old bool) {
		bound.Input(t, func() {
			image := compressedSection(b, size, kind, old)
			file, err := NewFile(bytes.NewReader(image), int64(len(image)))
			if err != nil {
				t.Fatal(err)
			}
			d, err := file.OpenDebug()
			if err != nil {
				return
			}
			defer d.Close()
			r, n := d.Section(".debug_info")
			if r == nil {
				return
			}
			if n < 0 || uint64(n) > size {
				t.Errorf("%d bytes of a section of %d", n, size)
			}
			const enough = 1 << 20
			if got, _ := io.Copy(io.Discard, io.NewSectionReader(r, 0, min(n, enough))); got != min(n, enough) {
				t.Errorf("%d of %d bytes can be read", got, n)
			}
		})
		if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
			t.Errorf("%d files are left", len(left))
		}
	})
}

// compressedSection returns a file with a .debug_info section that is compressed in
// today's way or the old one: "ZLIB" and the size before it.
func compressedSection(b []byte, size uint64, kind uint32, old bool) []byte {
	names, name, flags := "\x00.shstrtab\x00.debug_info\x00.zdebug_info\x00", uint32(11), uint64(elf.SHF_COMPRESSED)
	head := binary.LittleEndian.AppendUint32(nil, kind)
	head = binary.LittleEndian.AppendUint32(head, 0)
	head = binary.LittleEndian.AppendUint64(head, size)
	head = binary.LittleEndian.AppendUint64(head, 1)
	if old {
		name, flags = 23, 0
		head = binary.BigEndian.AppendUint64([]byte("ZLIB"), size)
	}
	const headSize, sections = 64, 3
	at := uint64(headSize)
	body := append([]byte(names), append(head, b...)...)
	var out bytes.Buffer
	binary.Write(&out, binary.LittleEndian, elf.Header64{
		Ident: [16]byte{0x7f, 'E', 'L', 'F', 2, 1, 1}, Type: uint16(elf.ET_DYN), Machine: uint16(elf.EM_X86_64), Version: 1,
		Shoff: at + uint64(len(body)), Ehsize: headSize, Phentsize: 56, Shentsize: 64, Shnum: sections, Shstrndx: 1,
	})
	out.Write(body)
	binary.Write(&out, binary.LittleEndian, [sections]elf.Section64{
		{},
		{Name: 1, Type: uint32(elf.SHT_STRTAB), Off: at, Size: uint64(len(names))},
		{Name: name, Type: uint32(elf.SHT_PROGBITS), Flags: flags, Off: at + uint64(len(names)), Size: uint64(len(head) + len(b))},
	})
	return out.Bytes()
}
