package filter

import (
	"path"
	"strings"
	"sync"

	"plait/arch"
	"plait/syscalls"
)

// advice is what a filter has seen that its user may have meant, in case it chooses
// nothing.
type advice struct {
	mutex  sync.Mutex // guards near: symbols are also read in the background
	near   nearest    // the most similar function
	object nearest    // the most similar object name
	owner  string     // an object that defines the function, though no call of it was seen
}

// literal returns the function that a filter names, or "" if the filter is more than one
// name.
func (f *Filter) literal() string {
	if len(f.rules) != 1 || f.rules[0].minus {
		return ""
	}
	return f.rules[0].symbol.literal
}

// noteSymbol notes a symbol that the filter did not choose.
func (f *Filter) noteSymbol(symbol string) {
	if name := f.literal(); name != "" && !f.matched.Load() {
		symbol, _, _ = strings.Cut(symbol, "@")
		f.advice.mutex.Lock()
		f.advice.near.offer(name, symbol)
		f.advice.mutex.Unlock()
	}
}

// longName is from how many letters on similar names of libraries are suggested: libz is
// no misspelt libc.
const longName = 8

// noteObject notes an object that no rule of the filter is about.
func (f *Filter) noteObject(obj Object) {
	if len(f.rules) != 1 || f.sawObject {
		return
	}
	want := f.rules[0].library.name.literal
	if f.rules[0].library.byPath || want == "" {
		return
	}
	for _, name := range obj.names() {
		if stem, _, _ := strings.Cut(name, ".so"); stem == want {
			f.advice.object = nearest{name: name}
		} else if len(want) >= longName {
			f.advice.object.offerAs(want, stem, name)
			f.advice.object.offerAs(want, name, name)
		}
	}
}

// Defined notes which of the filters' functions an object defines. A program that finds a
// function by dlsym(3) makes no call that a filter of calls sees.
func (c *Choice) Defined(obj Object, defines func(symbol string) bool) {
	for _, f := range c.Calls {
		if name := f.literal(); name != "" && !f.matched.Load() && f.advice.owner == "" && defines(name) {
			f.advice.owner = path.Base(obj.Path)
		}
	}
}

// hint returns advice on how to trace what the filter names, or "".
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

// A nearest is the word that is most similar to a wanted one, if any is similar enough.
type nearest struct {
	name  string
	edits int
}

func (n *nearest) offer(wanted, word string) { n.offerAs(wanted, word, word) }

// offerAs considers another word as a spelling of name. It must begin with the same
// letter, because few users misspell the first one.
func (n *nearest) offerAs(wanted, word, name string) {
	if word == "" || wanted == word || wanted[0] != word[0] {
		return
	}
	most := syscalls.MaxEdits(wanted)
	if n.name != "" {
		most = min(most, n.edits-1)
	}
	if most < 1 || len(word) > len(wanted)+most || len(word) < len(wanted)-most {
		return
	}
	if d := syscalls.Edits(wanted, word); d <= most {
		n.name, n.edits = name, d
	}
}
