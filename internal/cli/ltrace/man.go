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
	for _, g := range optionGroups() {
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

plait has the options of ltrace(1), and understands its filters and prototype files.
The first word that is no option begins the command.
plait searches PATH for a command without a slash.`

const outputManual = `A call is one line: its name, its arguments, and, after the sign "=", its result.
If another line comes between the beginning and the end of a call, the first part of the call ends in "<unfinished ...>", and the rest follows "<... NAME resumed>".
A call that does not return ends in "<no return ...>"; or in "<longjmp>" or "<unwound ...>", if that ended it; or in "<detached ...>", if plait detached from the process.

If a call of the C library failed, the error in errno follows the result: "= -1 ENOENT (No such file or directory)".
For a function without a prototype, plait guesses the arguments from the function's code, shows them as what they evidently are, and adds a question mark: "frob(3?, 0x55d0c0de82a0<heap>?)".
A string that was cut is followed by "...".
Bytes that are not printable are shown as in C.`

const prototypesManual = `Prototypes say what the arguments and results of functions are, in a language that contains that of ltrace.conf(5).
plait has built-in prototypes for the system's libraries.
The user's prototypes come first: the files and directories given with -F; $XDG_CONFIG_HOME/plait and $XDG_CONFIG_HOME/ltrace (~/.config if that is not set), ~/.plait.conf, ~/.ltrace, ~/.ltrace.conf.
The system's prototypes only fill gaps: plait and ltrace in $XDG_CONFIG_DIRS (/etc/xdg), /etc/plait.conf, /usr/share/ltrace, /etc/ltrace.conf.
A directory has a file for each library, named after its soname: libc.so.6.conf or libc.so.conf. A single file holds for all libraries.

--prototypes shows what plait knows of a function, --check-config the errors in a file.
docs/PROTOTYPES.md in plait's sources describes the language.`

const statusManual = `The exit status is that of the command.
If a signal killed the command, plait dies of the same signal.
Otherwise it is

127 if the command was not found, and 126 if it could not be run;

1 if the command line is wrong or tracing could not begin;

1, too, if the command ended with 0 but the trace could not be written whole: plait says why, the command goes on, and a file ends with the last whole line that it had room for;

2 if a mistake of plait's own ended the tracing; the trace so far is written.

It is no error if the reader of the trace has read enough (-o '|head'). It is one if a command after | does not exist, is killed, or breaks off with a status of its own.

If somebody sends plait a crash signal (SIGABRT, SIGSEGV and the like), plait writes the whole trace, detaches from everything, and dies of the signal.`

const straceManual = `If plait is called as strace, or with --as strace before all other options, it takes the options of strace(1) and writes its output:
only system calls, beginning with the one that executes the command.
docs/STRACE.md in plait's sources lists the differences.`

const attachManual = `With -p, plait traces all threads of the process. They stand still while it plants breakpoints.
plait says when it has attached, or why it may not.
Ctrl-C, SIGTERM and SIGHUP detach from the process: plait removes every breakpoint, and every thread is back in its own code. A system call in progress goes on, except those that the kernel never restarts after a stop, such as epoll_wait(2): they end with EINTR.

If nobody reads the trace (a full pipe, a pager, a terminal after Ctrl-S), the traced processes wait for the reader.
After Ctrl-C or SIGTERM they no longer wait: plait keeps up to 64 MiB of the trace, and writes it when the reader is back.
The next such signal ends plait: it says how much of the trace is lost, and exits with 1.

If SIGKILL kills plait, the commands that it launched die with it.
In a process that it attached to, the breakpoints stay, and the next one that is hit kills the process by SIGTRAP: the kernel gives a tracer no means to prevent that.`

const noticeManual = `A program that looks for a tracer finds it: TracerPid in /proc/self/status, breakpoints in its own code, some mapped pages, the time that calls take, and, with -e trace=, a seccomp filter.
docs/ENGINE.md in plait's sources has the whole list.`

// A term is a word of the manual and what it means.
type term struct{ word, meaning string }

var manualFiles = []term{
	{"$XDG_CONFIG_HOME/plait/, ~/.plait.conf", "The user's prototypes, see PROTOTYPES; plait also reads those for ltrace."},
	{"/etc/plait.conf, $XDG_CONFIG_DIRS/plait/", "Prototypes for all users."},
	{"$XDG_CACHE_HOME/plait/ (~/.cache/plait/)", "The cache: what debugging information says of functions, for the next trace. " +
		"You may delete it at any time. It never has more than 64 MB, and plait uses it only if it is a real folder that belongs to the user."},
	{"/usr/lib/debug/", "Debugging information in files of its own."},
	{"PREFIX/share/doc/plait/", "Documents about the language of prototypes, JSON Lines, strace's options and the engine."},
}

var manualEnvironment = []term{
	{"PATH", "Where plait searches for a command without a slash."},
	{"HOME, XDG_CONFIG_HOME, XDG_CONFIG_DIRS, XDG_CACHE_HOME", "Where prototypes and the cache are, see FILES."},
	{"NO_COLOR, TERM", "--color=auto uses no colours if NO_COLOR is set and not empty, or TERM is dumb."},
	{"COLUMNS", "The width of the terminal, for -a."},
	{"LC_ALL, LC_CTYPE, LANG", "Whether --utf8=auto shows UTF-8 text as it is."},
	{"STRACE_COLORS", "The colours of plait as strace."},
}

func terms(m *usage.Manual, all []term) {
	for _, t := range all {
		m.Term(t.word, t.meaning)
	}
}
