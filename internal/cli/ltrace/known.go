package ltrace

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"plait/arch"
	"plait/filter"
	"plait/internal/cli"
	"plait/objfile"
	"plait/proto"
	"plait/ptrace"
	"plait/syscalls"
)

// A prototypeQuery is an argument of --prototypes: LIBRARY->FUNCTION,
// FUNCTION@LIBRARY or FUNCTION, where each may be a pattern.
type prototypeQuery struct {
	symbol, library string
	functions       *filter.Filter // matches function names alone
	both            *filter.Filter
}

func parseQuery(text string) (w prototypeQuery, err error) {
	w.symbol = text
	if library, symbol, ok := strings.Cut(text, "->"); ok {
		w.library, w.symbol = library, symbol
	} else if i := strings.LastIndexByte(text, '@'); i >= 0 {
		w.symbol, w.library = text[:i], text[i+1:]
	}
	if strings.HasPrefix(text, "-") || strings.HasPrefix(text, "!") {
		return w, errors.New("not the name of a function")
	}
	if w.functions, err = filter.Parse(w.symbol); err != nil {
		return w, err
	}
	w.both, err = filter.Parse(w.symbol + "@" + stem(w.library))
	return w, err
}

// stem returns the name of a library without its version and suffix.
func stem(library string) string {
	name, _, _ := strings.Cut(filepath.Base(library), ".so")
	if library == "" {
		return ""
	}
	return name
}

// match reports whether the query means a prototype. A file that holds for all
// libraries holds for this one, too.
func (q prototypeQuery) match(library, symbol string) bool {
	if library == "" {
		return q.functions.Match(filter.Object{}, symbol)
	}
	return q.both.Match(filter.Object{Soname: stem(library)}, symbol)
}

// errUnknown is the error of a function without a prototype.
var errUnknown = errors.New("no prototype is known")

// showPrototypes writes the prototypes of the functions that o.prototypes name, in
// the prototype language: first all functions, then the types that they use.
func showPrototypes(w io.Writer, u *cli.UI, o *options) int {
	database, problems := proto.Open(prototypesOf(o))
	u.SayAll(problems)
	status := 0
	var all []proto.Definition
	for _, text := range o.prototypes {
		found, err := describe(w, database, text)
		if err != nil {
			status = u.Fail(cli.UsageError{What: "--prototypes " + text, Why: err.Error()})
		}
		all = append(all, found...)
	}
	u.SayAll(database.Errors())
	write(w, all)
	write(w, proto.UsedTypes(all))
	return status
}

// describe finds the prototypes that text means. A guessed one is no part of a
// prototype file, and is written at once.
func describe(w io.Writer, database *proto.Database, text string) ([]proto.Definition, error) {
	if name, ok := strings.CutPrefix(text, "SYS_"); ok {
		return describeSystem(database, name)
	}
	want, err := parseQuery(text)
	if err != nil {
		return nil, err
	}
	found := database.Describe(want.match)
	path := findLibrary(want.library)
	seen := objfile.Inspection{}
	if path != "" {
		if seen, err = objfile.Inspect(path, openFile, want.symbol, database); err != nil {
			return nil, err
		}
		found = append(found, seen.Described...)
	}
	if d, ok := database.DescribeMangled(want.symbol); ok {
		found = append(found, d)
	}
	switch {
	case len(found) > 0:
		return found, nil
	case seen.Guessed == nil:
		return nil, errUnknown
	}
	_, err = fmt.Fprintf(w, "# guessed from the code of %s\n%s", path, seen.Guessed.Outline(want.symbol))
	return nil, err
}

// describeSystem finds the prototypes of a system call.
func describeSystem(database *proto.Database, name string) ([]proto.Definition, error) {
	found := database.DescribeSystem(name)
	if d, ok := syscalls.For(arch.Native, 0).Describe(name); ok {
		found = append(found, d)
	}
	if d, ok := database.DescribeExplainedSystem(name); ok {
		found = append(found, d)
	}
	if len(found) == 0 {
		return nil, errUnknown
	}
	return found, nil
}

// libraryDirs are where the dynamic loader looks for libraries (ld.so(8)), and where
// Debian and others keep them.
var libraryDirs = []string{"/lib/" + arch.Native.Multiarch, "/usr/lib/" + arch.Native.Multiarch, "/lib64", "/usr/lib64", "/lib", "/usr/lib"}

// findLibrary returns the path of a library; "" if there is none.
func findLibrary(name string) string {
	if name == "" {
		return ""
	}
	dirs := append([]string{""}, filepath.SplitList(os.Getenv("LD_LIBRARY_PATH"))...)
	for _, dir := range append(dirs, libraryDirs...) {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

// openFile opens a library, or the file that a symbolic link to it leads to.
func openFile(path string) (*os.File, error) {
	f, _, err := ptrace.Open(path)
	return f, err
}

func write(w io.Writer, list []proto.Definition) {
	for _, d := range list {
		library := ""
		if d.Library != "" {
			library = d.Library + ": "
		}
		fmt.Fprintf(w, "# %s%s\n%s", library, cli.Printable(d.Origin()), d.Text)
	}
}

// checkConfig writes all errors in files and directories of prototypes.
func checkConfig(w io.Writer, paths []string) int {
	status := 0
	for _, path := range paths {
		for _, err := range proto.CheckPath(path) {
			fmt.Fprintln(w, cli.Printable(cli.Reason(err)))
			status = cli.StatusUsage
		}
	}
	return status
}
