package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"plait/proto"
)

// An ltraceBase has the names in ltrace's installed files. /etc/ltrace.conf holds for
// all objects, /usr/share/ltrace/SONAME.conf for one.
type ltraceBase struct {
	all    map[string]bool
	object map[string]map[string]bool
}

const (
	ltraceConf = "/etc/ltrace.conf"
	ltraceDir  = "/usr/share/ltrace"
)

func ltraceFiles() (*ltraceBase, error) {
	b := &ltraceBase{all: map[string]bool{}, object: map[string]map[string]bool{}}
	paths, err := filepath.Glob(filepath.Join(ltraceDir, "*.conf"))
	if err != nil {
		return nil, err
	}
	for _, path := range append(paths, ltraceConf) {
		text, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		names := b.all
		if path != ltraceConf {
			names = map[string]bool{}
			b.object[strings.TrimSuffix(filepath.Base(path), ".conf")] = names
		}
		for _, name := range proto.Scan(path, string(text), nil).Names() {
			names[name] = true
		}
	}
	return b, nil
}

// know reports whether ltrace has a prototype of the symbol: in the file of the
// object's name, in that of the name without its version, or in the general one.
func (b *ltraceBase) know(object, symbol string) bool {
	if b.all[symbol] {
		return true
	}
	base, _, _ := strings.Cut(object, ".so")
	return b.object[object][symbol] || b.object[base+".so"][symbol]
}
