package ltrace

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"plait/internal/cli"
	"plait/output/text"
)

// defaultAlign is the column of results if the width of the terminal is unknown.
const defaultAlign = 50

// textOptions returns how the trace looks on w.
func textOptions(o *options, w io.Writer, stdout, stderr io.Writer) text.Options {
	return text.Options{
		Align:     o.column(stdout, stderr),
		Indent:    o.indent,
		Threads:   o.naming(),
		Clock:     o.clock(),
		IP:        o.ip,
		Elapsed:   o.elapsed,
		From:      o.showsCallers(),
		Demangle:  !o.noDemangle && (o.demangle || o.spelling != "" || cli.IsTerminal(w) && !o.isLtrace()),
		FullNames: o.fullNames(),
		Versions:  o.versions,
		NoErrno:   o.isLtrace(),
		NoSignals: o.noSignals,
		NoTimes:   o.labels,
		UTF8:      cli.When(o.utf8, isUTF8(locale())),
		Color:     cli.When(o.color, cli.HasColours(w)),
		Colors:    os.Getenv("PLAIT_COLORS"),
	}
}

// showsCallers reports whether lines begin with the object that calls: filters may choose
// calls of several. A replay begins them as the trace did that was recorded.
func (o *options) showsCallers() bool {
	if o.origin != nil && len(o.calls)+len(o.libraries) == 0 {
		filters := o.origin.Options.Filters
		return slices.Contains(filters, "-e") || slices.Contains(filters, "-l")
	}
	return len(o.calls)+len(o.libraries) > 0
}

// fullNames reports whether demangled names are shown in full.
func (o *options) fullNames() bool {
	return o.spelling == namesFull || o.spelling == "" && o.isLtrace() && o.demangle
}

// isLtrace reports whether readers of the trace expect ltrace's output, because plait
// was called by its name.
func (o *options) isLtrace() bool {
	return o.as == "ltrace" || o.as == "" && filepath.Base(os.Args[0]) == "ltrace"
}

// column returns the column of results by ltrace's rule: five eighths of the
// terminal's width.
func (o *options) column(stdout, stderr io.Writer) int {
	if o.alignSet {
		return o.align
	}
	if n, err := strconv.ParseInt(os.Getenv("COLUMNS"), 0, 32); err == nil && n > 0 {
		return int(n) * 5 / 8
	}
	for _, w := range []io.Writer{stdout, stderr} {
		if n := width(w); n > 0 {
			return n * 5 / 8
		}
	}
	return defaultAlign
}

// width returns the number of columns of a terminal; 0 if w is none.
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

// naming is ltrace's rule for thread numbers, except that a terminal shows them only
// if there is a second thread.
func (o *options) naming() text.Naming {
	switch {
	case len(o.outputs) == 0:
		return text.Bracketed
	case o.filePerProcess():
		return text.Separate
	case o.follow > 0 || len(o.pids) > 0:
		return text.Numbered
	}
	return text.Unnamed
}

func (o *options) clock() text.Clock {
	switch {
	case o.relative:
		return text.Relative
	case o.timestamps >= 3:
		return text.UnixEpoch
	case o.timestamps == 2:
		return text.Micros
	case o.timestamps == 1:
		return text.Seconds
	}
	return text.NoClock
}

// locale returns the name of the locale for characters (locale(7)).
func locale() string {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := os.Getenv(name); v != "" {
			return v
		}
	}
	return ""
}

func isUTF8(locale string) bool {
	_, charset, _ := strings.Cut(locale, ".")
	charset, _, _ = strings.Cut(charset, "@")
	charset = strings.ToLower(charset)
	return charset == "utf-8" || charset == "utf8"
}
