package filter

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A FDs is a set of file descriptors. A nil FDs is empty. It is immutable.
type FDs struct {
	numbers map[int]bool
	others  bool // the set is all that are not in numbers
}

// ParseFDs reads a set of descriptors in strace's grammar: numbers with commas between them,
// or "all" or "none"; a "!" before them negates.
//
// The wording of errors is strace's, because people search for it.
func ParseFDs(text string) (*FDs, error) {
	f := &FDs{numbers: map[int]bool{}}
	list := strings.TrimLeft(text, "!")
	values := strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
	if len(values) == 0 {
		return nil, fmt.Errorf("invalid descriptor '%s'", text)
	}
	f.others = (len(text)-len(list))%2 != 0
	switch list {
	case "none":
		return f, nil
	case "all":
		f.others = !f.others
		return f, nil
	}
	for _, value := range values {
		n, err := strconv.ParseUint(value, 10, 32)
		if err != nil || n > math.MaxInt32 {
			return nil, fmt.Errorf("invalid descriptor '%s'", value)
		}
		f.numbers[int(n)] = true
	}
	return f, nil
}

// Has reports whether descriptor fd is in the set.
func (f *FDs) Has(fd int) bool {
	return f != nil && fd >= 0 && f.numbers[fd] != f.others
}
