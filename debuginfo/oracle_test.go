package debuginfo

import (
	"debug/dwarf"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"plait/elf"
)

// TestOracle reads the same objects with this package and with debug/dwarf. Both must
// say the same about each function that the standard library finds: its entry, its
// name, its parameters, and the types that they lead to, with sizes, members, offsets
// and enumerators. The text that is then written about the function must agree with it,
// too.
func TestOracle(t *testing.T) {
	for _, o := range []struct{ archive, source string }{{"c", "a.c"}, {"cxx", "b.cc"}} {
		archive, err := txtar.ParseFile("testdata/" + o.archive + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range oracleBuilds[o.archive] {
			t.Run(line, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				if err := os.WriteFile(filepath.Join(dir, o.source), []byte(file(archive, o.source)), 0o666); err != nil {
					t.Fatal(err)
				}
				compareBuild(t, dir, line)
			})
		}
	}
}

// oracleBuilds are ways to build the sources of testdata. A command behind a semicolon
// then changes the object. There are no type units, because debug/dwarf finds no entry
// by its signature.
var oracleBuilds = map[string][]string{
	"c": {
		"gcc -gdwarf-2 -shared -fPIC -o $OUT a.c",
		"gcc -gdwarf-4 -shared -fPIC -o $OUT a.c",
		"gcc -gdwarf-5 -O2 -shared -fPIC -o $OUT a.c",
		"gcc -g -gdwarf64 -shared -fPIC -o $OUT a.c",
		"gcc -gdwarf-4 -shared -fPIC -o $OUT a.c ; dwz $OUT",
		"clang -gdwarf-4 -shared -fPIC -o $OUT a.c",
		"clang -gdwarf-5 -O2 -shared -fPIC -o $OUT a.c",
	},
	"cxx": {
		"g++ -std=c++17 -gdwarf-4 -shared -fPIC -o $OUT b.cc",
		"g++ -std=c++17 -gdwarf-5 -O2 -shared -fPIC -o $OUT b.cc",
		"g++ -std=c++17 -gdwarf-5 -shared -fPIC -o $OUT b.cc ; cp $OUT twin ; dwz -m shared $OUT twin",
	},
}

func compareBuild(t *testing.T, dir, line string) {
	out := filepath.Join(dir, "out")
	for step := range strings.SplitSeq(line, ";") {
		if !build(t, dir, step, out) {
			t.Skip(line)
		}
	}
	if n := compareFile(t, out); n < 5 {
		t.Errorf("only %d functions", n)
	}
}

// TestOracleLibrary does the same to the C library, if its debugging information is
// installed.
func TestOracleLibrary(t *testing.T) {
	const path = "/lib/x86_64-linux-gnu/libc.so.6"
	f, err := elf.Open(path)
	if err != nil {
		t.Skip(err)
	}
	d, err := f.OpenDebug()
	f.Close()
	if err != nil {
		t.Skip(path, err)
	}
	d.Close()
	if n := compareFile(t, path); n < 2000 {
		t.Errorf("only %d functions", n)
	}
}

// compareFile compares both readings of an object and returns the number of functions.
func compareFile(t *testing.T, path string) int {
	t.Helper()
	in, f := openFile(t, path)
	d, err := f.OpenDebug()
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	other := openStandard(t, d)
	c := comparison{t: t, in: in, other: other, mine: speller{seen: map[string]bool{}}, theirs: speller{seen: map[string]bool{}}}
	for _, e := range other.functions(t) {
		if t.Failed() {
			break // one error is enough
		}
		c.function(e)
	}
	return c.n
}

// A standard is what debug/dwarf reads in a file, beside the file that it shares with
// others, which debug/dwarf knows nothing about.
type standard struct {
	data   *dwarf.Data
	str    []byte
	shared bool // this is the file that others share
	alt    *standard
}

func openStandard(t *testing.T, d *elf.DebugFile) *standard {
	t.Helper()
	get := func(name string) []byte {
		r, size := d.Section(name)
		if r == nil {
			return nil
		}
		b := make([]byte, size)
		if _, err := io.ReadFull(io.NewSectionReader(r, 0, size), b); err != nil {
			t.Fatal(name, err)
		}
		return b
	}
	o := &standard{str: get(".debug_str")}
	var err error
	o.data, err = dwarf.New(get(".debug_abbrev"), nil, nil, get(".debug_info"), get(".debug_line"), nil, get(".debug_ranges"), o.str)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".debug_addr", ".debug_line_str", ".debug_str_offsets", ".debug_rnglists"} {
		if b := get(name); b != nil {
			if err := o.data.AddSection(name, b); err != nil {
				t.Fatal(name, err)
			}
		}
	}
	if d.Alt != nil {
		o.alt = openStandard(t, d.Alt)
		o.alt.shared = true
	}
	return o
}

