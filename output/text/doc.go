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
// Style Strace has its own lines (style_strace.go, prefix_strace.go) and what follows
// them (attachments.go). If calls are chosen by how they end, a line is buffered until
// the end is known (buffered.go).
//
// Nothing that comes from the tracee is written unchecked: control bytes and bytes above
// 0x7e appear as octal escapes (with Options.UTF8, only invalid ones of the latter), so
// that no trace can control the terminal.
//
// # How values look
//
// Values of library calls look as in ltrace: a null pointer is "nil", a cut array ends in
// "..." without a comma, a number without a name stands alone. Those of system calls look
// as in strace: "NULL", ", ...", and "0x10 /* AF_??? */". In both, a struct shows the
// names of its members if the prototype has them, "{tv_sec=1, tv_nsec=0}", otherwise only
// the values, "{1, 0}". A float is written by %f, as in ltrace, unless six decimals would
// hide it (1e-10) or show digits that it does not have (1e+300).
//
// # Adding a kind of event or value
//
// An event is a case in Printer.event. A value is a case in line.value, which calls one
// method. Where tools differ, add a field to style (whole lines) or look (values) and set
// it in each of them.
package text
