package proto

import (
	"encoding/binary"
	"slices"
	"testing"

	"plait/arch"
	"plait/bound"
	"plait/event"
	"plait/proto/decode"
)

// FuzzShipped calls shipped prototypes with hostile words, memory and results.
func FuzzShipped(f *testing.F) {
	types := Embedded(arch.AMD64)
	types.loadAll()
	var names []string
	for name := range types.protos {
		names = append(names, name)
		types.lookup("", name) // now, so that the parser's work does not count as new coverage
	}
	slices.Sort(names)
	for i, name := range []string{"sendmsg", "recvmsg", "select", "bind", "sigaction", "getsockopt", "vsscanf", "readdir", "regexec", "scandir"} {
		at, _ := slices.BinarySearch(names, name)
		f.Add(uint16(at), []byte{0, 0x10, 0, 0, 0, 0, 0, 0, 8, 0x10, 0, 0, 0, 0, 0, 0, byte(i)}, uint64(3), i%2 == 0)
	}
	f.Fuzz(func(t *testing.T, at uint16, mem []byte, result uint64, system bool) {
		bound.Input(t, func() {
			p := types.lookup("", names[int(at)%len(names)])
			if p == nil {
				t.Fatal("no prototype")
			}
			if len(mem) > 4096 {
				mem = mem[:4096]
			}
			s := hostile(mem)
			if system {
				s.Kind = event.System
			}
			args, held := p.Enter(s)
			waits := slices.ContainsFunc(args, func(a event.Arg) bool {
				_, ok := a.Value.(event.Pending)
				return ok || isStoredThrough(a)
			})
			if held != waits {
				t.Errorf("%s: held is %v of %s", p.Name, held, renderArgs(args))
			}
			args, v := p.Return(s, args, decode.Result{Int: [2]uint64{result, result}})
			for _, a := range args {
				if _, ok := a.Value.(event.Pending); ok || isStoredThrough(a) {
					t.Errorf("%s: still pending: %s", p.Name, renderArgs(args))
				}
			}
			if v == nil {
				t.Errorf("%s: no result", p.Name)
			}
		})
	})
}

// hostile returns a source whose words and memory are both mem, at address 0x1000.
func hostile(mem []byte) *decode.Source {
	word := func(i int) uint64 {
		var b [8]byte
		if 8*i < len(mem) {
			copy(b[:], mem[8*i:])
		}
		return binary.LittleEndian.Uint64(b[:])
	}
	return &decode.Source{
		Arch:   arch.AMD64,
		Int:    word,
		Stack:  word,
		Vector: func(i int) [16]byte { return wide(word(i)) },
		Memory: &flat{base: 0x1000, b: mem},
		File:   func(fd int) event.FD { return event.FD{Num: fd, Path: "/"} },
	}
}

// isStoredThrough reports whether scanf(3) stores through a when the call ends.
func isStoredThrough(a event.Arg) bool {
	change, ok := a.Value.(event.Change)
	if !ok {
		return false
	}
	_, ok = change.After.(event.Pending)
	return ok
}
