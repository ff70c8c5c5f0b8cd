package cli

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// The words of an option that may depend on where the trace is read.
const (
	WhenAuto   = "auto"
	WhenAlways = "always"
	WhenNever  = "never"
)

// When reports whether something is wanted that the user says word about; auto is the
// answer where that leaves it open.
func When(word string, auto bool) bool {
	if word == WhenAuto {
		return auto
	}
	return word == WhenAlways
}

// IsTerminal reports whether w is a terminal, see termios(3).
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}

// HasColours reports whether w is a terminal that shows colours to someone who has not
// asked for none (https://no-color.org).
func HasColours(w io.Writer) bool {
	return IsTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
