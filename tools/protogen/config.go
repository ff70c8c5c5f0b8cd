package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A unit is a set of headers that are read together, and the objects whose functions
// they declare: one paragraph of libraries.txt.
type unit struct {
	name      string
	packages  []string // whose versions the output names
	objects   []string // sonames, or paths of programs
	headers   []string // below /usr/include, or with a slash in front; may be patterns
	except    []string // headers of these patterns
	pkgConfig []string
	passes    []string // flags of the preprocessor: one run each
	before    []string // lines of C in front of the includes
	counts    []string // functions of these patterns return how much they stored
	lengths0  []string // functions of these patterns take a length of 0 as "up to the NUL"
	fails     []failRule
	texts     []string // typedef names whose pointers are text, as char's are
}

// readConfig parses libraries.txt: paragraphs of lines "key words...".
func readConfig(path string) ([]*unit, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var units []*unit
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		key, rest, _ := strings.Cut(line, " ")
		if key == "unit" {
			units = append(units, &unit{name: rest})
			continue
		}
		if len(units) == 0 || !units[len(units)-1].set(key, rest) {
			return nil, fmt.Errorf("%s:%d: %q is not understood", path, i+1, line)
		}
	}
	return units, nil
}

func (u *unit) set(key, rest string) bool {
	switch key {
	case "pass":
		u.passes = append(u.passes, rest)
		return true
	case "fails":
		return u.addFails(strings.Fields(rest))
	case "before":
		u.before = append(u.before, rest)
		return true
	}
	lists := map[string]*[]string{
		"packages": &u.packages, "objects": &u.objects, "headers": &u.headers,
		"except": &u.except, "pkgconfig": &u.pkgConfig, "texts": &u.texts,
		"counts": &u.counts, "lengths0": &u.lengths0,
	}
	list := lists[key]
	if list == nil {
		return false
	}
	*list = append(*list, strings.Fields(rest)...)
	return true
}

// flags returns the include paths and definitions that pkg-config gives.
func (u *unit) flags() []string {
	if len(u.pkgConfig) == 0 {
		return nil
	}
	out, err := exec.Command("pkg-config", append([]string{"--cflags"}, u.pkgConfig...)...).Output()
	if err != nil {
		return nil
	}
	return strings.Fields(string(out))
}

// source returns a program that includes every installed header of the unit.
func (u *unit) source(flags []string) string {
	var b strings.Builder
	for _, line := range u.before {
		fmt.Fprintln(&b, line)
	}
	for _, h := range u.headerNames(flags) {
		fmt.Fprintf(&b, "#if __has_include(<%s>)\n#include <%s>\n#endif\n", h, h)
	}
	return b.String()
}

// headerNames resolves the patterns.
func (u *unit) headerNames(flags []string) []string {
	dirs := []string{"/usr/include", "/usr/include/x86_64-linux-gnu"}
	for _, f := range flags {
		if dir, ok := strings.CutPrefix(f, "-I"); ok {
			dirs = append(dirs, dir)
		}
	}
	var names []string
	seen := map[string]bool{}
	for _, pattern := range u.headers {
		found := []string{pattern}
		if strings.Contains(pattern, "*") {
			found = expand(dirs, pattern)
		}
		for _, name := range found {
			if !seen[name] && !u.isExcept(name) {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	return names
}

func expand(dirs []string, pattern string) []string {
	var names []string
	for _, dir := range dirs {
		paths, _ := filepath.Glob(filepath.Join(dir, pattern))
		for _, path := range paths {
			names = append(names, strings.TrimPrefix(path, dir+"/"))
		}
	}
	return names
}

func (u *unit) isExcept(name string) bool {
	for _, pattern := range u.except {
		if ok, _ := filepath.Match(pattern, name); ok {
			return true
		}
	}
	return false
}

// versions returns the packages with their versions.
func (u *unit) versions() string {
	out, err := exec.Command("dpkg-query", append([]string{"-W", "-f", "${Package} ${Version}, "}, u.packages...)...).Output()
	if err != nil {
		return strings.Join(u.packages, ", ")
	}
	return strings.TrimSuffix(string(out), ", ")
}

// preprocess runs the compiler's preprocessor. A header that refuses to be included
// spoils nothing else.
func (u *unit) preprocess(pass string) (string, error) {
	flags := append(u.flags(), strings.Fields(pass)...)
	cmd := exec.Command("gcc", append(flags, "-E", "-P", "-C", "-w", "-x", "c", "-")...)
	cmd.Stdin = strings.NewReader(u.source(flags))
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if len(out) == 0 {
		return "", fmt.Errorf("%s: %w\n%s", u.name, err, errs.String())
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %s", u.name, errs.String())
	}
	return string(out), nil
}
