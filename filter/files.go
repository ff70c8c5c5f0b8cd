package filter

import (
	"slices"

	"plait/event"
	"plait/syscalls"
)

// Classes of calls that can be on a file or a descriptor.
const onFiles = syscalls.File | syscalls.Desc | syscalls.Network

// Files are the files and descriptors of which the calls are wanted (strace(1), -P and
// -e trace-fds=). The zero value wants all calls.
type Files struct {
	Paths []string // absolute and without links
	FDs   *FDs     // nil: none but those of Paths
}

// Any reports whether only calls on some files are wanted.
func (f *Files) Any() bool { return len(f.Paths) > 0 || f.FDs != nil }

// Match tells whether a call, at its beginning, is on one of the files or descriptors:
// names count as they are passed, descriptors by what they stand for, which target
// tells. Where a list among the arguments was not read to its end the rest may be.
func (f *Files) Match(c *event.Call, target func(fd int) string) (match, mayBe bool) {
	if c.Class&onFiles == 0 {
		return false, false
	}
	return f.names(c, target), cut(c)
}

// cut tells whether a list among the arguments was not read to its end.
func cut(c *event.Call) bool {
	return slices.ContainsFunc(c.Args, func(a event.Arg) bool {
		v := a.Value
		if change, ok := v.(event.Change); ok {
			v = change.Before
		}
		l, ok := v.(event.List)
		return ok && l.Cut
	})
}

// names tells whether a wanted file or descriptor is among a call's arguments.
func (f *Files) names(c *event.Call, target func(fd int) string) bool {
	for i, a := range c.Args {
		if i == 0 && (c.Name == "symlink" || c.Name == "symlinkat") {
			continue // what the link says, which need not be a file
		}
		if s, ok := a.Value.(event.Str); ok {
			if s.Path && !s.Cut && slices.Contains(f.Paths, s.Text) {
				return true
			}
		} else if f.holds(a.Value, target) {
			return true
		}
	}
	return false
}

// holds tells whether a wanted descriptor is in a value.
func (f *Files) holds(v event.Value, target func(fd int) string) bool {
	switch v := v.(type) {
	case event.FD:
		return !v.Cwd && f.wanted(v.Num, target)
	case event.Change:
		return f.holds(v.Before, target)
	case event.Note:
		return f.holds(v.Value, target)
	case event.List:
		return slices.ContainsFunc(v.Items, func(x event.Value) bool { return f.holds(x, target) })
	case event.Record:
		return slices.ContainsFunc(v.Fields, func(x event.Field) bool { return f.holds(x.Value, target) })
	}
	return false
}

// wanted tells whether a descriptor is, by its number or by its file.
func (f *Files) wanted(fd int, target func(fd int) string) bool {
	return f.FDs.Has(fd) || len(f.Paths) > 0 && slices.Contains(f.Paths, target(fd))
}
