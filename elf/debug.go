package elf

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"path/filepath"
	"strings"
)

// debugRoot is where separate files with debugging information are (gdb(1),
// "Separate Debug Files").
const debugRoot = "/usr/lib/debug"

// errNoDebug says that a file has no debugging information, nor another for it.
var errNoDebug = errors.New("no debugging information")

// A DebugFile is a file with the debugging information of an object: the
// object's own, or a separate one. It may be used by one goroutine at a time.
type DebugFile struct {
	Path string // empty: the object itself
	Size int64
	Alt  *DebugFile // what dwz(1) has moved out of several; nil: nothing

	file     *File
	parsed   *elf.File
	spills   []io.Closer
	inflated uint64 // bytes of sections that were asked for
	kept     uint64 // of them, those in memory
	spilled  uint64 // and those in temporary files
}

// OpenDebug finds the debugging information of f: its own, or that of the
// separate file which its build ID or its .gnu_debuglink leads to. Close must be
// called in the end.
func (f *File) OpenDebug() (*DebugFile, error) {
	own := &DebugFile{file: f, Size: int64(f.size)}
	if own.parse() && own.has(".debug_info") {
		own.Alt = own.openAlt(f.Path)
		return own, nil
	}
	for _, c := range f.separate(own) {
		d, err := f.openDebugFile(c.path)
		if err != nil {
			continue
		}
		if c.fits(f, d) && d.has(".debug_info") {
			d.Alt = d.openAlt(d.Path)
			return d, nil
		}
		d.Close()
	}
	return nil, errNoDebug
}

// Close closes what OpenDebug opened, but not the object.
func (d *DebugFile) Close() error {
	for _, c := range d.spills {
		c.Close()
	}
	d.spills = nil
	d.file.reader.kept.Add(-int64(d.kept))
	d.file.reader.spilled.Add(-int64(d.spilled))
	d.kept, d.spilled = 0, 0
	if d.Alt != nil {
		d.Alt.Close()
	}
	if d.Path == "" {
		return nil
	}
	return d.file.Close()
}

// openDebugFile opens the file at path, which may have debugging information.
func (f *File) openDebugFile(path string) (*DebugFile, error) {
	if f.reader.Open == nil {
		return nil, errNoDebug
	}
	file, err := f.reader.Open(path)
	if err != nil {
		return nil, err
	}
	other, err := New(file, f.reader)
	if err != nil {
		return nil, err
	}
	d := &DebugFile{Path: path, Size: int64(other.size), file: other}
	if !d.parse() {
		other.Close()
		return nil, errNoDebug
	}
	return d, nil
}

// parse reads the section headers. debug/elf is known to be robust; should it
// not be, the file counts as one without debugging information.
func (d *DebugFile) parse() (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	if d.file.Order != binary.LittleEndian || !d.file.plainNames() {
		return false
	}
	var err error
	d.parsed, err = elf.NewFile(d.file.r)
	return err == nil
}

// plainNames tells whether the file has sections whose names debug/elf may read: it
// inflates them if they are compressed, and copies each, also where they overlap.
// All names of a file that is what it should be have room in it.
func (f *File) plainNames() bool {
	all := f.sections()
	if f.shstrndx >= uint64(len(all)) || all[f.shstrndx].flags&elf.SHF_COMPRESSED != 0 {
		return false
	}
	names, err := f.readOff(all[f.shstrndx].off, all[f.shstrndx].size, "section names")
	if err != nil {
		return false
	}
	sum := uint64(0)
	for _, s := range all {
		if rest := names[min(uint64(s.nameOff), uint64(len(names))):]; sum <= f.stored {
			sum += uint64(max(bytes.IndexByte(rest, 0), 0))
		}
	}
	return sum <= f.stored
}

// section finds a section by the name or by its name of old compressed ones.
func (d *DebugFile) section(name string) *elf.Section {
	s := d.parsed.Section(name)
	if s == nil {
		if rest, ok := strings.CutPrefix(name, ".debug_"); ok {
			s = d.parsed.Section(".zdebug_" + rest)
		}
	}
	if s == nil || s.Type == elf.SHT_NOBITS {
		return nil
	}
	return s
}

func (d *DebugFile) has(name string) bool {
	s := d.section(name)
	return s != nil && s.Size > 0
}

// A candidate is a path where a separate file may be.
type candidate struct {
	path string
	crc  uint32 // of its contents
	sum  bool   // to be compared
}

// separate lists where the separate file of f may be, the surest first.
func (f *File) separate(own *DebugFile) []candidate {
	var list []candidate
	if len(f.BuildID) > 2 {
		list = append(list, candidate{path: buildIDPath(f.BuildID)})
	}
	name, crc, ok := own.debugLink()
	if !ok {
		return list
	}
	for _, path := range linkPaths(filepath.Dir(f.Path), name) {
		if path != f.Path {
			list = append(list, candidate{path, crc, true})
		}
	}
	return list
}

// linkPaths are the places where the file is looked for that a file in dir names by
// .gnu_debuglink.
func linkPaths(dir, name string) []string {
	if !filepath.IsAbs(dir) {
		return nil
	}
	return []string{filepath.Join(dir, name), filepath.Join(dir, ".debug", name), filepath.Join(debugRoot, dir, name)}
}

