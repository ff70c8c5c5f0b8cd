package syscalls

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"plait/event"
)

// A side is the part of a Set that is about one calling convention.
type side uint8

// The sides, and how a value names one of them ("chdir@32").
const (
	side64 side = iota
	sideX32
	side32
	sides
)

// designators are how a value of a Set names a convention ("chdir@32").
var designators = [sides]string{side64: "64", sideX32: "x32", side32: "32"}

// maxNumber bounds the numbers that a Set may name. The tables end far below it, but the
// running kernel may be newer than they are.
const maxNumber = 4095

// rows returns the calls of a side, by number.
func (s side) rows() []row {
	switch s {
	case sideX32:
		return x32Rows()
	case side32:
		return i386().native
	}
	return amd64().native
}

// A Set is a set of system calls in every calling convention of the machine (strace(1),
// "-e trace="). A nil Set contains all of them. A Set is immutable.
type Set struct {
	target *convention // the one that Has and Numbers are about
	bits   [sides]bitSet
	rest   bool // numbers above maxNumber are in it
}

// ParseSet reads a set in strace's grammar: values with commas between them, with "!" before
// the first to negate. A value is a name, a number, "/" and an extended regular expression
// that is searched for in the names, a class (see classNamed) or "all"; "none" stands alone.
// After "?" a value may match nothing, which is otherwise an error. "@64", "@32" or "@x32"
// after it restricts a value to the calls of that convention. Has and Numbers of the Set
// are about t.
//
// The wording of errors is strace's, because people search for it.
func ParseSet(text string, t *Table) (*Set, error) {
	s := &Set{target: t.convention}
	for i := range s.bits {
		s.bits[i] = newBitSet(maxNumber + 1)
	}
	list := strings.TrimLeft(text, "!")
	values := strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
	if len(values) == 0 {
		return nil, fmt.Errorf("invalid system call '%s'", text)
	}
	if list == "none" {
		values = nil
	}
	for _, value := range values {
		if err := s.add(value); err != nil {
			return nil, err
		}
	}
	if (len(text)-len(list))%2 != 0 {
		s.invert()
	}
	return s, nil
}

// add adds the calls that one value chooses.
func (s *Set) add(value string) error {
	name := strings.TrimLeft(value, "?")
	name, only, err := cutDesignator(name)
	if err != nil {
		return err
	}
	if name == "all" && only == sides {
		s.rest = true
	}
	chosen, err := chooser(name)
	if err != nil {
		return fmt.Errorf("invalid system call '%s': %w", value, err)
	}
	found := false
	for one := range sides {
		if only == sides || only == one {
			found = s.bits[one].addWhere(one.rows(), chosen) || found
		}
	}
	if !found && value[0] != '?' {
		return fmt.Errorf("invalid system call '%s'", value)
	}
	return nil
}

// cutDesignator splits a value into its name and its convention; the latter is sides if the
// value has none.
func cutDesignator(value string) (string, side, error) {
	name, word, found := strings.Cut(value, "@")
	if !found {
		return value, sides, nil
	}
	for one, known := range designators {
		if word == known {
			return name, side(one), nil
		}
	}
	return "", 0, fmt.Errorf("incorrect personality designator '%s' in qualification '%s'", word, value)
}

// chooser returns the function that reports whether a value chooses a row. A number may be
// beyond the tables, where rows have no name.
func chooser(name string) (func(row) bool, error) {
	if name == "all" {
		return func(row) bool { return true }, nil
	}
	if n, err := strconv.ParseUint(name, 10, 64); err == nil {
		return func(r row) bool { return uint64(r.nr) == n }, nil
	}
	if expr, ok := strings.CutPrefix(name, "/"); ok {
		re, err := regexp.CompilePOSIX(expr)
		if err != nil {
			return nil, fmt.Errorf("regular expression: %s", problem(err))
		}
		return func(r row) bool { return r.name != "" && re.MatchString(r.name) }, nil
	}
	if class, ok := classNamed(name); ok {
		return func(r row) bool { return ClassOf(r.name)&class != 0 }, nil
	}
	name = bareName(name)
	return func(r row) bool { return r.name != "" && r.name == name }, nil
}

// problem returns what is wrong with an expression, without the prefix of package regexp.
func problem(err error) string {
	return strings.TrimPrefix(err.Error(), "error parsing regexp: ")
}

func (s *Set) invert() {
	s.rest = !s.rest
	for i := range s.bits {
		s.bits[i].invert()
	}
}

// Has reports whether the Set contains call number nr of the Table that it was parsed for.
func (s *Set) Has(nr uint64) bool {
	return s == nil || s.in(s.target, nr)
}

// HasIn is Has for a call in the convention of t: a 64-bit program may make 32-bit calls.
func (s *Set) HasIn(t *Table, nr uint64) bool {
	return s == nil || t == nil || s.in(t.convention, nr)
}

// HasCall reports whether a call is a system call in the Set, whatever its convention is and
// whether it is an inner call (see Table.Inner) or not.
func (s *Set) HasCall(c *event.Call) bool {
	if c.Kind != event.System || s == nil {
		return c.Kind == event.System
	}
	t, nr := amd64(), uint64(c.Number)
	if c.ABI == "32" {
		t = i386()
	}
	if name, _ := t.Name(nr); name != c.Name {
		nr = innerNumber(c.Name)
	}
	return s.in(t, nr)
}

func (s *Set) in(c *convention, nr uint64) bool {
	one := side64
	switch {
	case c.x32 == nil:
		one = side32
	case isX32(nr):
		one, nr = sideX32, nr&^x32Bit
	}
	if nr > maxNumber {
		return s.rest
	}
	return s.bits[one].has(nr)
}

// Numbers returns the numbers up to 4095 in the Set, known or not, in ascending order: those
// of the convention that the Set was parsed for, and after them those of x32, with its bit
// set. For a nil Set it returns nil.
func (s *Set) Numbers() []uint64 {
	if s == nil {
		return nil
	}
	if s.target.x32 == nil {
		return s.bits[side32].append(nil, 0)
	}
	return s.bits[sideX32].append(s.bits[side64].append(nil, 0), x32Bit)
}

// Rest reports whether the Set contains numbers above 4095, which no kernel has, as "all" and
// "!write" do.
func (s *Set) Rest() bool { return s == nil || s.rest }

// All reports whether the Set contains every call.
func (s *Set) All() bool {
	if s == nil {
		return true
	}
	for _, b := range s.bits {
		if slices.ContainsFunc(b, func(word uint64) bool { return word != ^uint64(0) }) {
			return false
		}
	}
	return s.rest
}

// A bitSet is a set of small numbers.
type bitSet []uint64

func newBitSet(n int) bitSet { return make(bitSet, (n+63)/64) }

func (b bitSet) add(nr uint64)      { b[nr/64] |= 1 << (nr % 64) }
func (b bitSet) has(nr uint64) bool { return b[nr/64]>>(nr%64)&1 != 0 }

func (b bitSet) invert() {
	for i := range b {
		b[i] = ^b[i]
	}
}

// append appends the numbers of the set, each or'ed with flag.
func (b bitSet) append(all []uint64, flag uint64) []uint64 {
	for nr := range uint64(len(b) * 64) {
		if b.has(nr) {
			all = append(all, nr|flag)
		}
	}
	return all
}

// addWhere adds the numbers for whose rows chosen is true, and reports whether there are any.
func (b bitSet) addWhere(rows []row, chosen func(row) bool) bool {
	found := false
	for nr := range len(b) * 64 {
		if chosen(at(rows, nr)) {
			b.add(uint64(nr))
			found = true
		}
	}
	return found
}
