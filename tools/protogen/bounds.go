package main

import (
	"path"
	"slices"
	"strings"
	"unicode"
)

// A role is what a function does with the memory that a parameter points to.
type role byte

const (
	unclear role = iota
	reads
	fills
	changes // or that is not known: it is shown before the call and after it
)

// Verbs in the names of functions.
var (
	readingVerbs  = []string{"read", "recv", "receive", "recvfrom", "peek", "gets", "getline", "readline"}
	sendingVerbs  = []string{"write", "send", "sendto", "put", "puts", "store", "feed", "push"} // if nothing follows
	usingVerbs    = []string{"upload", "process", "parse", "set", "check", "for", "fill", "push", "strcat", "strlcat", "strncat"}
	packingVerbs  = []string{"compress", "uncompress"}
	fetchingVerbs = []string{"get", "gen", "query", "read", "recv", "peek", "fetch", "copy"}
	freeingVerbs  = []string{"free", "destroy", "unref", "delete", "release", "take", "dispose", "close", "clear", "cleanup", "dealloc", "discard", "steal", "adopt", "consume"}
)

// does reports whether the function's name has one of these verbs: as a word, or, for
// verbs of reading, at the end of a word (gzread).
func (f *functionWriter) does(verbs []string) bool {
	return slices.ContainsFunc(nameWords(f.symbol), func(word string) bool {
		return slices.ContainsFunc(verbs, func(v string) bool {
			return word == v || len(v) > 3 && strings.HasSuffix(word, v) && !strings.HasSuffix(word, "thread")
		})
	})
}

// takes reports whether the function uses what is in its buffer, by its name.
func (f *functionWriter) takes() bool {
	list := nameWords(f.symbol)
	last := functionWriter{symbol: list[len(list)-1]}
	return !f.does(readingVerbs) && (last.does(sendingVerbs) || f.does(usingVerbs))
}

// nameWords splits a name into its words, in small letters, at underscores and
// capitals.
func nameWords(name string) []string {
	var list []string
	start := 0
	cut := func(end int) {
		if end > start {
			list = append(list, strings.ToLower(name[start:end]))
		}
	}
	for i, r := range name {
		switch {
		case r == '_':
			cut(i)
			start = i + 1
		case unicode.IsUpper(r) && i > start && !unicode.IsUpper(rune(name[i-1])):
			cut(i)
			start = i
		}
	}
	cut(len(name))
	return list
}

// role returns what the function does with the characters or bytes e that parameter i
// points to.
func (f *functionWriter) role(i int, e *ctype) role {
	x, known := f.access[i]
	name, text := strings.Trim(f.d.typ.params[i].name, "_"), f.isText(e)
	switch {
	case f.isScratch(i):
		return unclear
	case known && x.mode == "write_only" || f.isPrinted(i):
		return fills
	case known && x.mode == "read_only" || e.isConst():
		return reads
	case known && x.mode == "read_write" || f.does([]string{"inplace"}):
		return changes
	case name == "resultbuf": // used if it is large enough
		return unclear
	case isBuffer(name):
		if f.takes() {
			return changes
		}
		return fills
	case f.outCount(i) >= 0, f.does(readingVerbs) && f.sizeOf(i) != "" && !strings.HasPrefix(name, "in"):
		return fills
	case text && f.does(freeingVerbs):
		return reads
	case text:
		return changes
	}
	return unclear
}

// isScratch reports whether parameter i is a buffer for what the structure of another
// parameter points to (getpwnam_r and its like).
func (f *functionWriter) isScratch(i int) bool {
	if !strings.HasSuffix(f.symbol, "_r") || f.sizeParam(i) != i+1 {
		return false
	}
	for j := i + 2; j < len(f.d.typ.params); j++ {
		if e := f.d.typ.params[j].typ.pointee(); e != nil && e.strip().kind == pointer && strings.HasPrefix(f.name(j), "result") {
			return true
		}
	}
	return false
}

// isBuffer reports whether a parameter has a name for a buffer that a function fills.
func isBuffer(name string) bool {
	name = strings.ToLower(name)
	return bufferNames(token(name)) || strings.HasPrefix(name, "out") || strings.HasPrefix(name, "ret_") ||
		strings.HasPrefix(name, "result") || hasEnding(name, "_out", "_ret", "_return")
}

// isPrinted reports whether parameter i is the buffer of a formatted text.
func (f *functionWriter) isPrinted(i int) bool {
	e := f.d.typ.params[i].typ.pointee()
	if e == nil || e.isConst() || !f.isText(e) || e.strip().kind == pointer {
		return false
	}
	return f.kind == "printf" && i < f.format || strings.Contains(strings.ToLower(f.symbol), "printf")
}

