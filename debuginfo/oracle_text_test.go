package debuginfo

import (
	"cmp"
	"debug/dwarf"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A reading is what debug/dwarf says about a function, to be compared with the text
// that was written about it.
type reading struct {
	o *standard
	d die
}

// Lines of the text: a struct, union or set of names, with the place of its entry in
// its name; and a function.
var (
	structLine = regexp.MustCompile(`^(?:struct|union) (\S+)\.([0-9a-f]+)(s?) size (\d+) \{(.*) \}$`)
	namesLine  = regexp.MustCompile(`^(?:enum|flags) (\S+)\.([0-9a-f]+)(s?) : (\S+) \{(.*) \}$`)
	partText   = regexp.MustCompile(`^(?:more )?at (\d+) (.*) (\S*)$`)
	// A container of the C++ library is shown by its number of elements.
	containerText = regexp.MustCompile(`^(?:unordered_)?(?:multi)?(?:map|set)_.* at \d+ ulong size;$`)
	bitsText      = regexp.MustCompile(`^bits\((\S+), (\d+), (\d+)\)$`)
	callLine      = regexp.MustCompile(`^\S.* \S+\.[0-9a-f]+\((.*)\)(?: noreturn)?;$`)
	placeText     = regexp.MustCompile(`\.([0-9a-f]+)(s?)\b`)
)

// faults returns the lines of a text that are wrong. Structs that are shown by what
// they mean ("as text") are not checked.
func (r reading) faults(text string) (list []string) {
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		why := ""
		if m := structLine.FindStringSubmatch(line); m != nil {
			why = r.record(m[1], r.entry(m[2], m[3]), m[4], m[5])
		} else if m := namesLine.FindStringSubmatch(line); m != nil {
			why = r.names(m[1], r.entry(m[2], m[3]), m[5])
		} else if m := callLine.FindStringSubmatch(line); m != nil {
			why = r.parameters(m[1])
		}
		if why != "" {
			list = append(list, line+": "+why)
		}
	}
	return list
}

// entry returns the entry at an offset. An s behind the offset means the shared file.
func (r reading) entry(off, s string) die {
	o := r.o
	if s != "" {
		o = o.alt
	}
	n, _ := strconv.ParseUint(off, 16, 32)
	d, ok := o.at(dwarf.Offset(n))
	if !ok {
		return nil
	}
	return d
}

// record checks a struct: its name, its size, and each member in the text. The text
// must have all members whose type cannot be mistaken.
func (r reading) record(name string, d die, size, text string) string {
	if d == nil {
		return "there is no such entry"
	}
	if n, _ := d.int(dwarf.AttrByteSize); fmt.Sprint(n) != size {
		return fmt.Sprintf("its size is %d", n)
	}
	if got := spelledType(d); got != name {
		return fmt.Sprintf("its name is %s", got)
	}
	if containerText.MatchString(name + text) {
		return ""
	}
	members := membersOf(d)
	var had []die
	if strings.TrimSpace(text) == "" {
		text = ""
	}
	for part := range strings.SplitSeq(text, ";") {
		if part == "" {
			continue
		}
		m := partText.FindStringSubmatch(strings.TrimLeft(part, " "))
		if m == nil {
			return fmt.Sprintf("%q is no member", part)
		}
		i := slices.IndexFunc(members, func(d die) bool { return !slices.Contains(had, d) && isPart(d, m[1], m[2], m[3]) })
		if i < 0 {
			return fmt.Sprintf("%q: no member is so", part)
		}
		had = append(had, members[i])
	}
	for _, m := range members {
		if t, ok := plain(m); ok && t.kind() == dwarf.TagBaseType && isCommon(t) && !slices.Contains(had, m) && len(members) < maxMembers {
			return fmt.Sprintf("%s at %d is missing", m.string(dwarf.AttrName), m.place())
		}
	}
	return ""
}

func membersOf(d die) (list []die) {
	for _, m := range d.inner() {
		if m.kind() == dwarf.TagMember && !m.is(dwarf.AttrExternal) && !m.is(dwarf.AttrArtificial) || m.kind() == dwarf.TagInheritance {
			list = append(list, m)
		}
	}
	return list
}

