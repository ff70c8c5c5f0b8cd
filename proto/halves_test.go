package proto

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"plait/proto/syntax"
)

// plainType matches types that say no more than C's do.
var plainType = regexp.MustCompile(`^(addr|u?int|u?long|hex\(.*\)|string)$`)

// namedType matches types that do say more: a name with an underscore, or a pointer to
// a struct.
var namedType = regexp.MustCompile(`[a-z]_[a-z]|[a-z]\*$`)

// elsewhere are arguments that the C library passes on in another form, and integers
// that only have another name.
var elsewhere = map[string]string{
	"timer_create": "timer_t is a pointer in C", "prlimit64": "", "brk": "", "sendfile": "", "sendfile64": "",
	"nanosleep": "", "clock_nanosleep": "",
}

// TestHalves: if a function makes the system call of its name, its prototype must show
// as much of the arguments as the call's prototype does.
func TestHalves(t *testing.T) {
	calls := prototypesIn(t, "../syscalls/data/calls.conf")
	compared := 0
	paths, _ := filepath.Glob("data/libc/*.conf")
	for _, path := range append(paths, "data/generated/libc/prototypes.conf") {
		for name, d := range prototypesIn(t, path) {
			s := calls[name]
			_, other := elsewhere[name]
			if other || s == nil || len(s.Params) != len(d.Params) || len(d.Params) == 1 && d.Params[0].Type.Word == "system" {
				continue
			}
			compared++
			for i := range d.Params {
				lib, sys := d.Params[i].Type.String(), s.Params[i].Type.String()
				if plainType.MatchString(lib) && !plainType.MatchString(sys) && namedType.MatchString(sys) {
					t.Errorf("%s: %s %s: the system call has %s", path, name, lib, sys)
				}
			}
		}
	}
	if compared < 150 {
		t.Errorf("only %d functions compared", compared)
	}
}

// prototypesIn parses the prototypes of a file.
func prototypesIn(t *testing.T, path string) map[string]*syntax.Decl {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]*syntax.Decl{}
	for _, c := range syntax.Split(string(text)) {
		if d, err := syntax.Parse(path, c); err == nil && d.Kind == syntax.KindPrototype {
			found[d.Name] = d
		}
	}
	return found
}
