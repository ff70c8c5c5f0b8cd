package ltrace

import (
	"plait/internal/cli"
	"plait/internal/cli/usage"
)

// manPage is plait(1). The section about strace has the options of strace.
func manPage(strace []usage.Group) string {
	m := usage.NewManual("plait", "plait "+cli.Release)
	m.Section("NAME")
	m.Text("plait - " + purpose)
	m.Section("SYNOPSIS")
	m.Lines(synopsis)
	m.Section("DESCRIPTION")
	m.Text(description)
	for _, g := range told() {
		m.Section(g.Title)
		m.Options(g)
	}
	for _, part := range parts {
		m.Section(part.word)
		m.Text(part.meaning)
	}
	m.Section("AS STRACE")
	m.Text(straceManual)
	for _, g := range strace {
		m.Subsection(g.Title)
		m.Options(g)
	}
	m.Section("FILES")
	terms(m, manualFiles)
	m.Section("ENVIRONMENT")
	terms(m, manualEnvironment)
	m.Section("EXAMPLES")
	for _, e := range examples {
		m.Term(e.command, e.what)
	}
	m.Section("SEE ALSO")
	m.Pages("ltrace(1)", "strace(1)", "ptrace(2)", "ltrace.conf(5)")
	return m.String()
}

// parts are the sections between the options and those that are lists.
var parts = []term{
	{"OUTPUT", outputManual},
	{"PROTOTYPES", prototypesManual},
	{"EXIT STATUS", statusManual},
	{"ATTACHING AND LEAVING", attachManual},
	{"WHAT THE PROGRAM CAN NOTICE", noticeManual},
}

const description = `plait runs a command, or attaches to running processes, and writes a line for each call that the program makes to a shared library and, with -S, for each system call.
A system call that a library makes on the program's behalf appears within the library call.

plait understands the options of ltrace(1), and its filters and prototype files.
Options end at the first word that is none; what follows is the command.
A command without a slash is searched for in PATH.`

const outputManual = `A call is one line: its name, its arguments, and its result behind the sign "=".
Where another line comes between the beginning and the end of a call, the first part ends in "<unfinished ...>", and the rest follows behind "<... NAME resumed>".
A call that does not come back ends in "<no return ...>", or in "<longjmp>" or "<unwound ...>" if it was left in that way, or in "<detached ...>" if plait let go of the process.

If a call of the C library failed, the error that it left in errno stands behind the result: "= -1 ENOENT (No such file or directory)".
Arguments of functions without a prototype are guessed by the function's code, are shown as what they evidently are, and have a question mark: "frob(3?, 0x55d0c0de82a0<heap>?)".
A string that was cut is followed by "...".
Bytes that are not printable are shown as in C.`

const prototypesManual = `What the arguments of functions are is said by prototypes, in a language that contains that of ltrace.conf(5).
plait has those of the system's libraries in itself.
The user's come before them: the files and directories given with -F; $XDG_CONFIG_HOME/plait and $XDG_CONFIG_HOME/ltrace (~/.config if that is not set), ~/.plait.conf, ~/.ltrace, ~/.ltrace.conf.
The system's only fill gaps: plait and ltrace in $XDG_CONFIG_DIRS (/etc/xdg), /etc/plait.conf, /usr/share/ltrace, /etc/ltrace.conf.
A directory has a file for each library, by its soname: libc.so.6.conf or libc.so.conf; what a file says is about all libraries.

--prototypes shows what is known of a function, --check-config the errors in a file.
docs/PROTOTYPES.md in plait's sources tells of the language.`

const statusManual = `The exit status is that of the command.
If a signal killed the command, plait dies of the same signal.
If the command was not found the status is 127, if it could not be run 126.
If the command line is wrong or tracing could not begin it is 1.
It is 1, too, if the command ended well but the trace could not be written whole: plait says why, the command goes on, and a file ends with the last whole line that it had room for.
That whoever reads the trace has read enough (-o '|head') is no error; a command behind | that does not exist, is killed, or breaks off with a status of its own, is one.
If a mistake of plait's own ended the tracing it is 2; what was traced is written.

Of a crash signal that somebody sends to it (SIGABRT, SIGSEGV and the like) plait dies, when all of the trace is written and everything is let go of.`

const straceManual = `Called as strace, or with --as strace before all other options, plait takes the options of strace(1) and writes its output:
system calls alone, the first the one that executes the command.
docs/STRACE.md in plait's sources tells where the two differ.`

const attachManual = `With -p, all threads of the process are traced; slots are planted while they stand still.
plait says when it has attached, or why it may not.
Ctrl-C, SIGTERM and SIGHUP let go of what was attached to: every breakpoint is taken out, every thread is back in its own code, and a system call in progress goes on (those that never do after a stop, such as epoll_wait(2), end with EINTR).

If nobody reads the trace (a full pipe, a pager, a terminal after Ctrl-S), what is traced waits for the reader.
Ctrl-C or SIGTERM lets go of it even then; plait goes on waiting, and writes what it has kept when the reader is back.
The next such signal ends plait: it says how much of the trace is lost, and exits with 1.

If plait is killed by SIGKILL, the commands that it launched die with it.
In a process that it attached to, the breakpoints stay, and the next one that is hit kills it by SIGTRAP: the kernel gives a tracer no means to prevent that.`

const noticeManual = `A program that looks for a tracer finds it: TracerPid in /proc/self/status, breakpoints in its own code, some mapped pages, the time that calls take, and, with -e trace=, a seccomp filter.
docs/ENGINE.md in plait's sources has the whole list.
A call costs two stops, each of which wakes another CPU unless --one-cpu is given.`

// A term is a word of the manual and what it means.
type term struct{ word, meaning string }

var manualFiles = []term{
	{"$XDG_CONFIG_HOME/plait/, ~/.plait.conf", "Prototypes of the user's own, see PROTOTYPES; those for ltrace are read too."},
	{"/etc/plait.conf, $XDG_CONFIG_DIRS/plait/", "Prototypes for all users."},
	{"$XDG_CACHE_HOME/plait/ (~/.cache/plait/)", "The cache: what debugging information says of functions, kept for the next trace. " +
		"It may be deleted at any time, keeps itself below 64 MB, and is used only if it is a real folder of the user's own."},
	{"/usr/lib/debug/", "Debugging information that is kept apart from programs."},
	{"PREFIX/share/doc/plait/", "More about the language of prototypes, JSON Lines, strace's options and the engine."},
}

var manualEnvironment = []term{
	{"PATH", "Where a command without a slash is searched for."},
	{"HOME, XDG_CONFIG_HOME, XDG_CONFIG_DIRS, XDG_CACHE_HOME", "Where prototypes and the cache are, see FILES."},
	{"NO_COLOR, TERM", "With --color=auto there are no colours if NO_COLOR is set and not empty, or TERM is dumb."},
	{"COLUMNS", "How wide the terminal is, for -a."},
	{"LC_ALL, LC_CTYPE, LANG", "Whether --utf8=auto shows text as it is."},
	{"STRACE_COLORS", "The colours of plait as strace."},
}

func terms(m *usage.Manual, all []term) {
	for _, t := range all {
		m.Term(t.word, t.meaning)
	}
}
