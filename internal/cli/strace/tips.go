package strace

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// tips is the argument of --tips.
type tips struct {
	form tipForm
	id   int // negative: a random one
}

// A tipForm says how much of a tip is shown.
type tipForm uint8

// The forms of a tip.
const (
	tipNone tipForm = iota
	tipCompact
	tipFull
)

var tipForms = map[string]tipForm{"none": tipNone, "compact": tipCompact, "full": tipFull}

// tipTexts are hints for users who know strace.
var tipTexts = []string{
	"plait without --as strace also shows library calls, and in which of them each system call is made.",
	"-k shows where a call was made from; plait -S shows the library calls around it, at less cost.",
	"-e trace=%file shows all calls that take the name of a file.",
	"-e inject=SET:error=ENOSPC:when=3 shows what a program does when its third call fails.",
	"-z and -Z show only the calls that succeeded, or only those that failed.",
	"-yy shows both ends of a connection beside a descriptor.",
	"-P PATH shows only calls on one file, by name and by descriptor.",
	"-c -w shows where time passes; -c alone shows how long the kernel works.",
	"-D keeps the command the direct child of the shell.",
	"--syscall-limit=N detaches from everything after N calls.",
}

// tip parses "[id:]ID" and "[format:]FORM", separated by commas.
func (o *options) tip(g given) error {
	o.tips = tips{tipCompact, -1}
	for part := range strings.SplitSeq(g.arg, ",") {
		id := strings.TrimPrefix(part, "id:")
		form, isForm := tipForms[strings.TrimPrefix(part, "format:")]
		n, isNumber := parseNatural(id, math.MaxInt32)
		switch {
		case isForm:
			o.tips.form = form
		case id == "random":
			o.tips.id = -1
		case isNumber:
			o.tips.id = n
		case part != "":
			return g.invalid()
		}
	}
	return nil
}

// text returns the requested tip.
func (t tips) text() string {
	if t.form == tipNone {
		return ""
	}
	id := t.id
	if id < 0 {
		id = rand.IntN(len(tipTexts))
	}
	id %= len(tipTexts)
	text := tipTexts[id]
	if t.form == tipFull {
		text = fmt.Sprintf("Tip %d of %d\n%s", id, len(tipTexts), text)
	}
	return text + "\n"
}
