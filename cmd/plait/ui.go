package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"unicode"

	"plait/tracer"
)

// A ui speaks to the user. Nothing else does.
type ui struct {
	w    io.Writer
	name string // what plait is called in messages
}

// newUI returns a ui that writes to w.
func newUI(w io.Writer, name string) *ui { return &ui{w, name} }

// A usageError is a command line that cannot be followed.
type usageError struct{ what, why, hint string }

func (e usageError) Error() string { return e.what + ": " + e.why }

// say writes a message of one line. Whatever it quotes cannot steer the
// terminal.
func (u *ui) say(format string, args ...any) {
	fmt.Fprintf(u.w, "%s: %s\n", u.name, harmless(fmt.Sprintf(format, args...)))
}

// print writes what is no message of its own.
func (u *ui) print(text string) { _, _ = io.WriteString(u.w, text) }

func (u *ui) hint(text string) {
	if text != "" {
		u.say("hint: %s", text)
	}
}

// fail says what went wrong, if anything did, and returns the exit status that
// goes with it.
func (u *ui) fail(err error) int {
	if err == nil {
		return 0
	}
	u.say("%s", reason(err))
	if fault, ok := errors.AsType[*tracer.Fault](err); ok {
		u.hint("this is a mistake of plait's own; please report it with what follows")
		u.print(string(fault.Stack))
		return statusFault
	}
	if usage, ok := errors.AsType[usageError](err); ok {
		u.hint(usage.hint)
	}
	return statusUsage
}

// sayAll says what is wrong with the user's prototypes.
func (u *ui) sayAll(problems []error) {
	for _, problem := range problems {
		u.say("%s", reason(problem))
	}
}

// reason is the text of err, with the kernel's errors worded as strerror(3)
// does, which users search for.
func reason(err error) string {
	text := err.Error()
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		if before, found := strings.CutSuffix(text, errno.Error()); found {
			return before + strerror(errno)
		}
	}
	return text
}

// errnoOf strips the words that package os puts around the kernel's error.
func errnoOf(err error) error {
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errno
	}
	return err
}

func strerror(errno syscall.Errno) string {
	text := []rune(errno.Error())
	if len(text) > 0 {
		text[0] = unicode.ToUpper(text[0])
	}
	return string(text)
}

// harmless replaces what is not printable.
func harmless(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, s)
}
