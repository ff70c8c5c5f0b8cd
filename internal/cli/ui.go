package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"unicode"

	"plait/output"
	"plait/ptrace"
	"plait/tracer"
)

// A UI speaks to the user. Nothing else does.
type UI struct {
	w       io.Writer
	name    string // what plait is called in messages
	console *output.Buffer
	urgency *output.Shutdown
}

// NewUI returns a ui that writes to stderr.
func NewUI(stderr io.Writer, name string) *UI {
	urgency := output.NewShutdown()
	console := newConsole(stderr, urgency)
	return &UI{console, name, console, urgency}
}

// Wakes tells how to end a blocking system call of the tracer's thread, which is the one
// that speaks to the user. It comes before Watch.
func (u *UI) Wakes(wake func()) { u.urgency.SetWake(wake) }

// aside returns a UI for other goroutines: it does not wait until what is said has been
// written.
func (u *UI) aside() *UI { return &UI{later{u.console}, u.name, u.console, u.urgency} }

// later is a Buffer whose writer does not wait.
type later struct{ *output.Buffer }

func (l later) Write(p []byte) (int, error) { return l.WriteAsync(p) }

// A UsageError is a command line that cannot be followed.
type UsageError struct{ What, Why, Hint string }

// Error returns what is wrong and why.
func (e UsageError) Error() string { return e.What + ": " + e.Why }

// Say writes a message of one line. Whatever it quotes cannot steer the
// terminal.
func (u *UI) Say(format string, args ...any) {
	fmt.Fprintf(u.w, "%s: %s\n", u.name, Harmless(fmt.Sprintf(format, args...)))
}

// Print writes what is no message of its own.
func (u *UI) Print(text string) { _, _ = io.WriteString(u.w, text) }

func (u *UI) hint(text string) {
	if text != "" {
		u.Say("hint: %s", text)
	}
}

// Fail says what went wrong, if anything did, and returns the exit status that
// goes with it.
func (u *UI) Fail(err error) int {
	if err == nil {
		return 0
	}
	u.Say("%s", Reason(err))
	if fault, ok := errors.AsType[*tracer.Fault](err); ok {
		u.hint("this is a mistake of plait's own; please report it with what follows")
		u.Print(string(fault.Stack))
		return StatusFault
	}
	if usage, ok := errors.AsType[UsageError](err); ok {
		u.hint(usage.Hint)
	}
	return StatusUsage
}

// SayAll says what is wrong with the user's prototypes.
func (u *UI) SayAll(problems []error) {
	for _, problem := range problems {
		u.Say("%s", Reason(problem))
	}
}

// Reason returns the text of err, with the kernel's errors worded as strerror(3)
// does, which users search for.
func Reason(err error) string {
	text := err.Error()
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		if before, found := strings.CutSuffix(text, errno.Error()); found {
			return before + strerror(errno)
		}
	}
	return text
}

// ErrnoOf returns the kernel's error that err is about, without the words that package os
// puts around it, or err if there is none. A process that is not there is ESRCH, as
// ptrace(2) has it.
func ErrnoOf(err error) error {
	if errors.Is(err, ptrace.ErrGone) {
		return syscall.ESRCH
	}
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

// Harmless returns s with a question mark for each character that is not printable.
func Harmless(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, s)
}
