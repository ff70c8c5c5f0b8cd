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

func When(word string, auto bool) bool {
	if word == WhenAuto {
		return auto
	}
	return word == WhenAlways
}

// Width is the number of columns of a terminal, 0 if w is none.
func Width(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0
	}
	return int(size.Col)
}

func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}

// HasColours reports whether w shows colours to someone who has not asked for
// none (https://no-color.org).
func HasColours(w io.Writer) bool {
	return IsTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
