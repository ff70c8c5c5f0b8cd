package filter

import (
	"path"
	"strings"
	"sync"

	"plait/arch"
	"plait/syscalls"
)

// advice is what a filter that chose nothing has seen that its user may have meant.
type advice struct {
	mutex  sync.Mutex // of near: symbols are read in the background, too
	near   nearest    // of the functions that it was asked about
	object nearest    // of the objects' names
	owner  string     // an object that defines the function, though no call of it was seen
}

// literal is the one function that a filter names, "" if it is not of that kind.
func (f *Filter) literal() string {
	if len(f.rules) != 1 || f.rules[0].minus {
		return ""
	}
	return f.rules[0].symbol.literal
}

// pass notes a symbol that the filter does not choose.
func (f *Filter) pass(symbol string) {
	if name := f.literal(); name != "" && !f.matched.Load() {
		symbol, _, _ = strings.Cut(symbol, "@")
		f.advice.mutex.Lock()
		f.advice.near.offer(name, symbol)
		f.advice.mutex.Unlock()
	}
}

const longName = 8

// unlike notes an object that the filter does not mean.
func (f *Filter) unlike(obj Object) {
	if len(f.rules) != 1 || f.sawObject {
		return
	}
	want := f.rules[0].library.name.literal
	if f.rules[0].library.full || want == "" {
		return
	}
	for _, name := range obj.names() {
		if stem, _, _ := strings.Cut(name, ".so"); stem == want {
			f.advice.object = nearest{name: name}
		} else if len(want) >= longName { // libz is no slip of libc
			f.advice.object.offerAs(want, stem, name)
			f.advice.object.offerAs(want, name, name)
		}
	}
}

// Defined notes for each filter of calls that an object defines its function:
// whoever finds that by dlsym(3) makes no call that a filter sees.
func (c *Choice) Defined(obj Object, defines func(symbol string) bool) {
	for _, f := range c.Calls {
		if name := f.literal(); name != "" && !f.matched.Load() && f.advice.owner == "" && defines(name) {
			f.advice.owner = path.Base(obj.Path)
		}
	}
}

// hint says where what the filter names is to be found, "" if that is not known.
func (f *Filter) hint(option string) string {
	var parts []string
	name := f.literal()
	call := strings.TrimPrefix(name, "SYS_")
	if _, ok := syscalls.For(arch.Native, 0).Number(call); ok && option != "-l" {
		parts = append(parts, call+" is a system call: -e trace="+call)
	}
	f.advice.mutex.Lock()
	defer f.advice.mutex.Unlock()
	switch a := &f.advice; {
	case !f.sawObject && a.object.name != "":
		parts = append(parts, "did you mean "+a.object.name+"?")
	case option == "-e" && a.owner != "":
		parts = append(parts, "-x "+name+" sees "+a.owner+"'s, whoever calls it and how")
	case f.sawObject && len(parts) == 0 && a.near.name != "":
		parts = append(parts, "did you mean "+a.near.name+"?")
	}
	return strings.Join(parts, "; ")
}

// A nearest is the word that is least unlike another one, as far as it may have
// been meant.
type nearest struct {
	name  string
	edits int
}

func (n *nearest) offer(meant, word string) { n.offerAs(meant, word, word) }

// offerAs compares one more word, which stands for name. Few begin with another
// letter than was meant.
func (n *nearest) offerAs(meant, word, name string) {
	if word == "" || meant == word || meant[0] != word[0] {
		return
	}
	most := syscalls.SlipsIn(meant)
	if n.name != "" {
		most = min(most, n.edits-1)
	}
	if most < 1 || len(word) > len(meant)+most || len(word) < len(meant)-most {
		return
	}
	if d := syscalls.Edits(meant, word); d <= most {
		n.name, n.edits = name, d
	}
}