// isPart reports whether the text of a part of a struct can stand for a member.
func isPart(m die, at, text, name string) bool {
	want := m.string(dwarf.AttrName)
	if t, ok := plain(m); ok && m.kind() == dwarf.TagInheritance {
		want = t.string(dwarf.AttrName)
	}
	if name != spelled(want) && name != "" && !(want == "" && name == "unnamed") {
		return false
	}
	if b := bitsText.FindStringSubmatch(text); b != nil {
		from, n := bitsOf(m)
		return at == fmt.Sprint(from/8) && b[2] == fmt.Sprint(from%8) && b[3] == fmt.Sprint(n) && isOf(m, b[1])
	}
	return at == fmt.Sprint(m.place()) && isOf(m, text)
}

// bitsOf returns where a bit field begins, in bits, and its number of bits.
func bitsOf(m die) (from, n int64) {
	n, _ = m.int(dwarf.AttrBitSize)
	if from, ok := m.int(attrDataBitOffset); ok {
		return from, n
	}
	high, _ := m.int(dwarf.AttrBitOffset)
	size, ok := m.int(dwarf.AttrByteSize)
	if t, is := plain(m); is && !ok {
		size, _ = t.int(dwarf.AttrByteSize)
	}
	return 8*(m.place()+size) - high - n, n
}

// names checks an enumeration: its name and each enumerator, in any order.
func (r reading) names(name string, d die, text string) string {
	if d == nil {
		return "there is no such entry"
	}
	if got := spelledType(d); got != name {
		return fmt.Sprintf("its name is %s", got)
	}
	var want []string
	for _, e := range d.inner() {
		if n, ok := e.int(dwarf.AttrConstValue); ok && e.kind() == dwarf.TagEnumerator {
			want = append(want, fmt.Sprintf("%s %d", e.string(dwarf.AttrName), n))
		}
	}
	got := strings.Split(strings.TrimSuffix(strings.TrimSpace(text), ";"), "; ")
	slices.Sort(got)
	slices.Sort(want)
	if len(want) < maxNames && !slices.Equal(got, want) {
		return fmt.Sprintf("its names are %q", want)
	}
	return ""
}

// parameters checks those of a function. The text may have a hidden one for its result,
// and may end early, with dots. It has none for classes without members.
func (r reading) parameters(text string) string {
	want := r.passed()
	got := splitParameters(text)
	for _, p := range got {
		switch {
		case p == "...", strings.HasPrefix(p, "hide("), p == "void":
			continue
		}
		typ, name, _ := cutLast(p, " ")
		for len(want) > 0 && isEmpty(want[0]) {
			want = want[1:]
		}
		if len(want) == 0 {
			return fmt.Sprintf("%q is one too many", p)
		}
		w := want[0]
		want = want[1:]
		if n := spelled(inheritedName(w)); n != name && !(n == "" && name == "unnamed") && n != "if" {
			return fmt.Sprintf("%q is called %s", p, n)
		}
		if !isOf(inheritedType(w), strings.TrimLeft(typ, "=+")) {
			return fmt.Sprintf("%q has another type", p)
		}
	}
	want = slices.DeleteFunc(want, isEmpty)
	if len(want) > 0 && !slices.Contains(got, "...") {
		return fmt.Sprintf("%s is missing", inheritedName(want[0]))
	}
	return ""
}

// passed returns the parameters of the function or of what it completes. Concrete
// functions need not pass those that the compiler adds behind the first one
// (__in_chrg).
func (r reading) passed() (want []die) {
	for i, o := range completed(r.d) {
		var list []die
		for _, p := range o.inner() {
			if p.kind() == dwarf.TagFormalParameter && (i == 0 || len(list) == 0 || !p.is(dwarf.AttrArtificial)) {
				list = append(list, p)
			}
		}
		if len(list) > len(want) {
			want = list
		}
	}
	return want
}

