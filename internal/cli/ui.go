package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"syscall"
	"unicode"

	"plait/output"
	"plait/ptrace"
	"plait/tracer"
)

// A UI writes messages to the user. Nothing else does.
type UI struct {
	w        io.Writer
	name     string // of plait in messages
	console  *output.Buffer
	shutdown *output.Shutdown
	drawn    *atomic.Bool // the line of a Progress is on the terminal
	haste    *haste
}

// NewUI returns a UI that writes to stderr and begins its messages with name.
func NewUI(stderr io.Writer, name string) *UI {
	shutdown := output.NewShutdown()
	console := newConsole(stderr, shutdown)
	return &UI{console, name, console, shutdown, new(atomic.Bool), &haste{}}
}

// SetWake sets the function that interrupts a blocking system call of the tracer's
// thread, which writes the messages. It must be called before Watch.
func (u *UI) SetWake(wake func()) { u.shutdown.SetWake(wake) }

// async returns a UI for other goroutines: it does not wait until a message has been
// written.
func (u *UI) async() *UI {
	return &UI{asyncBuffer{u.console}, u.name, u.console, u.shutdown, u.drawn, u.haste}
}

// An asyncBuffer is a Buffer whose Write does not wait.
type asyncBuffer struct{ *output.Buffer }

func (l asyncBuffer) Write(p []byte) (int, error) { return l.WriteAsync(p) }

// A UsageError is a mistake in the command line.
type UsageError struct{ What, Why, Hint string }

// Error returns what is wrong and why.
func (e UsageError) Error() string { return e.What + ": " + e.Why }

// Say writes a message of one line. Control characters in it are replaced, so that
// quoted text cannot steer the terminal.
func (u *UI) Say(format string, args ...any) {
	fmt.Fprintf(u.w, "%s%s: %s\n", u.erasure(), u.name, Printable(fmt.Sprintf(format, args...)))
}

// Print writes text as it is.
func (u *UI) Print(text string) { _, _ = io.WriteString(u.w, text) }

func (u *UI) hint(text string) {
	if text != "" {
		u.Say("hint: %s", text)
	}
}

// Fail reports err, if it is not nil, and returns the exit status that goes with it.
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

// SayAll reports errors in the user's prototypes.
func (u *UI) SayAll(problems []error) {
	for _, problem := range problems {
		u.Say("%s", Reason(problem))
	}
}

// Reason returns the text of err, with errors of the kernel in the words of
// strerror(3), which users search for.
func Reason(err error) string {
	text := err.Error()
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		if before, found := strings.CutSuffix(text, errno.Error()); found {
			return before + strerror(errno)
		}
	}
	return text
}

// ErrnoOf returns the errno in err, without the text that package os puts around it,
// or err itself if there is none. For a process that does not exist it returns ESRCH,
// as ptrace(2) does.
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

// Printable returns s with each unprintable character replaced by a question mark.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, s)
}