func buildIDPath(id string) string {
	return filepath.Join(debugRoot, ".build-id", id[:2], id[2:]+".debug")
}

// debugLink reads .gnu_debuglink: a file name, padded to 4 bytes, and the CRC-32
// of that file.
func (d *DebugFile) debugLink() (name string, crc uint32, ok bool) {
	if d.parsed == nil {
		return "", 0, false
	}
	return parseDebugLink(d.small(".gnu_debuglink"))
}

func parseDebugLink(b []byte) (name string, crc uint32, ok bool) {
	end := bytes.IndexByte(b, 0)
	if end <= 0 {
		return "", 0, false
	}
	at := (end + 4) &^ 3
	name = string(b[:end])
	if at+4 > len(b) || name != filepath.Base(name) || !filepath.IsLocal(name) || name == "." {
		return "", 0, false
	}
	return name, binary.LittleEndian.Uint32(b[at:]), true
}

// small reads a short section whole.
func (d *DebugFile) small(name string) []byte {
	s := d.section(name)
	if s == nil || s.Size > maxName {
		return nil
	}
	b := make([]byte, s.Size)
	n, _ := s.ReadAt(b, 0)
	return b[:n]
}

// fits tells whether d is made for f: their build IDs agree, or, where one has
// none, the sum that f has of it.
func (c candidate) fits(f *File, d *DebugFile) bool {
	if f.BuildID != "" && d.file.buildID() != "" {
		return f.BuildID == d.file.buildID()
	}
	if !c.sum {
		return false
	}
	sum, ok := d.checksum()
	return ok && sum == c.crc
}

// buildID is BuildID, or that of the note section of a file in which segments
// have no bytes.
func (f *File) buildID() string {
	if f.BuildID != "" {
		return f.BuildID
	}
	for _, s := range f.sections() {
		if s.kind == elf.SHT_NOTE {
			f.readBuildID(Segment{Off: s.off, Filesz: s.size})
		}
	}
	return f.BuildID
}

// checksum is the CRC-32 of the file; it reports false if that is too large, or
// mostly holes.
func (d *DebugFile) checksum() (sum uint32, ok bool) {
	if d.Size > maxInflated || uint64(d.Size)/maxGrowth > d.file.stored {
		return 0, false
	}
	crc := crc32.NewIEEE()
	n, _ := io.Copy(crc, io.NewSectionReader(d.file.r, 0, d.Size))
	return crc.Sum32(), n == d.Size
}

// Compressed tells whether there is debugging information that has to be inflated.
func (d *DebugFile) Compressed() bool {
	for _, s := range d.parsed.Sections {
		if isCompressed(s) {
			return true
		}
	}
	return d.Alt != nil && d.Alt.Compressed()
}

// maxSummed bounds what Sum reads, which takes half a second or so.
const maxSummed = 256 << 20

// Sum is the same for two objects if they and their debugging information, wherever
// that is, are the same byte for byte, and else differs, even if somebody wants it to
// be the same. It is "" if there are too many bytes. d is that of f.
func (d *DebugFile) Sum(f *File) string {
	files := []*File{f}
	if d.file != f {
		files = append(files, d.file)
	}
	if d.Alt != nil {
		files = append(files, d.Alt.file)
	}
	sum := sha256.New()
	total := uint64(0)
	for _, f := range files {
		if f.size > maxSummed-total || f.size/maxGrowth > f.stored {
			return ""
		}
		total += f.size
		fmt.Fprintf(sum, "%d\n", f.size)
		if n, err := io.Copy(sum, io.NewSectionReader(f.r, 0, int64(f.size))); err != nil || uint64(n) != f.size {
			return ""
		}
	}
	return fmt.Sprintf("%x", sum.Sum(nil))
}

// openAlt opens the file that .gnu_debugaltlink names: a path and the build ID
// of the file. near is the path of the file that names it.
func (d *DebugFile) openAlt(near string) *DebugFile {
	b := d.small(".gnu_debugaltlink")
	end := bytes.IndexByte(b, 0)
	if end <= 0 || end+3 > len(b) {
		return nil
	}
	path, id := string(b[:end]), fmt.Sprintf("%x", b[end+1:])
	for _, p := range altPaths(path, id, filepath.Dir(near)) {
		alt, err := d.file.openDebugFile(p)
		if err != nil {
			continue
		}
		if alt.file.buildID() == id {
			return alt
		}
		alt.Close()
	}
	return nil
}

// altPaths are the places where the file is looked for that a file in dir names:
// where it says, if that is beside or below itself or among separate files, and
// where those usually are.
func altPaths(path, id, dir string) []string {
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	path = filepath.Clean(path)
	list := []string{filepath.Join(debugRoot, ".dwz", filepath.Base(path))}
	if below(path, dir) || below(path, debugRoot) {
		list = []string{path, list[0]}
	}
	if len(id) > 2 {
		list = append(list, buildIDPath(id))
	}
	return list
}

// below tells whether a path leads through dir.
func below(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel) && rel != "."
}