// outCount returns the parameter in which the function stores how much of parameter i's
// buffer it has filled, -1 if there is none.
func (f *functionWriter) outCount(i int) int {
	e := f.d.typ.params[i].typ.pointee()
	if e == nil || e.isConst() {
		return -1
	}
	switch s := e.strip(); {
	case s.kind == void && i == 0 && !isBuffer(f.name(i)): // a handle
		return -1
	case s.kind != void && (s.kind != integer || s.size != 1 && !e.has("UChar")):
		return -1
	}
	next := i + 1
	if f.sizeOf(i) != "" {
		next++
	}
	for _, j := range []int{next, i - 1} {
		if f.countsFor(i, j) {
			return j
		}
	}
	if j := i + 1; j < next && j < len(f.d.typ.params) && f.name(j) == f.name(i)+"_pos" && f.sizeOf(j) == "" && f.d.typ.params[j].typ.pointee() != nil {
		return j // how much of it is filled
	}
	return -1
}

// countsFor reports whether parameter j points to the count of what i points to.
func (f *functionWriter) countsFor(i, j int) bool {
	if j < 0 || j >= len(f.d.typ.params) {
		return false
	}
	e := f.d.typ.params[j].typ.pointee()
	if e == nil || e.isConst() {
		return false
	}
	if s := e.strip(); s.kind != integer || s.size < 4 || s.size > 8 {
		return false
	}
	of, name := strings.ToLower(f.name(i)), strings.ToLower(f.name(j))
	if j < i {
		return of != "" && (name == of+"_length" || name == of+"_len" || name == of+"len")
	}
	switch {
	case f.isOthers(i, name):
		return false
	case name == of+"l" || (name == "n" || isStored(token(name))) && f.sizeOf(i) != "":
		return true
	case isStored(token(name)) || name == "len" || name == "length":
		return isBuffer(of) || isData(token(of))
	}
	return slices.ContainsFunc(storedWords, func(w string) bool { return strings.Contains(name, w) })
}

var (
	isData      = words("data", "priv", "pub", "key", "secret", "sigret", "source", "dictionary", "mac", "hash", "p", "ext", "name", "outm", "to", "str", "text", "der", "oid")
	isStored    = words("recv", "received", "length", "nbytes", "bytes", "count", "s", "l", "outl", "outn", "outlen", "olen", "poutlen", "nread", "tmplen", "retlen", "siglen", "pnum")
	storedWords = []string{"written", "readbytes", "bytesread", "bytes_read", "_read", "len", "size"}
)

// countOf returns the parameter whose bytes parameter j counts, -1 if there is none.
func (f *functionWriter) countOf(j int) int {
	for _, i := range []int{j - 1, j - 2, j + 1} {
		if i >= 0 && i < len(f.d.typ.params) && f.outCount(i) == j {
			return i
		}
	}
	return -1
}

// bound returns how many of the size bytes of parameter i's buffer are filled after the
// call, "" if that isn't known.
func (f *functionWriter) bound(i int, size string) string {
	if j := f.outCount(i); j >= 0 {
		return "*" + f.length(j)
	}
	if size == "" || !f.counts() {
		return size
	}
	if n := f.sizeParam(i); f.does([]string{"fread"}) && n+1 < len(f.d.typ.params) && isCount("", f.name(n+1)) {
		return "retval * " + size
	}
	return "min(retval, " + size + ")"
}

// counts reports whether the function's result is how much it has stored.
func (f *functionWriter) counts() bool {
	s := f.d.typ.result.strip()
	switch {
	case s.kind != integer || s.size < 4 || s.size > 8:
		return false
	case f.unit != nil && f.unit.matches(f.unit.counts, f.symbol):
		return true
	case f.unit.isStatus(f.d.typ.result, f.symbol):
		return false
	case isSignedSize(f.d.typ.result) || f.isSizeType(f.d.typ.result):
		return true
	}
	return f.does(readingVerbs)
}

// isSignedSize reports whether t is a type of counts that may be -1.
func isSignedSize(t *ctype) bool {
	for _, name := range []string{"ssize_t", "gssize", "Py_ssize_t", "SSize_t", "__ssize_t", "tmsize_t", "ber_slen_t", "snd_pcm_sframes_t"} {
		if t.has(name) {
			return true
		}
	}
	return false
}

// matches reports whether a name matches one of the patterns.
func (u *unit) matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, _ := path.Match(p, name)
		return ok
	})
}

// countBefore returns the expression for how many numbers parameter i points to, if the
// integer before it is their count.
func (f *functionWriter) countBefore(i int) string {
	if i == 0 || i >= 2 && f.sizeParam(i-2) == i-1 {
		return ""
	}
	s := f.d.typ.params[i-1].typ.strip()
	if s.kind != integer || s.size < 4 || s.size > 8 || !isCount(f.name(i), f.name(i-1)) {
		return ""
	}
	return f.length(i - 1)
}

// isCount reports whether a parameter's name says that it counts what of names.
func isCount(of, name string) bool {
	of, name = strings.ToLower(of), strings.ToLower(name)
	if name == "n" || name == "count" || name == "num" || name == "nitems" || name == "nmemb" {
		return true
	}
	return of != "" && (name == "n"+of || name == "n_"+of || name == "num_"+of || name == "num"+of || name == of+"_count" || name == of+"count")
}