// splitParameters splits at commas outside of parentheses and brackets.
func splitParameters(text string) (list []string) {
	depth, from := 0, 0
	for i, c := range text {
		switch c {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case ',':
			if depth == 0 {
				list = append(list, strings.TrimSpace(text[from:i]))
				from = i + 1
			}
		}
	}
	return append(list, strings.TrimSpace(text[from:]))
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func inheritedName(d die) string {
	for _, o := range completed(d) {
		if s := o.string(dwarf.AttrName); s != "" {
			return s
		}
	}
	return ""
}

// inheritedType returns d or what it completes, whichever has a type.
func inheritedType(d die) die {
	for _, o := range completed(d) {
		if _, ok := o.to(dwarf.AttrType); ok {
			return o
		}
	}
	return d
}

// isEmpty reports whether the type of d is a class without members, or nothing.
func isEmpty(d die) bool {
	t, ok := plain(inheritedType(d))
	if !ok {
		return true
	}
	if t.kind() != dwarf.TagStructType && t.kind() != dwarf.TagClassType {
		return false
	}
	n, sized := t.int(dwarf.AttrByteSize)
	return sized && n <= 1 && len(membersOf(t)) == 0
}

// plain returns the type of d without qualifiers and typedefs.
func plain(d die) (die, bool) {
	t, ok := d.to(dwarf.AttrType)
	for ok && isAlias(t.kind()) {
		t, ok = t.to(dwarf.AttrType)
	}
	return t, ok
}

// numbersByEncoding has C's types by encoding (DWARF 5, table 7.11) and size, in the
// words of docs/PROTOTYPES.md.
var numbersByEncoding = map[[2]int64]string{
	{2, 1}: "bool", {4, 4}: "float", {4, 8}: "double", {4, 16}: "ldouble",
	{5, 1}: "schar", {5, 2}: "short", {5, 4}: "int", {5, 8}: "long", {6, 1}: "char",
	{7, 1}: "uchar", {7, 2}: "ushort", {7, 4}: "uint", {7, 8}: "ulong", {8, 1}: "uchar",
}

// isCommon reports whether a base type has a word of its own in any case.
func isCommon(t die) bool {
	_, ok := numbersByEncoding[encoded(t)]
	return ok && !strings.Contains(t.string(dwarf.AttrName), "128")
}

func encoded(t die) [2]int64 {
	encoding, _ := t.int(dwarf.AttrEncoding)
	size, _ := t.int(dwarf.AttrByteSize)
	return [2]int64{encoding, size}
}

// isOf reports whether text can be the type of d. A number is spelled by its encoding
// and size, or by the name of a typedef. If text has the place of a type, d must lead
// to that type.
func isOf(d die, text string) bool {
	t, ok := plain(d)
	if !ok {
		return text == "addr" || strings.HasPrefix(text, "buffer[")
	}
	if t.kind() == dwarf.TagBaseType {
		return isNumber(d, t, text)
	}
	m := placeText.FindStringSubmatch(text)
	if m == nil {
		return true
	}
	want := m[1]
	if m[2] != "" {
		want += " in the shared file"
	}
	for range maxNesting {
		if t.key() == want {
			return true
		}
		if t, ok = t.to(dwarf.AttrType); !ok {
			return false
		}
	}
	return false
}

func isNumber(d, t die, text string) bool {
	for u, ok := d.to(dwarf.AttrType); ok; u, ok = u.to(dwarf.AttrType) {
		if text == u.string(dwarf.AttrName) {
			return true
		}
	}
	if !isCommon(t) {
		return true
	}
	want := numbersByEncoding[encoded(t)]
	if want == "char" && t.string(dwarf.AttrName) != "char" {
		want = "schar"
	}
	return text == want || want == "int" && text == "fd"
}

// spelledType returns the name of a type, or what it has instead.
func spelledType(d die) string { return cmp.Or(spelled(d.string(dwarf.AttrName)), "unnamed") }

// spelled returns a name of the program as the prototype language takes it.
func spelled(name string) string { return identifier(name) }
