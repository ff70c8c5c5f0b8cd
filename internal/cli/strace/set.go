package strace

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"plait/output/summary"
	"plait/output/text"
)

// The set functions of options that only store a value.

func on(field func(*options) *bool) func(*options, given) error {
	return func(o *options, _ given) error { *field(o) = true; return nil }
}

func appendTo(field func(*options) *[]string) func(*options, given) error {
	return func(o *options, g given) error { p := field(o); *p = append(*p, g.arg); return nil }
}

func word[V any](field func(*options) *V, words map[string]V) func(*options, given) error {
	return func(o *options, g given) error {
		v, ok := words[g.arg]
		if !ok {
			return g.invalid()
		}
		*field(o) = v
		return nil
	}
}

// parseNatural parses a number as strtol(3) does: white space and a plus sign may
// precede it.
func parseNatural(s string, most int64) (int, bool) {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	if strings.HasPrefix(s, "+") {
		s = s[1:]
		if strings.HasPrefix(s, "-") {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return int(n), err == nil && n >= 0 && n <= most
}

// number parses an argument that is a natural number.
func (g given) number(into *int, most int64) error {
	n, ok := parseNatural(g.arg, most)
	if !ok {
		return g.invalid()
	}
	*into = n
	return nil
}

// maxStrings is strace's upper bound for -s.
const maxStrings = 1<<30 - 1

func (o *options) setColumns(g given) error { return g.number(&o.columns, math.MaxInt32) }
func (o *options) setStrings(g given) error {
	o.stringsSet = true
	return g.number(&o.strings, maxStrings)
}
func (o *options) frameLimit(g given) error   { return g.atLeastOne(&o.frames) }
func (o *options) syscallLimit(g given) error { return g.atLeastOne(&o.limit) }

func (g given) atLeastOne(into *int) error {
	if err := g.number(into, math.MaxInt32); err != nil || *into == 0 {
		return g.invalid()
	}
	return nil
}

// attach parses a list of PIDs.
func (o *options) attach(g given) error {
	for rest := g.arg; rest != ""; {
		i := strings.IndexAny(rest, "\n\t ,")
		one := rest
		if i >= 0 {
			one, rest = rest[:i], rest[i+1:]
		} else {
			rest = ""
		}
		pid, ok := parseNatural(one, math.MaxInt32)
		switch {
		case !ok || pid == 0:
			return die("Invalid process id: '%s'", one)
		case pid == ownPID():
			return die("I'm sorry, I can't let you do that, Dave.")
		case !slices.Contains(o.pids, pid):
			o.pids = append(o.pids, pid)
		}
	}
	return nil
}

func (o *options) followForks(g given) error {
	if g.long() {
		o.followLong = true
	} else {
		o.follow++
	}
	return nil
}

func (o *options) detachOn(g given) error {
	if g.arg != "execve" {
		return die("Syscall '%s' for -b isn't supported", g.arg)
	}
	o.detachOnExec = true
	return nil
}

// daemonWords are the arguments of --daemonize: how far the tracer separates from the
// command.
var daemonWords = map[string]int{"": 1, "grandchild": 1, "pgroup": 2, "pgrp": 2, "session": 3}

func (o *options) daemonize(g given) error {
	if !g.long() {
		o.daemon++
		return nil
	}
	level, ok := daemonWords[g.arg]
	if !ok || g.hasArg && g.arg == "" {
		return g.invalid()
	}
	o.daemonLong = level
	return nil
}

var interruptWords = []string{"anywhere", "waiting", "never", "never_tstp"}

// The values of -I.
const (
	interruptAnywhere = 1 + iota
	interruptWaiting
	interruptNever
	interruptNeverTSTP
)

func (o *options) interrupts(g given) error {
	if i := slices.Index(interruptWords, g.arg); i >= 0 {
		o.interruptible = i + 1
		return nil
	}
	if err := g.number(&o.interruptible, interruptNeverTSTP); err != nil || o.interruptible == 0 {
		return g.invalid()
	}
	return nil
}

func (o *options) stackTrace(g given) error {
	switch {
	case !g.long():
		o.stackSource = o.stack
	case !g.hasArg || g.arg == "symbol":
		o.stackSource = false
	case g.arg == "source":
		o.stackSource = true
	default:
		return g.invalid()
	}
	o.stack = true
	return nil
}

// precisions maps units to the number of digits that a time has.
var precisions = map[string]text.Digits{"s": 0, "ms": 3, "us": 6, "ns": 9}

func (g given) precision(into *text.Digits, rule text.Digits) error {
	digits, ok := precisions[g.arg]
	switch {
	case !g.hasArg:
		digits = rule
	case !ok:
		return g.invalid()
	}
	*into = digits
	return nil
}

func (o *options) relativeTimes(g given) error {
	o.relative = true
	return g.precision(&o.deltaDigits, 6)
}

func (o *options) callTimes(g given) error {
	o.elapsed = true
	return g.precision(&o.timeDigits, 6)
}

var clockWords = map[string]text.Clock{"none": text.NoClock, "time": text.Seconds, "unix": text.UnixEpoch}

// timestamps parses "[format:]FORMAT" and "[precision:]DIGITS", separated by commas.
// The last of each counts, also over several options. Without an argument the format
// is time.
func (o *options) timestamps(g given) error {
	if !g.long() {
		o.clockShort++
		return nil
	}
	o.clockLong = true
	if !g.hasArg || o.clock == text.NoClock {
		o.clock = text.Seconds
	}
	for part := range strings.SplitSeq(g.arg, ",") {
		form, isForm := clockWords[strings.TrimPrefix(part, "format:")]
		digits, isDigits := precisions[strings.TrimPrefix(part, "precision:")]
		switch {
		case isForm:
			o.clock = form
		case isDigits:
			o.clockDigits = digits
		case part != "":
			return g.invalid()
		}
	}
	return nil
}

var hexWords = map[string]text.HexForm{
	"none": text.HexNone, "non-ascii-chars": text.HexNonASCIIChars, "non-ascii": text.HexNonASCII, "all": text.HexAll,
}

func (o *options) stringsInHex(g given) error {
	if !g.long() {
		o.hexShort++
		return nil
	}
	o.hexLong = true
	form, ok := hexWords[g.arg]
	switch {
	case !g.hasArg:
		form = text.HexAll
	case !ok:
		return g.invalid()
	}
	o.hex = form
	return nil
}

func (o *options) summaryOnly(given) error { o.countOnly = true; return o.checkSummary() }
func (o *options) summaryToo(given) error  { o.countToo = true; return o.checkSummary() }

func (o *options) checkSummary() error {
	if o.countOnly && o.countToo {
		return dieHelp("-c/--summary-only and -C/--summary are mutually exclusive")
	}
	return nil
}

// setOverhead parses a time: a number as of strtod(3) and its unit.
func (o *options) setOverhead(g given) error {
	d, ok := duration(g.arg)
	if !ok {
		return g.invalid()
	}
	o.overhead = d
	return nil
}

// duration parses a time in microseconds, or in the unit after the number.
func duration(s string) (time.Duration, bool) {
	unit := time.Microsecond
	for _, u := range []struct {
		name string
		unit time.Duration
	}{{"ns", time.Nanosecond}, {"us", time.Microsecond}, {"ms", time.Millisecond}, {"s", time.Second}} {
		if rest, ok := strings.CutSuffix(s, u.name); ok {
			s, unit = rest, u.unit
			break
		}
	}
	f, err := strconv.ParseFloat(strings.TrimLeft(s, " \t"), 64)
	f *= float64(unit)
	if err != nil || f < 0 || f >= math.MaxInt64 || math.IsNaN(f) {
		return 0, false
	}
	return time.Duration(f), true
}

// columnWords are the names of the table's columns.
var columnWords = map[string]summary.Column{
	"time-percent": summary.TimePercent, "time": summary.TimePercent, "time-total": summary.TotalTime, "total-time": summary.TotalTime,
	"min-time": summary.MinTime, "time-min": summary.MinTime, "shortest": summary.MinTime,
	"max-time": summary.MaxTime, "time-max": summary.MaxTime, "longest": summary.MaxTime,
	"avg-time": summary.AvgTime, "time-avg": summary.AvgTime,
	"calls": summary.Calls, "count": summary.Calls, "errors": summary.Errors, "error": summary.Errors,
	"name": summary.CallName, "syscall": summary.CallName, "syscall-name": summary.CallName,
	"wall-total": summary.WallTotal, "wall-min": summary.WallMin, "wall-max": summary.WallMax, "wall-avg": summary.WallAvg,
}

// column finds a column by its name, in which underscores may stand for hyphens.
func column(name string) (summary.Column, bool) {
	c, ok := columnWords[strings.ReplaceAll(name, "_", "-")]
	return c, ok
}

func (o *options) sortBy(g given) error {
	o.sortSet = true
	if g.arg == "none" || g.arg == "nothing" {
		o.sort = summary.Unsorted
		return nil
	}
	c, ok := column(g.arg)
	if !ok {
		return dieHelp("invalid sortby: '%s'", g.arg)
	}
	o.sort = c
	return nil
}

func (o *options) setColumnSet(g given) error {
	o.columnsSet, o.columnSet = true, nil
	for rest, more := g.arg, true; more; {
		name, after, found := strings.Cut(rest, ",")
		c, ok := column(name)
		if !ok {
			return dieHelp("unknown column name: '%s'", name)
		}
		if slices.Contains(o.columnSet, c) {
			return dieHelp("call summary column has been provided more than once: '%s' (-U option residual: '%s')", name, rest)
		}
		o.columnSet = append(o.columnSet, c)
		rest, more = after, found
	}
	if !slices.Contains(o.columnSet, summary.CallName) {
		o.columnSet = append(o.columnSet, summary.CallName)
	}
	return nil
}
