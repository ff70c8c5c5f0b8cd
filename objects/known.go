package objects

import (
	"strings"

	"plait/ptrace"
)

// Known are mappings of an address space as they were last read.
type Known struct {
	All      []ptrace.Mapping
	CodeOnly bool // the others are left out
}

// Forget makes the next Find read the mappings.
func (k *Known) Forget() { k.All = k.All[:0] }

// At returns the known mapping that contains addr.
func (k *Known) At(addr uint64) (m ptrace.Mapping, ok bool) {
	if i := MappingAt(k.All, addr); i >= 0 {
		return k.All[i], true
	}
	return m, false
}

// Find is At, which reads the mappings anew if none of the known ones contains addr.
func (k *Known) Find(addr uint64, read func() ([]ptrace.Mapping, error)) (m ptrace.Mapping, ok bool, err error) {
	if m, ok = k.At(addr); ok {
		return m, true, nil
	}
	maps, err := read()
	if err != nil {
		return m, false, err
	}
	k.Forget()
	for _, m := range maps {
		if m.Exec || !k.CodeOnly {
			k.All = append(k.All, m)
		}
	}
	m, ok = k.At(addr)
	return m, ok, nil
}

// IsJIT tells whether a mapping holds JIT code: no file is behind it, or it can be
// written.
func IsJIT(m ptrace.Mapping) bool {
	return m.Write || !strings.HasPrefix(m.Path, "/") ||
		strings.HasPrefix(m.Path, "/memfd:") || strings.HasPrefix(m.Path, "/dev/")
}
