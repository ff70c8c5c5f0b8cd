package filter

import (
	"fmt"
	"strings"
	"testing"
)

func TestParseFDs(t *testing.T) {
	for text, want := range map[string]string{
		"0,2": "0 2", "!0,2": "1 3", "all": "0 1 2 3", "none": "", "!all": "", "!none": "0 1 2 3", "!!1": "1", "1,,2": "1 2",
		"-1": "invalid descriptor '-1'", "": "invalid descriptor ''", "1,x": "invalid descriptor 'x'",
		"2147483648": "invalid descriptor '2147483648'", "2147483647": "",
	} {
		f, err := ParseFDs(text)
		var got []string
		for fd := range 4 {
			if f.Has(fd) {
				got = append(got, fmt.Sprint(fd))
			}
		}
		if err != nil {
			got = []string{err.Error()}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %v, want %s", text, got, want)
		}
		if f.Has(-1) {
			t.Errorf("%q has -1", text)
		}
	}
}
