package debuginfo

import (
	"debug/dwarf"
	"strings"
)

// Bounds on the header of a line table.
const (
	maxFormats  = 16
	maxFileList = 1 << 16
)

// isSystem reports whether an entry was declared in a system header.
func (e *entry) isSystem() bool { return strings.HasPrefix(e.source(), "/usr/include/") }

// source returns the name of the file that an entry was declared in, or "".
func (e *entry) source() string {
	n, ok := e.number(dwarf.AttrDeclFile)
	if !ok {
		return ""
	}
	u := e.u
	if !u.filesOK {
		u.filesOK = true
		u.readFiles()
	}
	if n < 0 || n >= int64(len(u.files)) {
		return ""
	}
	return u.files[n]
}

// readFiles reads the names of source files from the header of the unit's line
// table (DWARF 5, 6.2.4).
func (u *unit) readFiles() {
	v, ok := u.rootEntry().val(dwarf.AttrStmtList)
	if !ok || v.n >= uint64(u.in.line.size) {
		return
	}
	c := u.in.line.at(int64(v.n))
	_, wide := c.length()
	version := c.uint(2)
	if version >= 5 {
		c.uint(2)
	}
	c.offset(wide)
	c.uint(4) // lengths of instructions, is_stmt, line_base, line_range
	if version >= 4 {
		c.byte()
	}
	opcodes := c.byte()
	c.skip(uint64(max(opcodes, 1)) - 1)
	switch {
	case c.failed || version < 2:
	case version >= 5:
		dirs := u.readNameList(&c, wide, nil)
		u.files = u.readNameList(&c, wide, dirs)
	default:
		u.readOldFiles(&c)
	}
}

// readOldFiles reads the lists of folders and files before DWARF 5. Folder 0 is that of
// the compilation; there is no file 0.
func (u *unit) readOldFiles(c *cursor) {
	dirs := []string{u.rootEntry().text(dwarf.AttrCompDir)}
	for s := c.text(); s != "" && len(dirs) < maxFileList && u.in.fileBytes >= 0; s = c.text() {
		dirs = u.addFile(dirs, s)
	}
	u.files = []string{""}
	for s := c.text(); s != "" && len(u.files) < maxFileList && u.in.fileBytes >= 0; s = c.text() {
		dir := c.uleb()
		c.uleb()
		c.uleb()
		u.files = u.addFile(u.files, inDir(dirs, dir, s))
	}
}

// addFile adds a name and charges its size to fileBytes.
func (u *unit) addFile(names []string, name string) []string {
	u.in.fileBytes -= int64(len(name)) + 16
	return append(names, name)
}

func inDir(dirs []string, i uint64, name string) string {
	if strings.HasPrefix(name, "/") || i >= uint64(len(dirs)) {
		return name
	}
	return dirs[i] + "/" + name
}

// readNameList reads a list of DWARF 5: the format of its entries, then the entries.
func (u *unit) readNameList(c *cursor, wide bool, dirs []string) []string {
	type format struct{ content, form uint64 }
	var formats []format
	for range c.byte() {
		if len(formats) == maxFormats {
			return nil
		}
		formats = append(formats, format{c.uleb(), c.uleb()})
	}
	var names []string
	for range min(c.uleb(), maxFileList) {
		if u.in.fileBytes < 0 {
			break
		}
		name, dir := "", uint64(0)
		for _, f := range formats {
			s := spec{form: uint32(f.form)}
			lines := unit{in: u.in, sec: u.in.line, version: 5, addrSize: 8, dwarf64: wide}
			e := entry{u: &lines, vals: []val{{dwarf.AttrName, s.form, lines.value(c, &s)}}}
			switch f.content {
			case 1: // DW_LNCT_path
				name = e.text(dwarf.AttrName)
			case 2: // DW_LNCT_directory_index
				dir = e.vals[0].n
			}
		}
		if c.failed {
			return names
		}
		names = u.addFile(names, inDir(dirs, dir, name))
	}
	return names
}
