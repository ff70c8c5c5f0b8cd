package text

import "strings"

// A tint is a kind of text that has a colour.
type tint uint8

// The tints.
const (
	nameTint   tint = iota // names of library calls
	systemTint             // names of system calls
	labelTint              // names of arguments
	numberTint             // numbers, pointers
	stringTint
	constTint   // constants
	commentTint // comments
	dimTint     // prefixes of lines, marks of split lines
	eventTint   // lines that are no calls
	resultTint  // numbers that are results
	errorTint   // results that are errors
	tints       = iota
)

// A palette holds the parameters of the terminal's SGR sequence (ECMA-48) for
// each tint; "" is no colour.
type palette [tints]string

var ltraceColors = palette{
	nameTint: "1;36", systemTint: "1;35", stringTint: "32", constTint: "33", errorTint: "31", eventTint: "35", commentTint: "2", dimTint: "2",
}

// straceColors are strace's defaults. Punctuation has no tint here.
var straceColors = palette{
	nameTint: "33", systemTint: "33", labelTint: "39", numberTint: "35", stringTint: "35", constTint: "34", commentTint: "36",
	resultTint: "32", errorTint: "31",
}

// colorNames are the names of tints in PLAIT_COLORS and STRACE_COLORS.
var colorNames = map[string][]tint{
	"library": {nameTint},
	"syscall": {systemTint},
	"argname": {labelTint},
	"argval":  {numberTint, stringTint},
	"const":   {constTint},
	"comment": {commentTint},
	"punct":   {dimTint, eventTint},
	"retval":  {resultTint},
	"error":   {errorTint},
}

// paletteOf returns the colours that o asks for.
func paletteOf(o Options) *palette {
	colors := ltraceColors
	if o.Style == Strace {
		colors = straceColors
	}
	for entry := range strings.SplitSeq(o.Colors, ":") {
		name, sgr, _ := strings.Cut(entry, "=")
		if sgr = strings.TrimSpace(sgr); !isSGR(sgr) {
			continue
		}
		for _, t := range colorNames[strings.ToLower(strings.TrimSpace(name))] {
			colors[t] = sgr
		}
	}
	return &colors
}

// maxSGR bounds a colour: each is written often.
const maxSGR = 64

// isSGR reports whether s consists of parameters only, so that an environment variable
// can't send anything else to the terminal.
func isSGR(s string) bool {
	return len(s) <= maxSGR && strings.Trim(s, "0123456789;") == "" && strings.Trim(s, ";") != ""
}

// tint begins a colour; plain ends it. They do not nest.
func (l *line) tint(t tint) {
	if l.colors == nil || l.colors[t] == "" {
		return
	}
	l.dropEmptyTint()
	l.tintStart, l.tinted = len(l.b), true
	l.invisible("\x1b[", l.colors[t], "m")
	l.tintEnd = len(l.b)
}

func (l *line) plain() {
	if l.tinted && !l.dropEmptyTint() {
		l.invisible("\x1b[m")
	}
	l.tinted = false
}

// dropEmptyTint removes a colour's sequence if nothing was written in that colour. It
// reports whether it did.
func (l *line) dropEmptyTint() bool {
	if !l.tinted || len(l.b) != l.tintEnd {
		return false
	}
	l.hidden -= len(l.b) - l.tintStart
	l.b = l.b[:l.tintStart]
	return true
}

func (l *line) invisible(parts ...string) {
	for _, s := range parts {
		l.str(s)
		l.hidden += len(s)
	}
}
