// Package text writes the event stream as lines for people, one call a line.
//
// It owns what a trace looks like: quoting, escapes, bases, columns, colours,
// prefixes, and how a call is split when another line comes between its begin
// and its end. It does not know where events come from and never asks the
// tracee anything: an event holds all that is shown.
//
// An event goes this way: Printer.Emit (text.go) finds what it means for the
// one line that may be open (printer.go), the line's prefix is written
// (prefix.go), then names and arguments (call.go), each value by its kind
// (value.go, number.go, constant.go, quote.go), or the line of a signal or an
// exit (style.go). What Emit wrote goes out in a single Write.
//
// Style Strace has its own lines (style_strace.go, prefix_strace.go) with what
// follows them (attachments.go). Where calls are chosen by how they end, a line
// is written aside until that is known (buffered.go).
//
// Nothing that comes from the tracee is written as it is: control bytes,
// invalid or (unless Options.UTF8) any bytes above 0x7e appear as octal
// escapes, so that no trace can drive the terminal it is read on.
//
// # How values look
//
// Values of library calls look as in ltrace: a null pointer is "nil", a cut
// array ends in "..." without a comma, a number without a name stands alone.
// Those of system calls look as in strace: "NULL", ", ...", and
// "0x10 /* AF_??? */". In both, a struct shows the names of its members where
// the prototype gives them, "{tv_sec=1, tv_nsec=0}", and is bare otherwise,
// "{1, 0}". A float is written as by %f, as ltrace does, unless six decimals
// would hide it (1e-10) or pretend digits that it does not have (1e+300).
//
// # Adding a kind of event or value
//
// An event: one arm in Printer.event. A value: one arm in line.value, which
// calls one method. Habits that differ between tools belong into a style (whole
// lines) or a look (values); add a field there and set it in each of them.
package text