// functions returns all that have code at one place.
func (o *standard) functions(t *testing.T) (list []*dwarf.Entry) {
	r := o.data.Reader()
	for {
		e, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if e == nil {
			return list
		}
		switch e.Tag {
		case dwarf.TagSubprogram:
			if _, ok := e.Val(dwarf.AttrLowpc).(uint64); ok {
				list = append(list, e)
			}
		case dwarf.TagCompileUnit, dwarf.TagPartialUnit, dwarf.TagNamespace, dwarf.TagModule,
			dwarf.TagClassType, dwarf.TagStructType, dwarf.TagUnionType, 0:
			continue
		}
		r.SkipChildren()
	}
}

// at returns the entry at an offset.
func (o *standard) at(off dwarf.Offset) (die, bool) {
	r := o.data.Reader()
	r.Seek(off)
	e, err := r.Next()
	return theirs{o, e}, err == nil && e != nil
}

// A die is an entry as one of the two readers has it.
type die interface {
	key() string // where it is
	kind() dwarf.Tag
	string(a dwarf.Attr) string
	int(a dwarf.Attr) (int64, bool)
	is(a dwarf.Attr) bool
	place() int64 // of a member
	to(a dwarf.Attr) (die, bool)
	inner() []die
}

type ours struct{ e entry }

func (d ours) key() string {
	if d.e.u.in.altInfo {
		return fmt.Sprintf("%x in the shared file", d.e.off)
	}
	return fmt.Sprintf("%x", d.e.off)
}
func (d ours) kind() dwarf.Tag                { return d.e.tag }
func (d ours) string(a dwarf.Attr) string     { return d.e.text(a) }
func (d ours) int(a dwarf.Attr) (int64, bool) { return d.e.number(a) }
func (d ours) is(a dwarf.Attr) bool           { return d.e.flag(a) }
func (d ours) place() int64                   { n, _ := d.e.constantLocation(dwarf.AttrDataMemberLoc); return n }

func (d ours) to(a dwarf.Attr) (die, bool) {
	e, ok := d.e.ref(a)
	return ours{e}, ok
}

func (d ours) inner() (list []die) {
	d.e.eachChild(func(child *entry) bool {
		list = append(list, ours{*child})
		return true
	})
	return list
}

type theirs struct {
	o *standard
	e *dwarf.Entry
}

func (d theirs) key() string {
	if d.o.shared {
		return fmt.Sprintf("%x in the shared file", d.e.Offset)
	}
	return fmt.Sprintf("%x", d.e.Offset)
}

func (d theirs) kind() dwarf.Tag { return d.e.Tag }

func (d theirs) string(a dwarf.Attr) string {
	f := d.e.AttrField(a)
	if f == nil {
		return ""
	}
	if off, ok := f.Val.(int64); ok && f.Class == dwarf.ClassStringAlt {
		text, _, _ := strings.Cut(string(d.o.alt.str[off:]), "\x00")
		return text
	}
	text, _ := f.Val.(string)
	return text
}

func (d theirs) int(a dwarf.Attr) (int64, bool) {
	n, ok := d.e.Val(a).(int64)
	return n, ok
}

func (d theirs) is(a dwarf.Attr) bool {
	yes, _ := d.e.Val(a).(bool)
	return yes
}

func (d theirs) place() int64 {
	switch v := d.e.Val(dwarf.AttrDataMemberLoc).(type) {
	case int64:
		return v
	case []byte: // DW_OP_plus_uconst and a number of one or two bytes
		n := int64(v[1] & 0x7f)
		if len(v) > 2 {
			n |= int64(v[2]) << 7
		}
		return n
	}
	return 0
}

func (d theirs) to(a dwarf.Attr) (die, bool) {
	f := d.e.AttrField(a)
	if f == nil {
		return nil, false
	}
	switch v := f.Val.(type) {
	case dwarf.Offset:
		return d.o.at(v)
	case int64:
		if f.Class == dwarf.ClassReferenceAlt {
			return d.o.alt.at(dwarf.Offset(v))
		}
	}
	return nil, false
}

func (d theirs) inner() (list []die) {
	if !d.e.Children {
		return nil
	}
	r := d.o.data.Reader()
	r.Seek(d.e.Offset)
	if _, err := r.Next(); err != nil {
		return nil
	}
	for {
		e, err := r.Next()
		if err != nil || e == nil || e.Tag == 0 {
			return list
		}
		list = append(list, theirs{d.o, e})
		r.SkipChildren()
	}
}

// A comparison goes through the functions of an object.
type comparison struct {
	t            *testing.T
	in           *Info
	other        *standard
	mine, theirs speller
	n            int // functions that were compared
}

