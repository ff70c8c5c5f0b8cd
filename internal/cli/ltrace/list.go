package ltrace

import (
	"math"

	"plait/arch"
	"plait/internal/cli"
	"plait/output/table"
	"plait/syscalls"
)

// An option is one option of the command line.
type option struct {
	name   string // long form
	short  string // one letter, "" if there is none
	arg    string // name of its argument in the help; "" if it takes none
	group  string
	help   string               // a phrase
	more   string               // more sentences, for the manual
	moreOf func() string        // the same, where other rooms know them; not asked at each start
	value  func(o *options) any // pointer to its field: *bool, *int, *string, *[]string, *count, or a pflag.Value
	hidden bool                 // only for those who package plait
	live   bool                 // it is about tracees, and means nothing to a replay

	without string // the argument that it has if none is given; then one must follow a "="

	max     int             // upper bound of a number
	words   []string        // possible values of a word
	suggest func() []string // some possible arguments, for completions
}

// when are the values of options that may depend on where the trace is read.
var when = []string{cli.WhenAuto, cli.WhenAlways, cli.WhenNever}

// The values of --names.
const (
	namesShort = "short"
	namesFull  = "full"
)

// The values of --engine.
const (
	engineInt3   = "int3"
	engineInline = "inline"
)

// The groups, in the order of the usage text.
const (
	groupWhat  = "What is traced"
	groupWho   = "Which process"
	groupLook  = "What a line shows"
	groupWhere = "Where it goes"
	groupOther = "About plait"
)

var groups = []string{groupWhat, groupWho, groupLook, groupWhere, groupOther}

