package main

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// The words of an option that may depend on where the trace is read.
const (
	whenAuto   = "auto"
	whenAlways = "always"
	whenNever  = "never"
)

func when(word string, auto bool) bool {
	if word == whenAuto {
		return auto
	}
	return word == whenAlways
}

// width is the number of columns of a terminal, 0 if w is none.
func width(w io.Writer) int {
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

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}

// colourful reports whether w shows colours to someone who has not asked for
// none (https://no-color.org).
func colourful(w io.Writer) bool {
	return isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
