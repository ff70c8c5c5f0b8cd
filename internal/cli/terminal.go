package cli

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// The values of an option that may depend on where the trace is read.
const (
	WhenAuto   = "auto"
	WhenAlways = "always"
	WhenNever  = "never"
)

// When reports whether a feature is on: word is the user's choice, and auto the
// answer to WhenAuto.
func When(word string, auto bool) bool {
	if word == WhenAuto {
		return auto
	}
	return word == WhenAlways
}

// IsTerminal reports whether w is a terminal (termios(3)).
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}

// HasColours reports whether w is a terminal that shows colours, and the user has not
// switched them off (https://no-color.org).
func HasColours(w io.Writer) bool {
	return IsTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
