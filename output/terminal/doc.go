// Package terminal stands between lines of a trace and a terminal on which somebody reads
// them while the program writes there, too.
//
// It owns three habits. The beginning of a line is held back until its end comes, or
// another line, or a moment has passed, so that what the program writes does not tear it.
// Lines that follow each other and are the same become one, which says how many there
// were. And a line that is wider than the terminal is cut.
//
// It does not know events, nor where lines come from: only text.
//
// # Adding a habit
//
// Lines pass through Writer.endLine when they become whole and through Writer.appendLine
// when they are written. What a line looks like there is decided in one of these.
package terminal