// optionList is the whole command line. Letters and their meanings are those of
// ltrace(1).
var optionList = []option{
	{name: "filter", short: "e", arg: "FILTER", group: groupWhat, help: "trace the library calls that FILTER chooses",
		more: "Repeatable; the choices add up. The default, without -e, -l and -L, is @MAIN: the calls that the program itself makes. " +
			"-e trace=SET is --trace=SET, and -e signal=SET is --signal=SET, as in strace(1).",
		value: func(o *options) any { return expression{o} }},
	{name: "library", short: "l", arg: "PATTERN", group: groupWhat, help: "trace calls to functions of matching libraries",
		more:  "Repeatable. PATTERN is a glob or a /regular expression/ for the name of the library. PATTERN->FUNCTION chooses only those functions of it.",
		value: func(o *options) any { return &o.libraries }},
	{name: "entry", short: "x", arg: "FILTER", group: groupWhat, help: "trace functions at their entry points, whoever calls them",
		more:  "Repeatable. FILTER may name any function that has a symbol, also those of the program itself.",
		value: func(o *options) any { return &o.functions }},
	{name: "no-main", short: "L", group: groupWhat, help: "do not trace @MAIN by default",
		value: func(o *options) any { return &o.noMain }},
	{name: "syscalls", short: "S", group: groupWhat, help: "trace system calls too",
		value: func(o *options) any { return &o.syscalls }},
	{name: "trace", arg: "SET", group: groupWhat, help: "trace the system calls in SET (implies -S)",
		more: "SET is a comma-separated list of names, numbers, classes such as %file or %network, and /regular expressions; " +
			"! before it chooses all others. With ? before a name, it is no error if the name is unknown; @64, @32 or @x32 after it chooses the calls of that ABI.",
		suggest: func() []string { return syscalls.For(arch.Native, 0).Words() },
		value:   func(o *options) any { return &o.traces }},
	{name: "crossing", group: groupWhat, help: "show only library calls that enter the kernel, with the system calls in them (implies -S)",
		more: "All calls are traced; this option and the next five decide which of them are shown, and counted in tables. If there are several, a call must meet all. " +
			"Where only what follows can decide, the begin of a call is held back until it has. The call that a whole program runs in, __libc_start_main, is not shown.",
		value: func(o *options) any { return &o.only.crossing }},
	{name: "causes", arg: "SET", group: groupWhat, help: "show only library calls that cause system calls in SET, with these (implies -S)",
		more:    "SET is as for --trace.",
		suggest: func() []string { return syscalls.For(arch.Native, 0).Words() },
		value:   func(o *options) any { return &o.only.causes }},
	{name: "within", arg: "FILTER", group: groupWhat, help: "show only the calls that FILTER chooses and what happens in them",
		more:  "FILTER is as for -x. SYS_NAME is a system call; NAME alone means calls of both kinds. The calls must be traced: -x main@MAIN --within main shows what main calls.",
		value: func(o *options) any { return &o.only.within }},
	{name: "from", arg: "FILTER", group: groupWhat, help: "show nothing before the first call that FILTER chooses",
		value: func(o *options) any { return &o.only.from }},
	{name: "until", arg: "FILTER", group: groupWhat, help: "show nothing after the end of the first call that FILTER chooses",
		value: func(o *options) any { return &o.only.until }},
	{name: "failed", group: groupWhat, help: "show only calls that report an error",
		value: func(o *options) any { return &o.only.failed }},
	{name: "config", short: "F", arg: "LIST", group: groupWhat, help: "read prototypes from files or directories",
		more: "Repeatable. LIST is separated by colons. In a directory, plait looks for SONAME.conf. " +
			"Of a recording, the values are known already: there the files serve for the sentences of --explain.",
		value: func(o *options) any { return &o.config }},

	{name: "attach", short: "p", arg: "PID", group: groupWho, help: "trace a running process",
		more:  "Repeatable. PID may be a list, separated by commas or blanks.",
		live:  true,
		value: func(o *options) any { return &o.pids }},
	{name: "follow", short: "f", group: groupWho, help: "trace new processes and threads too; -ff with -o FILE: each process to FILE.PID",
		more:  "With -ff, all threads of a process are in its file; lines of threads other than the first begin with their number.",
		value: func(o *options) any { return &o.follow }},
	{name: "detach-on", arg: "CALL", group: groupWho, help: "detach from a process when it calls CALL, which must be execve",
		more:  "The execve of the command itself, which comes first, does not count. plait still waits for the command.",
		words: []string{"execve"},
		live:  true,
		value: func(o *options) any { return &o.detachOn }},
	{name: "limit", arg: "N", group: groupWho, help: "detach from everything after N complete calls",
		more:  "Library calls and system calls count alike, when they return. What was traced goes on without plait, also the command; plait does not wait for it.",
		max:   math.MaxInt,
		live:  true,
		value: func(o *options) any { return &o.limit }},
	{name: "one-cpu", group: groupWho, help: "run plait and the command on one CPU, where a stop costs least",
		more:  "The price: the command sees, and has, only that CPU. Without this option plait moves to the CPU of the program, if it may (CAP_SYS_NICE or RLIMIT_NICE); if not, each stop may have to wake another CPU, which takes longer.",
		live:  true,
		value: func(o *options) any { return &o.oneCPU }},
	{name: "engine", arg: "HOW", group: groupWho, help: "how library calls are caught: int3 or inline (int3)",
		more: "int3 stops the program twice for each call. inline plants code in the program that records calls without a stop, which takes a hundredth of the time. " +
			"It records calls that numbers and short texts show whole; all others, and all calls where no such code fits, stop the program as with int3. -D shows which, and why.",
		words: []string{engineInt3, engineInline},
		live:  true,
		value: func(o *options) any { return &o.engine }},
	{name: "pty", group: groupWho, help: "run the command on a terminal of its own, wherever plait's output goes",
		more: "Many programs write each line at once to a terminal, but hold back what goes to a file or a pipe. With this option they do the former although plait's output goes elsewhere, as with script(1). " +
			"plait passes on what it reads and what the command writes, to standard output and standard error alike, and the window's size. Input passes through a terminal's line editing, so a control character in it means what it means when typed, and a line of more than 4095 bytes is cut. " +
			"If plait is killed by SIGKILL, its own terminal stays raw: stty sane mends it.",
		live:  true,
		value: func(o *options) any { return &o.pty }},
	{name: "user", short: "u", arg: "USER", group: groupWho, help: "run the command as USER",
		live:  true,
		value: func(o *options) any { return &o.user }},

	{name: "string-limit", short: "s", arg: "N", group: groupLook, help: "show N bytes of a string (32)",
		max:   1 << 30,
		value: func(o *options) any { return &o.strings }},
	{name: "item-limit", short: "A", arg: "N", group: groupLook, help: "show N elements of an array (4; of a system call as -s)",
		more:  "Also how deep plait follows structs that point to their own kind.",
		max:   1 << 30,
		value: func(o *options) any { return &o.items }},
	{name: "verbose", short: "v", group: groupLook, help: "show whole structs and lists",
		value: func(o *options) any { return &o.verbose }},
	{name: "decode-fds", short: "y", group: groupLook, help: "show what descriptors stand for: paths; -yy: sockets, devices and others too",
		value: func(o *options) any { return &o.descriptors }},
	{name: "decode-pids", short: "Y", group: groupLook, help: "show the names of processes beside their numbers",
		value: func(o *options) any { return &o.names }},
	{name: "demangle", short: "C", group: groupLook, help: "show C++, Rust and D names as in the source (default on a terminal)",
		value: func(o *options) any { return &o.demangle }},
	{name: "names", arg: "FORM", group: groupLook, help: "show demangled names short or full (short)",
		more:  "Full names have the types of parameters and all template arguments. The default is full if plait is called as ltrace. std::string::append, in full, is std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >::append(char const*). Filters take both forms.",
		words: []string{namesShort, namesFull},
		value: func(o *options) any { return &o.spelling }},
	{name: "no-demangle", group: groupLook, help: "show names as they are in the files",
		value: func(o *options) any { return &o.noDemangle }},
	{name: "versions", group: groupLook, help: "show symbol versions: memcpy@GLIBC_2.14",
		value: func(o *options) any { return &o.versions }},
	{name: "align", short: "a", arg: "COLUMN", group: groupLook, help: "put results in this column (5/8 of the terminal)",
		max:   1 << 16,
		value: func(o *options) any { return &o.align }},
	{name: "indent", short: "n", arg: "N", group: groupLook, help: "indent nested calls by N blanks",
		max:   20,
		value: func(o *options) any { return &o.indent }},
	{name: "timestamps", short: "t", group: groupLook, help: "begin lines with the time; -tt with microseconds, -ttt as seconds since 1970",
		value: func(o *options) any { return &o.timestamps }},
	{name: "relative", short: "r", group: groupLook, help: "begin lines with the time since the previous line",
		value: func(o *options) any { return &o.relative }},
	{name: "call-times", short: "T", group: groupLook, help: "show the time spent in each call",
		value: func(o *options) any { return &o.elapsed }},
	{name: "instruction-pointer", short: "i", group: groupLook, help: "begin lines with the address the call returns to",
		value: func(o *options) any { return &o.ip }},
	{name: "no-signals", short: "b", group: groupLook, help: "do not show signals",
		value: func(o *options) any { return &o.noSignals }},
	{name: "signal", arg: "SET", group: groupLook, help: "show only the signals in SET",
		more:    "SET is a comma-separated list of names and numbers; ! before it chooses all others.",
		suggest: syscalls.SignalNames,
		value:   func(o *options) any { return &o.signals }},
	{name: "where", short: "w", arg: "N", group: groupLook, help: "show N frames of the stack after each call and signal",
		max:   1 << 16,
		value: func(o *options) any { return &o.where }},
	{name: "startup", arg: "WHEN", without: cli.WhenAlways, group: groupLook, help: "show the system calls by which the loader starts the program: auto, always or never (auto)",
		more: "If they are not shown, one line stands for them. auto means that they are shown except on a terminal; --startup alone is --startup=always. Whoever reads the trace on a terminal also sees lines that are the same, one after the other, as one line with their number, and long lines cut. " +
			"In files and pipes, and by the names ltrace and strace, nothing is left out or cut, unless --startup=never says so.",
		words: when,
		value: func(o *options) any { return &o.startup }},
	{name: "explain", group: groupLook, help: "say in plain English below each call what it did, and its page of the manual (implies -S)",
		more: "Where a library call made no system call and it is known why, that is said, too: bytes that stdio holds, memory that malloc had already. What can't be known is not said. " +
			"At the end comes what may have caused trouble: files that were looked for and not found, and where; permissions that were missing; connections that were refused; the calls that took longest. " +
			"The sentences are in the files of prototypes (docs/PROTOTYPES.md), so yours can explain your own functions.",
		value: func(o *options) any { return &o.explain }},
	{name: "labels", group: groupLook, help: "show labels instead of addresses and process numbers, and no times, so that two runs give the same text",
		more: "heap+0x2a0 counts from the begin of the heap, stack-0x40 from where the stack was when the program began, args+0x10 from its arguments, libc.so.6+0x26000 from the begin of a file. " +
			"anon3+0x10 is in the third mapping without a file that was shown, and addr2 the second address where nothing is. Processes and threads are numbered in the order in which they appear. " +
			"What the program itself does differently, such as sizes that depend on where memory is, stays.",
		value: func(o *options) any { return &o.labels }},
	{name: "color", arg: "WHEN", group: groupLook, help: "use colours: auto, always or never (auto)",
		more: "auto means on a terminal, unless NO_COLOR is set or TERM is dumb. PLAIT_COLORS chooses colours, as STRACE_COLORS does for strace: library=1;34:syscall=1;31 are the names of library and system calls; " +
			"argname, argval, const, comment, punct, retval and error are the other words.",
		words: when,
		value: func(o *options) any { return &o.color }},
	{name: "utf8", arg: "WHEN", group: groupLook, help: "show UTF-8 text as it is: auto, always or never (auto)",
		more:  "auto follows the locale. If UTF-8 is not shown, bytes beyond ASCII are octal escapes.",
		words: when,
		value: func(o *options) any { return &o.utf8 }},

	{name: "output", short: "o", arg: "FILE", group: groupWhere, help: "write the trace to FILE instead of standard error",
		moreOf: outputMore,
		value:  func(o *options) any { return &o.outputs }},
	{name: "record", arg: "FILE", group: groupWhere, help: "record the whole trace in FILE, and show nothing unless -o, --format or -c asks for it",
		more: "A recording has more than a trace shows, so that --replay can show it: 4096 bytes of each text unless -s says, what descriptors stand for as with -yy. " +
			"Only its owner can read it. Everything older than 10 ms is in it even if plait is killed. docs/RECORDING.md describes the format.",
		live:  true,
		value: func(o *options) any { return &o.record }},
	{name: "record-size", arg: "SIZE", group: groupWhere, help: "record in FILE.1, FILE.2 and so on, each of at most SIZE bytes",
		more:  "SIZE may end in K, M, G or T. Each file can be replayed alone.",
		live:  true,
		value: func(o *options) any { return &o.recording.size }},
	{name: "record-last", arg: "SIZE", group: groupWhere, help: "keep only the newest SIZE bytes, in memory; write them at the end and when told",
		more: "plait writes FILE.1 at the first SIGUSR2 or match of --dump-on, FILE.2 at the next, and so on; each file has what has happened since the one before, as far as it is kept. " +
			"At the end it writes the rest.",
		live:  true,
		value: func(o *options) any { return &o.recording.last }},
	{name: "dump-on", arg: "FILTER", group: groupWhere, help: "with --record-last, write when a call that FILTER chooses has ended",
		more:  "FILTER is one of library calls, as for -e; it also matches the names of system calls. It chooses among the calls that are traced.",
		live:  true,
		value: func(o *options) any { return &o.recording.dumpOn }},
	{name: "record-files", arg: "N", group: groupWhere, help: "keep only the newest N files of --record-size or --record-last",
		live:  true,
		max:   1 << 30,
		value: func(o *options) any { return &o.recording.files }},
	{name: "redact", arg: "LIST", group: groupWhere, help: "take strings, paths or env out of the recording",
		more: "LIST is separated by commas. strings are texts and data that calls pass, and the arguments of the command; paths are names of files, as far as plait knows that they are, also of descriptors and in stacks; " +
			"env are environment variables in execve, getenv, setenv and the like. It remains visible that there was something.",
		live:    true,
		suggest: func() []string { return redactable },
		value:   func(o *options) any { return &o.recording.redact }},
	{name: "replay", arg: "FILE", group: groupWhere, help: "show the recording in FILE, on standard output unless -o says",
		more:  "All options that choose calls, formats and details apply. If the recording is damaged or has no end, all that can be read is shown, a message says what is missing, and the exit status is 1.",
		value: func(o *options) any { return &o.replay }},
	{name: "format", arg: "FORMAT", group: groupWhere, help: formatHelp(),
		moreOf: formatMore,
		words:  formatNames(),
		value:  func(o *options) any { return &o.format }},
	{name: "jsonl-enter", group: groupWhere, help: "with --format jsonl, write a record when a call begins, too",
		more:  "The record of a call, which is written when it ends, says when it began. Without this option only a call that lasts more than 10 ms has a record of its begin.",
		value: func(o *options) any { return &o.enters }},
	{name: "count", short: "c", group: groupWhere, help: "write a table of calls and times at the end, and no lines; -cc with totals",
		more: "The time of a call is without that of the calls nested in it; -cc adds a column that includes them. " +
			"-c with -S, --sort or --table has a wider table: errors, own and total time, the share of the total that passed in system calls, and the mean, median (p50), 99th percentile and maximum of single calls. " +
			"p50 and p99 are exact to 1.6 %. With it comes what may have caused trouble, as --explain says it. As ltrace, -c -S is ltrace's table.",
		value: func(o *options) any { return &o.summary }},
	{name: "tree", group: groupWhere, help: "write the trace as a tree: braces around what happens in a call, and times",
		more:  "The same as --format tree. System calls are marked with an arrow (> where UTF-8 is not shown). Arguments that become known while other lines are written are shown at the closing brace, with the whole call.",
		value: func(o *options) any { return &o.tree }},
	{name: "map", arg: "VIEW", without: mapInnermost, group: groupWhere, help: "write a table of the system calls that each library call caused (implies -S)",
		more: "A system call belongs to the innermost library call that is open around it. --map=outermost gives it to the outermost one, which is the program's own view. " +
			"A library call has crossed if a system call belongs to it. System calls that no library call caused are listed with the object whose code made them; ld.so is the loader. " +
			"The call that a whole program runs in, __libc_start_main, causes none. Written later are bytes that calls of stdio left in a buffer, where it is sure that just these were written. The time in the kernel is that from the begin to the end of the system calls, waiting included; " +
			"bytes are what they say that they moved.",
		words: mapViews,
		value: func(o *options) any { return &o.mapView }},
	{name: "heap", group: groupWhere, help: "write a table of the heap: what allocates, what is freed, what makes the heap grow",
		more: "Each row is a place that calls a function that allocates or frees: malloc and its kin, strdup, getline, C++'s new and delete, GLib's, and those that a prototype says allocates or frees of. " +
			"Only these functions are traced, whoever calls them, and the system calls that change memory; -e, -l and -L choose other calls, -x and -S more. " +
			"A call that another one of them made for itself is not counted. Live is what was not freed until the end. From the kernel is what a call made the kernel do: brk moves the end of the heap up, mmap maps memory; gave back is the other way round. " +
			"Below is why the end of the heap was not given back, where calls have shown it, and how the live bytes and the program break went: drawn on a terminal, in numbers in a file.",
		value: func(o *options) any { return &o.heap }},
	{name: "by", arg: "KEYS", group: groupWhere, help: "group the rows of --map by function, object, caller, thread or process (function)",
		more:    "KEYS may be several, separated by commas. The object is the library that defines the function; the caller is the function that called it, with its source line if that is known.",
		suggest: mapKeys,
		value:   func(o *options) any { return &o.tables.by }},
	{name: "sort", arg: "ORDER", group: groupWhere, help: "sort the rows of the table by ORDER, the most first",
		more:  "With -c ORDER is time (without nested calls; the default), total, calls, errors, mean, p50, p99, max or name; with --map it is syscalls (the default), calls, time or name.",
		words: allOrders(),
		value: func(o *options) any { return &o.tables.order }},
	{name: "table", arg: "FORM", group: groupWhere, help: "write the table of -c, --map or --heap as text, csv or json (text)",
		more:  "In csv and json times are in seconds, and no list is cut. A table that is not the last says when it was written.",
		words: table.Forms(),
		value: func(o *options) any { return &o.tables.form }},
	{name: "interval", arg: "TIME", group: groupWhere, help: "write the table of -c, --map or --heap every TIME, such as 5s, too",
		more:  "So does SIGUSR1, once. Each table counts from the begin of the trace.",
		value: func(o *options) any { return &o.tables.interval }},
	{name: "wide", group: groupWhere, help: "do not shorten lists in tables, nor lines on a terminal",
		value: func(o *options) any { return &o.tables.wide }},
	{name: "debug", short: "D", arg: "MASK", group: groupWhere, help: "write what the tracer does; -Dh lists the bits of MASK",
		live:  true,
		value: func(o *options) any { return &o.debug }},

	{name: "prototypes", arg: "NAME", group: groupOther, help: "show what is known of a function, and from where",
		more: "Repeatable. NAME is FUNCTION, LIBRARY->FUNCTION or FUNCTION@LIBRARY, where globs and /regular expressions/ are allowed; SYS_NAME is a system call. " +
			"The output is a file of prototypes: first those of the function, beginning with the one that plait uses, then their types. " +
			"If nothing is known and LIBRARY is a file, plait looks at its code.",
		value: func(o *options) any { return &o.prototypes }},
	{name: "check-config", arg: "FILE", group: groupOther, help: "show the errors in a file or directory of prototypes",
		more:  "Repeatable. Errors are FILE:LINE:COLUMN: MESSAGE; the exit status is 1 if there are any.",
		value: func(o *options) any { return &o.checked }},
	{name: "lesson", group: groupOther, help: "list the lessons; with a number after it, show that one",
		more: "A lesson is a small C program, a trace of it and what that means. plait --lesson 5 compiles the fifth program, runs it and shows what happens, with the commands that do it. " +
			"Without a C compiler it takes the program that was installed with plait, or shows what was recorded. The lessons are in docs/lessons of plait's sources, too.",
		value: func(o *options) any { return &o.lesson }},
	{name: "build-lessons", arg: "DIR", group: groupOther, help: "write the programs of the lessons to DIR and compile them",
		more:  "It replaces no file.",
		value: func(o *options) any { return &o.buildLessons }},
	{name: "as", arg: "NAME", group: groupOther, help: "take the options and write the output of strace or ltrace; must come first",
		more:    "plait does the same if it is called by one of these names, through a link. docs/STRACE.md in plait's sources describes strace's options.",
		suggest: func() []string { return []string{"ltrace", "strace"} },
		value:   func(o *options) any { return &o.as }},
	{name: "help", short: "h", group: groupOther, help: "show this text",
		value: func(o *options) any { return &o.help }},
	{name: "version", short: "V", group: groupOther, help: "show the version",
		value: func(o *options) any { return &o.version }},
	{name: "man", group: groupOther, help: "write the manual page", hidden: true,
		value: func(o *options) any { return &o.man }},
	{name: "completion", arg: "SHELL", group: groupOther, help: "write completions for bash, zsh or fish", hidden: true,
		value: func(o *options) any { return &o.completion }},
	{name: "option-table", group: groupOther, help: "write the options as a Markdown table", hidden: true,
		value: func(o *options) any { return &o.table }},
}
