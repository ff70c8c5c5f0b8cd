package proto

import (
	"os"
	"strings"
	"testing"

	"plait/arch"
)

// TestNames looks up every name that ltrace 0.8.1 has a prototype of. The names in its
// file of system calls, and those with SYS_ in its general file, are plait's system
// calls, which package syscalls describes. Some of them are not system calls here but
// functions of the C library.
func TestNames(t *testing.T) {
	text, err := os.ReadFile("testdata/names.txt")
	if err != nil {
		t.Fatal(err)
	}
	calls, err := os.ReadFile("../syscalls/data/calls.conf")
	if err != nil {
		t.Fatal(err)
	}
	types := Embedded(arch.AMD64)
	object, count := "", 0
	for line := range strings.Lines(string(text)) {
		name := strings.TrimSpace(line)
		if heading, ok := strings.CutPrefix(name, "# "); ok {
			object, _, _ = strings.Cut(heading, ".conf")
			continue
		}
		if name == "" {
			continue
		}
		count++
		call, system := strings.CutPrefix(name, systemPrefix)
		switch {
		case object == systemCalls || system:
			if !strings.Contains(string(calls), " "+call+"(") && types.lookup("libc.so.6", call) == nil {
				t.Errorf("the system call %s has no prototype", call)
			}
		case types.lookup(object, name) == nil:
			t.Errorf("%s of %s has no prototype", name, object)
		}
	}
	if count < 1500 {
		t.Errorf("only %d names", count)
	}
}

// TestMusl looks up functions of musl by the names of its object. They have the same
// prototypes as glibc's, and there are those that only musl has.
func TestMusl(t *testing.T) {
	types := Embedded(arch.AMD64)
	for _, object := range []string{"libc.musl-x86_64.so.1", "ld-musl-x86_64.so.1", "/lib/ld-musl-x86_64.so.1", "libc.so"} {
		for _, name := range []string{"open", "printf", "pthread_create", "sin", "cexp", "fgetln", "issetugid", "__posix_getopt", "tcgetwinsize"} {
			if types.lookup(object, name) == nil {
				t.Errorf("%s of %s has no prototype", name, object)
			}
		}
	}
}
