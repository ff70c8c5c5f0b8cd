package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// sharedTypes is the folder whose types are also used by the libraries built on that
// library.
const sharedTypes = "libglib-2.0"

// A manual has what is written by hand in the folders of proto/data.
type manual struct {
	lines map[string]map[string]string // folder, function: its item, if that is one line
	types map[string]map[string]bool   // folder: types
}

var (
	typeLine = regexp.MustCompile(`^(?:struct|union|enum|flags|typedef) ([A-Za-z_][A-Za-z0-9_]*)`)
)

// readManual parses the files in the folders of dir. Generated files lie deeper.
func readManual(dir string) (*manual, error) {
	m := &manual{map[string]map[string]string{}, map[string]map[string]bool{}}
	paths, err := filepath.Glob(filepath.Join(dir, "*", "*.conf"))
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		m.add(filepath.Base(filepath.Dir(path)), string(text))
	}
	return m, nil
}

func (m *manual) add(folder, text string) {
	if m.lines[folder] == nil {
		m.lines[folder], m.types[folder] = map[string]string{}, map[string]bool{}
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if f := typeLine.FindStringSubmatch(line); f != nil {
			m.types[folder][f[1]] = true
		} else if name := functionName(line); name != "" {
			m.lines[folder][name] = line
		}
	}
}

// functionName returns the function that a line of the language declares: the word
// before the first parenthesis with a type in front of it.
func functionName(line string) string {
	if line == "" || !isLetter(line[0]) {
		return ""
	}
	depth := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '#':
			return ""
		case '(':
			head := line[:i]
			name := head[strings.LastIndexAny(head, " \t*)")+1:]
			if depth == 0 && name != "" && name != head {
				return name
			}
			depth++
		case ')':
			depth--
		}
	}
	return ""
}

// function returns the hand-written item of a function of a folder.
func (m *manual) function(folder, name string) (line string, ok bool) {
	line, ok = m.lines[folder][name]
	return line, ok
}

// isType reports whether a function of folder may use the type of that name.
func (m *manual) isType(folder, name string) bool {
	return m.types["abi"][name] || m.types["libc"][name] || m.types[sharedTypes][name] || m.types[folder][name]
}
