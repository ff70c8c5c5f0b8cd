package arch

import (
	"debug/elf"
	"testing"

	"golang.org/x/arch/x86/x86asm"
)

// TestSecondOpinion compares the lengths of instructions with those that x86asm finds,
// which knows fewer of them, in the code of the test program itself and of libc.
func TestSecondOpinion(t *testing.T) {
	for _, path := range []string{"/proc/self/exe", "/lib/x86_64-linux-gnu/libc.so.6"} {
		f, err := elf.Open(path)
		if err != nil {
			t.Logf("%s: %v", path, err)
			continue
		}
		defer f.Close()
		code, err := f.Section(".text").Data()
		if err != nil {
			t.Fatal(err)
		}
		compared := compareLengths(t, code)
		if compared < 10000 {
			t.Errorf("%s: only %d instructions compared", path, compared)
		}
	}
}

func compareLengths(t *testing.T, code []byte) (compared int) {
	for off := 0; off < len(code); {
		in, ok := DecodeAMD64(code[off:])
		if !ok {
			off++
			continue
		}
		second, err := x86asm.Decode(code[off:min(off+15, len(code))], 64)
		if err == nil && second.Op != 0 && !in.Vex {
			compared++
			if second.Len != in.Len && compared < 200000 {
				t.Errorf("%x: %d bytes, x86asm says %d (%v)", code[off:off+in.Len], in.Len, second.Len, second)
			}
		}
		off += in.Len
	}
	return compared
}
