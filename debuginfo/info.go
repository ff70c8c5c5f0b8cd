package debuginfo

import "strings"

// Bounds on how many entries one question may visit, which takes about a second, and on
// those of all questions together.
const (
	maxEntries    = 1 << 22
	maxAllEntries = 1 << 26
	minAllEntries = 1 << 23
)

// Bounds on the names that are kept: many of them may share the same bytes of the file.
const (
	maxNameBytes = 32 << 20 // names of functions
	maxFileBytes = 32 << 20 // names of source files
)

// An Info is the debugging information of one object. It may be used by one
// goroutine at a time.
type Info struct {
	info, types, abbrev, str, lineStr, strOffsets *section
	addr, aranges, ranges, rngLists, line         *section
	locs, locLists                                *section

	alt            *Info
	altInfo        bool
	units          []*unit // of .debug_info
	bySignature    map[uint64]*unit
	tables         map[uint64]table
	extents        []extent // of tables; sorted
	spans          []span   // of units; sorted
	spansRead      bool
	budget         int // entries that this question may still visit
	questionBudget int // budget at the beginning of the question
	totalBudget    int // entries that all questions may still visit

	nameBytes, fileBytes int64 // bytes of names that may still be kept
	lineOps              int   // instructions of line tables that may still be executed

	known   func(name string, size int64) bool
	isLocal func(addr uint64) bool
	reads   func(addr uint64) (used [2]uint, ok bool)
	written map[string]bool // types that have been written, by their names
}

// Options say what else there is.
type Options struct {
	// Alt is the sections of the file that the object shares with others
	// (dwz(1)); nil: none.
	Alt Sections
	// Known tells whether the prototype language knows a type of the system's
	// headers by that name and size, and better than it could be described
	// here. nil: none.
	Known func(name string, size int64) bool
	// IsLocal reports whether the symbols of the function at a link-time address are
	// its object's own. nil: that is not known of any.
	IsLocal func(addr uint64) bool
	// Reads returns which argument registers the function at a link-time address uses, by
	// bank, if its code tells. nil: that is not known of any.
	Reads func(addr uint64) (used [2]uint, ok bool)
	// Written is text that Function returned for the same object in another
	// run: the types in it are not written again.
	Written string
}

// Open reads the headers of all units.
func Open(sections Sections, o Options) *Info {
	in := newInfo(sections)
	in.known, in.isLocal, in.reads = o.Known, o.IsLocal, o.Reads
	if o.Alt != nil {
		in.alt = newInfo(o.Alt)
		in.alt.altInfo = true
	}
	for line := range strings.Lines(o.Written) {
		kind, rest, _ := strings.Cut(line, " ")
		name, _, ok := strings.Cut(rest, " ")
		if ok && strings.Contains(" struct union enum flags ", " "+kind+" ") {
			in.written[name] = true
		}
	}
	return in
}

func newInfo(sections Sections) *Info {
	in := &Info{bySignature: map[uint64]*unit{}, tables: map[uint64]table{}, written: map[string]bool{}}
	for name, s := range map[string]**section{
		".debug_info": &in.info, ".debug_types": &in.types, ".debug_abbrev": &in.abbrev,
		".debug_str": &in.str, ".debug_line_str": &in.lineStr, ".debug_str_offsets": &in.strOffsets,
		".debug_addr": &in.addr, ".debug_aranges": &in.aranges, ".debug_ranges": &in.ranges,
		".debug_rnglists": &in.rngLists, ".debug_line": &in.line,
		".debug_loc": &in.locs, ".debug_loclists": &in.locLists,
	} {
		*s = newSection(sections, name)
	}
	in.nameBytes, in.fileBytes = maxNameBytes+in.info.size, maxFileBytes+in.info.size
	in.lineOps = int(min(maxAllLineOps, minAllLineOps+lineOpsOfByte*in.line.size))
	in.totalBudget = int(min(maxAllEntries, minAllEntries+4*in.info.size))
	in.info.withSmallPages(func() { in.readUnits(in.info, false) })
	in.types.withSmallPages(func() { in.readUnits(in.types, true) })
	return in
}

// begin sets the budget of a question.
func (in *Info) begin() {
	in.totalBudget -= in.questionBudget - in.budget
	in.questionBudget = max(0, min(maxEntries, in.totalBudget))
	in.budget = in.questionBudget
	if in.alt != nil {
		in.alt.begin()
	}
}
