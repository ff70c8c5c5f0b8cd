package main

import (
	"fmt"
	"slices"
	"strings"
)

// A failRule says which results mean failure, for functions of some names and a result
// type: a line "fails RULE TYPE [PATTERN...]" of libraries.txt. The first that matches
// holds. RULE is what the language has in fails(...), or none.
type failRule struct {
	rule     string
	typ      string // typedef name, or int, long or uint for every type of that width and sign
	patterns []string
}

func (u *unit) addFails(words []string) bool {
	if len(words) < 2 {
		return false
	}
	u.fails = append(u.fails, failRule{words[0], words[1], words[2:]})
	return true
}

// failRule returns the first rule for functions of that name and result, nil if there
// is none.
func (u *unit) failRule(result *ctype, name string) *failRule {
	if u == nil {
		return nil
	}
	for i, r := range u.fails {
		s := result.strip()
		if !result.has(r.typ) && !(s.kind == integer && integerWord(s) == r.typ) {
			continue
		}
		if len(r.patterns) == 0 || u.matches(r.patterns, name) {
			return &u.fails[i]
		}
	}
	return nil
}

// isStatus reports whether a result says how the call went, by its rule, and is not a
// count.
func (u *unit) isStatus(result *ctype, name string) bool {
	r := u.failRule(result, name)
	return r != nil && (r.rule == "!0" || r.rule == "0" || r.rule == "-1")
}

// failure returns the rule by which the function's result means failure, so that
// nothing is filled in; "" if none is known.
func (f *functionWriter) failure(params []string) string {
	t := f.d.typ.result
	s := t.strip()
	if !slices.ContainsFunc(params, isFilled) {
		return ""
	}
	named, _ := f.named(t)
	truth := s.kind == boolean || strings.HasPrefix(named, "bool(")
	switch r := f.unit.failRule(t, f.symbol); {
	case f.kind == "printf" && s.kind == integer && !truth:
		return "<0"
	case r != nil && (!truth || t.has(r.typ)):
		return strings.TrimPrefix(r.rule, "none")
	case s.kind == pointer, truth:
		return "0"
	case s.kind == enumeration:
		return enumFailure(s.body)
	case isSignedSize(t), slices.ContainsFunc(params, func(p string) bool { return strings.Contains(p, "retval") }):
		return "<0"
	}
	return ""
}

// isFilled reports whether the call fills in a written parameter. One that the call may
// change does not count.
func isFilled(p string) bool {
	t, _, _ := strings.Cut(p, " ")
	return p[0] == '+' || p[0] == '=' && strings.HasSuffix(t, "*")
}

// enumFailure returns the rule for results that are names, by the name of 0.
func enumFailure(b *body) string {
	for _, c := range b.names {
		if c.value != 0 {
			continue
		}
		name := strings.ToUpper(c.name)
		switch {
		case hasEnding(name, "OK", "SUCCESS", "SUCCEEDED", "NO_ERROR", "NOERROR", "NO_ERR", "ERR_NONE", "ERROR_NONE"):
			return "!0"
		case hasEnding(name, "ERROR", "FAILURE", "FAILED", "FAIL", "ERR"):
			return "0"
		}
	}
	return ""
}

func hasEnding(name string, endings ...string) bool {
	return slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(name, e) })
}

// withFailure adds to a prototype when it fails. Then the arguments that describe the
// error are decoded, too, and so is the size that would have been needed.
func (f *functionWriter) withFailure(params []string) (attribute string) {
	rule := f.failure(params)
	if rule == "" {
		return ""
	}
	for i, p := range params {
		t, name, ok := strings.Cut(p, " ")
		if ok && strings.HasSuffix(t, "*") && (p[0] == '+' && isErrorName(name) || p[0] == '=') {
			params[i] = fmt.Sprintf("%calways(%s) %s", p[0], t[1:], name)
		}
	}
	return " fails(" + rule + ")"
}

// byErrorCode makes what a function of ICU fills in depend on its UErrorCode: values
// above zero are errors.
func (f *functionWriter) byErrorCode(params []string) {
	for i, x := range f.d.typ.params {
		e := x.typ.pointee()
		if e == nil || !e.has("UErrorCode") || e.isConst() || f.name(i) == "" {
			continue
		}
		for j, p := range params {
			if end := len(p) - len(f.name(j)); j != i && p[0] == '+' && f.name(j) != "" && f.countOf(j) < 0 {
				params[j] = fmt.Sprintf("+switch(*%s < 1) { 1: %s; default: addr; } %s", f.length(i), p[1:end-1], f.name(j))
			}
		}
	}
}

// isErrorName reports whether a parameter's name is one for the reason of a failure.
func isErrorName(name string) bool {
	lower := strings.ToLower(name)
	return errorNames(token(lower)) || strings.HasPrefix(lower, "err") || lower == "minor_status" ||
		hasEnding(lower, "err", "error", "errmsg", "errstr", "errcode", "errorcode", "errnum", "errptr")
}
