package cli

import (
	"errors"
	"testing"
)

// TestReturned: lines for a raw terminal end with a carriage return, too, and a short write
// counts only what was to be written.
func TestReturned(t *testing.T) {
	const text = "a\nbc\n\n"
	const lines = "a\r\nbc\r\n\r\n"
	var got string
	n, err := returned([]byte(text), func(p []byte) (int, error) {
		got = string(p)
		return len(p), nil
	})
	if got != lines || n != len(text) || err != nil {
		t.Errorf("%q: wrote %q, %d, %v", text, got, n, err)
	}
	failed := errors.New("failed")
	for room, want := range []int{0, 1, 1, 2, 3, 4, 4, 5, 5, 6} { // of lines that fits, of text that is written
		n, err := returned([]byte(text), func([]byte) (int, error) { return room, failed })
		if n != want || err != failed {
			t.Errorf("%d bytes of %q: %d, %v, want %d", room, lines, n, err, want)
		}
	}
}
