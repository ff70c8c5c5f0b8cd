// Package lessons owns the lessons that plait teaches (--lesson): small C programs, what
// plait shows of them, and what that means. Each is a page, NN-NAME.md beside this file,
// which people read on the web, which the tests hold against what plait prints, and which
// --lesson shows with traces made at that moment.
//
// It knows no process: the command line builds the programs and runs the commands.
//
// # Adding a lesson
//
// Write the page NN-NAME.md, with the next number, in the form of the others:
//
//   - "# NN. TITLE" and the sections "What to expect", "The program" with one block of C, "The
//     trace", "What to notice", "What to try".
//   - Before each block of commands, "<!-- in NAME.c: COMMAND -->" says how the program is
//     built, or "<!-- in NAME.c, varies: COMMAND -->" if what the commands print depends on
//     the machine. Each line "$ COMMAND" is followed by what it prints; PLAIT_UPDATE=all go test
//     -run TestTranscripts ./cmd/plait writes that.
//   - "<!-- fact: PATTERN | COUNT | TEXT -->" at the end: how many lines of what was printed
//     match, or what the numbers in the group of the pattern add up to. COUNT may be FROM..TO
//     where it depends on the C library or the machine. In a pattern ">" is the arrow.
//
// Its picture is a view of plait's page for the program: a row of TestLessons in
// tools/pagetest says which, and "make pictures" writes it.
//
// Add the page to README.md beside it. The commands should print less than a screen, and
// each chooses what its program's standard output is.
package lessons
