package filter

import (
	"slices"

	"plait/event"
	"plait/syscalls"
)

// onFiles are the classes of calls that can be on a file or a descriptor.
const onFiles = syscalls.File | syscalls.Desc | syscalls.Network

// Files are the files and descriptors whose calls are wanted (strace(1), -P and
// -e trace-fds=). With the zero value, all calls are.
type Files struct {
	Paths []string // absolute and without symbolic links
	FDs   *FDs     // nil: only those of Paths
}

// Any reports whether the calls are restricted to some files.
func (f *Files) Any() bool { return len(f.Paths) > 0 || f.FDs != nil }

// Match reports whether a call that begins is on one of the files or descriptors. It compares
// file names as they are passed, and descriptors by their numbers and by target, which
// returns the path of a descriptor's file. mayBe is true if a list among the arguments was
// not read to its end, so that a wanted descriptor may be in the rest.
func (f *Files) Match(c *event.Call, target func(fd int) string) (match, mayBe bool) {
	if syscalls.ClassOf(c.Name)&onFiles == 0 {
		return false, false
	}
	return f.matchesArgs(c, target), isTruncated(c)
}

// MatchRecorded is Match for a call that was recorded, and so are the paths of its
// descriptors.
func (f *Files) MatchRecorded(c *event.Call) bool {
	match, _ := f.Match(c, nil)
	return match
}

// isTruncated reports whether a list among the arguments was not read to its end.
func isTruncated(c *event.Call) bool {
	return slices.ContainsFunc(c.Args, func(a event.Arg) bool {
		v := a.Value
		if change, ok := v.(event.Change); ok {
			v = change.Before
		}
		l, ok := v.(event.List)
		return ok && l.Cut
	})
}

// matchesArgs reports whether a wanted file or descriptor is among the arguments.
func (f *Files) matchesArgs(c *event.Call, target func(fd int) string) bool {
	for i, a := range c.Args {
		if i == 0 && (c.Name == "symlink" || c.Name == "symlinkat") {
			continue // the contents of the link, which need not name a file
		}
		if s, ok := a.Value.(event.Str); ok {
			if s.Path && !s.Cut && slices.Contains(f.Paths, s.Text) {
				return true
			}
		} else if f.contains(a.Value, target) {
			return true
		}
	}
	return false
}

// contains reports whether a value has a wanted descriptor in it.
func (f *Files) contains(v event.Value, target func(fd int) string) bool {
	switch v := v.(type) {
	case event.FD:
		if target == nil {
			target = func(int) string { return v.Path }
		}
		return !v.Cwd && f.matchesFD(v.Num, target)
	case event.Change:
		return f.contains(v.Before, target)
	case event.Note:
		return f.contains(v.Value, target)
	case event.List:
		return slices.ContainsFunc(v.Items, func(x event.Value) bool { return f.contains(x, target) })
	case event.Record:
		return slices.ContainsFunc(v.Fields, func(x event.Field) bool { return f.contains(x.Value, target) })
	}
	return false
}

// matchesFD reports whether a descriptor is wanted, by its number or by its file.
func (f *Files) matchesFD(fd int, target func(fd int) string) bool {
	return f.FDs.Has(fd) || len(f.Paths) > 0 && slices.Contains(f.Paths, target(fd))
}