// function compares what the two readers say about a function. If several entries are
// at one address, any of them will do.
func (c *comparison) function(e *dwarf.Entry) {
	their := theirs{c.other, e}
	name := linkage(their)
	pc := e.Val(dwarf.AttrLowpc).(uint64)
	if name == "" || pc == 0 {
		return
	}
	c.in.begin()
	my, ok := c.in.definition(name, pc)
	if !ok {
		c.t.Errorf("%s at %#x: not found", name, pc)
		return
	}
	if got := (ours{my}).key(); got != their.key() {
		if !c.other.twice(e, my.off) {
			c.t.Errorf("%s at %#x: entry %s, want %s", name, pc, got, their.key())
		}
		return
	}
	c.n++
	got, want := c.mine.function(ours{my}), c.theirs.function(their)
	if got != want {
		c.t.Errorf("%s at %#x: got\n%s\nwant\n%s", name, pc, difference(got, want), difference(want, got))
	}
	for _, wrong := range (reading{c.other, their}).faults(c.in.Function(name, pc)) {
		c.t.Errorf("%s at %#x: %s", name, pc, wrong)
	}
}

// twice reports whether another entry begins where e does.
func (o *standard) twice(e *dwarf.Entry, off int64) bool {
	d, ok := o.at(dwarf.Offset(off))
	return ok && d.(theirs).e.Val(dwarf.AttrLowpc) == e.Val(dwarf.AttrLowpc)
}

// linkage returns the name of a function in symbol tables.
func linkage(d die) string {
	for _, a := range []dwarf.Attr{dwarf.AttrLinkageName, attrMIPSLinkageName, dwarf.AttrName} {
		for _, o := range completed(d) {
			if s := o.string(a); s != "" {
				return s
			}
		}
	}
	return ""
}

// completed returns d and what it completes.
func completed(d die) []die {
	list := []die{d}
	for {
		next, ok := d.to(dwarf.AttrAbstractOrigin)
		if !ok {
			next, ok = d.to(dwarf.AttrSpecification)
		}
		if !ok || len(list) > maxOrigins {
			return list
		}
		list, d = append(list, next), next
	}
}

// A speller writes functions and types as a reader has them, each type once.
type speller struct {
	seen map[string]bool
	b    strings.Builder
}

func (s *speller) function(d die) string {
	s.b.Reset()
	for _, o := range completed(d) {
		fmt.Fprintf(&s.b, "%s %v %s\n", o.key(), o.kind(), o.string(dwarf.AttrName))
		s.typeOf(o)
		for _, child := range o.inner() {
			if child.kind() == dwarf.TagFormalParameter || child.kind() == dwarf.TagUnspecifiedParameters {
				s.parameter(child)
			}
		}
	}
	return s.b.String()
}

func (s *speller) parameter(d die) {
	for _, o := range completed(d) {
		fmt.Fprintf(&s.b, "\t%v %q artificial=%t\n", o.kind(), o.string(dwarf.AttrName), o.is(dwarf.AttrArtificial))
		s.typeOf(o)
	}
}

// typeOf writes the type of d, and those that it leads to.
func (s *speller) typeOf(d die) {
	for {
		t, ok := d.to(dwarf.AttrType)
		if !ok {
			return
		}
		if s.seen[t.key()] {
			fmt.Fprintf(&s.b, "\t\t%s\n", t.key())
			return
		}
		s.seen[t.key()] = true
		s.describe(t)
		d = t
	}
}

func (s *speller) describe(t die) {
	fmt.Fprintf(&s.b, "\t\t%s = %v %q", t.key(), t.kind(), t.string(dwarf.AttrName))
	s.numbers(t, dwarf.AttrByteSize, dwarf.AttrEncoding, attrCallingConvention)
	s.b.WriteString("\n")
	for _, m := range t.inner() {
		switch m.kind() {
		case dwarf.TagMember, dwarf.TagInheritance:
			fmt.Fprintf(&s.b, "\t\t%q at %d external=%t", m.string(dwarf.AttrName), m.place(), m.is(dwarf.AttrExternal))
			s.numbers(m, dwarf.AttrBitSize, dwarf.AttrBitOffset, attrDataBitOffset, dwarf.AttrByteSize)
			s.b.WriteString("\n")
			s.typeOf(m)
		case dwarf.TagEnumerator:
			fmt.Fprintf(&s.b, "\t\t%s", m.string(dwarf.AttrName))
			s.numbers(m, dwarf.AttrConstValue)
			s.b.WriteString("\n")
		case dwarf.TagSubrangeType:
			s.numbers(m, dwarf.AttrUpperBound, dwarf.AttrCount)
		}
	}
}

func (s *speller) numbers(d die, attrs ...dwarf.Attr) {
	for _, a := range attrs {
		if n, ok := d.int(a); ok {
			fmt.Fprintf(&s.b, " %v=%d", a, n)
		}
	}
}
