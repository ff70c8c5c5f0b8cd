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

// debugRoot is the folder of separate files with debugging information (gdb manual,
// "Debugging Information in Separate Files").
const debugRoot = "/usr/lib/debug"

// errNoDebug means that there is no debugging information, in the file or for it.
var errNoDebug = errors.New("no debugging information")

// A DebugFile is a file with the debugging information of an object: the
// object's own, or a separate one. It may be used by one goroutine at a time.
type DebugFile struct {
	Path string     // empty: the object itself
	Size int64      // of the file, in bytes
	Alt  *DebugFile // the shared file that dwz(1) made of several; nil: none

	file      *File
	parsed    *elf.File
	tempFiles []io.Closer
	inflated  uint64 // bytes of inflated sections
	inMemory  uint64 // those of them that are in memory
	onDisk    uint64 // those of them that are in temporary files
}

// OpenDebug opens the debugging information of f: its own, or that of the separate file
// that its build ID or its .gnu_debuglink leads to. The caller must call Close.
func (f *File) OpenDebug() (*DebugFile, error) {
	own := &DebugFile{file: f, Size: int64(f.size)}
	if own.parse() && own.has(".debug_info") {
		own.Alt = own.openAlt(f.Path)
		return own, nil
	}
	for _, c := range f.separateFiles(own) {
		d, err := f.openDebugFile(c.path)
		if err != nil {
			continue
		}
		if c.matches(f, d) && d.has(".debug_info") {
			d.Alt = d.openAlt(d.Path)
			return d, nil
		}
		d.Close()
	}
	return nil, errNoDebug
}

// Close closes the files that OpenDebug opened, but not f.
func (d *DebugFile) Close() error {
	for _, c := range d.tempFiles {
		c.Close()
	}
	d.tempFiles = nil
	d.file.reader.inMemory.Add(-int64(d.inMemory))
	d.file.reader.onDisk.Add(-int64(d.onDisk))
	d.inMemory, d.onDisk = 0, 0
	if d.Alt != nil {
		d.Alt.Close()
	}
	if d.Path == "" {
		return nil
	}
	return d.file.Close()
}

// openDebugFile opens the file at path as one that may have debugging information.
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

// parse reads the section headers. If debug/elf should panic, the file counts as one
// without debugging information.
func (d *DebugFile) parse() (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	if d.file.Order != binary.LittleEndian || !d.file.hasPlainNames() {
		return false
	}
	var err error
	d.parsed, err = elf.NewFile(d.file.r)
	return err == nil
}

// hasPlainNames reports whether debug/elf may read the names of the file's sections.
// debug/elf inflates them if they are compressed, and copies every name even if names
// overlap. In a sane file all names together are smaller than the file.
func (f *File) hasPlainNames() bool {
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

// section returns the section of that name, or the old compressed one: .zdebug_info for
// .debug_info.
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
	path   string
	crc    uint32 // of its contents, if hasCRC
	hasCRC bool
}

// separateFiles returns the paths where the separate file of f may be, the most reliable
// one first.
func (f *File) separateFiles(own *DebugFile) []candidate {
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

// linkPaths returns the paths to try for the name in the .gnu_debuglink of a file in dir.
func linkPaths(dir, name string) []string {
	if !filepath.IsAbs(dir) {
		return nil
	}
	return []string{filepath.Join(dir, name), filepath.Join(dir, ".debug", name), filepath.Join(debugRoot, dir, name)}
}

func buildIDPath(id string) string {
	return filepath.Join(debugRoot, ".build-id", id[:2], id[2:]+".debug")
}

// debugLink reads .gnu_debuglink: a file name padded to 4 bytes, and the CRC-32 of that
// file.
func (d *DebugFile) debugLink() (name string, crc uint32, ok bool) {
	if d.parsed == nil {
		return "", 0, false
	}
	return parseDebugLink(d.smallSection(".gnu_debuglink"))
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

// smallSection returns the contents of a section of at most maxName bytes.
func (d *DebugFile) smallSection(name string) []byte {
	s := d.section(name)
	if s == nil || s.Size > maxName {
		return nil
	}
	b := make([]byte, s.Size)
	n, _ := s.ReadAt(b, 0)
	return b[:n]
}

// matches reports whether d belongs to f: their build IDs are equal or, if one of them has
// none, d has the CRC that f names.
func (c candidate) matches(f *File, d *DebugFile) bool {
	if f.BuildID != "" && d.file.buildID() != "" {
		return f.BuildID == d.file.buildID()
	}
	if !c.hasCRC {
		return false
	}
	sum, ok := d.crc()
	return ok && sum == c.crc
}

// buildID returns BuildID, or the build ID in a note section: in a separate file, segments
// have no contents.
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

// crc returns the CRC-32 of the file. It reports false if the file is too large or mostly
// holes.
func (d *DebugFile) crc() (sum uint32, ok bool) {
	if d.Size > maxInflated || uint64(d.Size)/maxGrowth > d.file.stored {
		return 0, false
	}
	crc := crc32.NewIEEE()
	n, _ := io.Copy(crc, io.NewSectionReader(d.file.r, 0, d.Size))
	return crc.Sum32(), n == d.Size
}

// Compressed reports whether a section of d or Alt is compressed.
func (d *DebugFile) Compressed() bool {
	for _, s := range d.parsed.Sections {
		if isCompressed(s) {
			return true
		}
	}
	return d.Alt != nil && d.Alt.Compressed()
}

// maxDigested is the most bytes that Digest reads. They take about half a second.
const maxDigested = 256 << 20

// Digest returns a cryptographic digest, in hex, of f and of the files with its debugging
// information, d and Alt. It returns "" if these have too many bytes.
func (d *DebugFile) Digest(f *File) string {
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
		if f.size > maxDigested-total || f.size/maxGrowth > f.stored {
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

// openAlt opens the file that .gnu_debugaltlink names by its path and its build ID. near
// is the path of the file with that section. It returns nil if there is none.
func (d *DebugFile) openAlt(near string) *DebugFile {
	b := d.smallSection(".gnu_debugaltlink")
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

// altPaths returns the paths to try for the path and build ID in the .gnu_debugaltlink of
// a file in dir: that path itself, if it is below dir or debugRoot, and the usual places.
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

// below reports whether path is below dir.
func below(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel) && rel != "."
}
