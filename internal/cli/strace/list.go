package strace

import (
	"plait/internal/cli"
	"plait/output/text"
)

// The groups of strace's options, in the order of the usage text.
const (
	groupStart   = "Which process"
	groupTrace   = "How it is traced"
	groupFilter  = "What is shown"
	groupInject  = "What is changed"
	groupLook    = "What a line shows"
	groupWhere   = "Where it goes"
	groupCount   = "The table"
	groupGeneral = "About this program"
)

var groups = []string{groupStart, groupTrace, groupFilter, groupInject, groupLook, groupWhere, groupCount, groupGeneral}

// A option is one entry of strace's command line.
type option = choice[*options]

// optionList is the command line of plait-as-strace, whole. Letters, names
// and meanings are those of strace(1).
var optionList = []option{
	{short: "p", long: []string{"attach"}, arg: "PID", group: groupStart, help: "trace a running process; PID may be a list, separated by commas or blanks",
		set: (*options).attach},
	{short: "E", long: []string{"env"}, arg: "VAR[=VALUE]", group: groupStart, help: "set a variable of the command's environment, or remove it",
		set: appendTo(func(o *options) *[]string { return &o.env })},
	{short: "u", long: []string{"user"}, arg: "USER|UID:GID", group: groupStart, help: "run the command as this user",
		set: func(o *options, g given) error { o.user, o.userSet = g.arg, true; return nil }},
	{long: []string{"argv0"}, arg: "NAME", group: groupStart, help: "start the command under this name (argv[0])",
		set: func(o *options, g given) error { o.argv0, o.argv0Set = g.arg, true; return nil }},

	{short: "f", long: []string{"follow-forks"}, group: groupTrace, help: "trace new processes and threads too; -ff with -o FILE: each thread to FILE.TID",
		set: (*options).followForks},
	{short: "F", group: groupTrace, help: "an old name for -f",
		set: on(func(o *options) *bool { return &o.followOld })},
	{short: "b", long: []string{"detach-on"}, arg: "execve", group: groupTrace, help: "detach from a process when it executes a program",
		set: (*options).detachOn},
	{short: "D", long: []string{"daemonize", "daemonise", "daemonized", "daemonised"}, optional: "HOW", group: groupTrace,
		help: "keep the command the caller's own child and trace it from behind; HOW is grandchild (-D), pgroup (-DD) or session (-DDD)",
		set:  (*options).daemonize},
	{short: "I", long: []string{"interruptible"}, arg: "WHEN", group: groupTrace, help: "when signals end the tracing: 1 anywhere, 2 waiting, 3 never, 4 never_tstp",
		more: "The default is 2; it is 3 with -o FILE and a command, and 4 with -D. plait can be interrupted in the same way whether or not it is decoding a call, so 1 is the same as 2.",
		set:  (*options).interrupts},
	{long: []string{"kill-on-exit"}, group: groupTrace, help: "kill the traced processes if this program is killed",
		set: on(func(o *options) *bool { return &o.killOnExit })},
	{long: []string{"seccomp-bpf"}, group: groupTrace, help: "let the kernel filter the calls; plait does so anyway",
		set: on(func(o *options) *bool { return &o.seccomp })},
	{long: []string{"syscall-limit"}, arg: "N", group: groupTrace, help: "detach from everything after N calls",
		set: (*options).syscallLimit},

	{short: "e", arg: "EXPR", group: groupFilter, help: "EXPR is QUALIFIER=SET, or SET for trace=SET; each qualifier is also a long option",
		more: "A SET is a comma-separated list of values, or all, or none; ! before it chooses all others. A later SET replaces an earlier one, except for inject and fault.",
		set:  (*options).expression},
	{long: []string{"trace"}, arg: "SET", group: groupFilter, help: "trace these system calls: names, numbers, %classes, /expressions/",
		set: qualifier("trace")},
	{short: "P", long: []string{"trace-path"}, arg: "PATH", group: groupFilter, help: "show only calls on this file; repeatable",
		set: appendTo(func(o *options) *[]string { return &o.paths })},
	{long: []string{"trace-fds", "trace-fd"}, arg: "SET", group: groupFilter, help: "show only calls on these descriptors",
		set: qualifier("trace-fds")},
	{long: []string{"signal", "signals"}, arg: "SET", group: groupFilter, help: "show only these signals",
		set: qualifier("signal")},
	{long: []string{"status"}, arg: "SET", group: groupFilter, help: "show only calls that end in these ways: successful, failed, unfinished, unavailable, detached",
		set: qualifier("status")},
	{short: "z", long: []string{"successful-only"}, group: groupFilter, help: "show only calls that succeed",
		set: statusIs("successful")},
	{short: "Z", long: []string{"failed-only"}, group: groupFilter, help: "show only calls that fail",
		set: statusIs("failed")},
	{short: "q", long: []string{"quiet", "silent", "silence"}, optional: "SET", group: groupFilter,
		help: "leave out remarks: attach, exit, path-resolution, personality, thread-execve; -q: attach and personality; -qq: exit, too; -qqq: all",
		set:  (*options).quietOption},

	{long: []string{"inject"}, arg: "SET:CHANGE...", group: groupInject, help: "change what calls do: error=, retval=, signal=, syscall=, delay_enter=, delay_exit=, poke_enter=, poke_exit=, when=",
		set: qualifier("inject")},
	{long: []string{"fault"}, arg: "SET[:error=E][:when=W]", group: groupInject, help: "make calls fail, with ENOSYS by default",
		set: qualifier("fault")},

	{short: "a", long: []string{"columns"}, arg: "N", group: groupLook, help: "put results in this column (40)",
		set: (*options).setColumns},
	{short: "s", long: []string{"string-limit"}, arg: "N", group: groupLook, help: "show N bytes of a string (32)",
		set: (*options).setStrings},
	{short: "v", long: []string{"no-abbrev"}, group: groupLook, help: "show whole structs and lists",
		set: func(o *options, _ given) error { return o.qualify("abbrev", "none") }},
	{long: []string{"abbrev"}, arg: "SET", group: groupLook, help: "shorten structs and lists of these calls (all)",
		set: qualifier("abbrev")},
	{long: []string{"verbose"}, arg: "SET", group: groupLook, help: "show what the arguments of these calls point to (all)",
		set: qualifier("verbose")},
	{long: []string{"raw"}, arg: "SET", group: groupLook, help: "show arguments of these calls as plain numbers",
		set: qualifier("raw")},
	{long: []string{"read", "reads"}, arg: "SET", group: groupLook, help: "show all data read from these descriptors, in hexadecimal and as text",
		set: qualifier("read")},
	{long: []string{"write", "writes"}, arg: "SET", group: groupLook, help: "show all data written to these descriptors, in the same way",
		set: qualifier("write")},
	{long: []string{"kvm"}, arg: "vcpu", group: groupLook, help: "show why a virtual processor stopped: refused, plait cannot do this",
		set: qualifier("kvm")},
	{long: []string{"namespace"}, arg: "new", group: groupLook, help: "show which namespaces a call made",
		set: qualifier("namespace")},
	{long: []string{"secontext"}, optional: "SET", group: groupLook, help: "show SELinux contexts: refused, plait cannot do this",
		set: qualifier("secontext")},
	{short: "i", long: []string{"instruction-pointer"}, group: groupLook, help: "begin lines with the address of the call",
		set: on(func(o *options) *bool { return &o.ip })},
	{short: "n", long: []string{"syscall-number"}, group: groupLook, help: "begin lines with the number of the call",
		set: on(func(o *options) *bool { return &o.number })},
	{short: "N", long: []string{"arg-names"}, group: groupLook, help: "show the names of arguments",
		set: on(func(o *options) *bool { return &o.argNames })},
	{short: "k", long: []string{"stack-trace", "stack-traces"}, optional: "HOW", group: groupLook, help: "show where calls were made from: symbol, or source (-kk)",
		set: (*options).stackTrace},
	{long: []string{"stack-trace-frame-limit"}, arg: "N", group: groupLook, help: "show N frames of the stack (256)",
		set: (*options).frameLimit},
	{short: "t", long: []string{"absolute-timestamps", "timestamps"}, optional: "[FORMAT][,DIGITS]", group: groupLook,
		help: "begin lines with the time; -tt with microseconds, -ttt as seconds since 1970",
		more: "FORMAT is none, time or unix; DIGITS is s, ms, us or ns.",
		set:  (*options).timestamps},
	{short: "r", long: []string{"relative-timestamps"}, optional: "DIGITS", group: groupLook, help: "begin lines with the time since the previous line",
		set: (*options).relativeTimes},
	{short: "T", long: []string{"syscall-times"}, optional: "DIGITS", group: groupLook, help: "show the time spent in each call",
		set: (*options).callTimes},
	{short: "x", long: []string{"strings-in-hex"}, optional: "WHICH", group: groupLook, help: "show strings in hexadecimal: none, non-ascii-chars, non-ascii (-x) or all (-xx)",
		set: (*options).stringsInHex},
	{short: "X", long: []string{"const-print-style"}, arg: "FORM", group: groupLook, help: "show constants as raw, abbrev or verbose",
		set: word(func(o *options) *text.ConstForm { return &o.constants }, map[string]text.ConstForm{
			"raw": text.ConstRaw, "abbrev": text.ConstAbbrev, "verbose": text.ConstVerbose})},
	{short: "y", long: []string{"decode-fds", "decode-fd"}, optional: "SET", group: groupLook,
		help: "show what descriptors stand for: path (-y), socket, dev, eventfd, pidfd, signalfd, or all (-yy)",
		set:  (*options).decodeFDs},
	{short: "Y", group: groupLook, help: "show the names of processes beside their numbers",
		set: func(o *options, _ given) error { return o.qualify("decode-pids", "comm") }},
	{long: []string{"decode-pids", "decode-pid"}, arg: "SET", group: groupLook, help: "comm: as -Y; pidns: also show process numbers as this program sees them",
		set: qualifier("decode-pids")},
	{long: []string{"pidns-translation"}, group: groupLook, help: "as --decode-pids=pidns",
		set: func(o *options, _ given) error { return o.qualify("decode-pids", "pidns") }},
	{long: []string{"always-show-pid"}, group: groupLook, help: "begin lines with the process number, even if there is only one process",
		set: on(func(o *options) *bool { return &o.alwaysPID })},
	{long: []string{"color"}, arg: "WHEN", group: groupLook, help: "use colours: auto, always or never (auto); STRACE_COLORS sets them",
		set: word(func(o *options) *string { return &o.color }, map[string]string{
			cli.WhenAuto: cli.WhenAuto, cli.WhenAlways: cli.WhenAlways, cli.WhenNever: cli.WhenNever})},

	{short: "o", long: []string{"output"}, arg: "FILE", group: groupWhere, help: "write the trace to FILE, or to a command: |COMMAND",
		set: func(o *options, g given) error { o.output, o.outputSet = g.arg, true; return nil }},
	{long: []string{"record"}, arg: "FILE", group: groupWhere, help: "record the trace in FILE, for --replay; write nothing else unless -o or -c asks for it (plait's own)",
		set: func(o *options, g given) error { o.record = g.arg; return nil }},
	{long: []string{"replay"}, arg: "FILE", group: groupWhere, help: "show a recording, on standard output unless -o says (plait's own)",
		set: func(o *options, g given) error { o.replay = g.arg; return nil }},
	{short: "A", long: []string{"output-append-mode"}, group: groupWhere, help: "append to FILE",
		set: on(func(o *options) *bool { return &o.append })},
	{long: []string{"output-separately"}, group: groupWhere, help: "write the trace of each thread to FILE.TID",
		set: on(func(o *options) *bool { return &o.separately })},

	{short: "c", long: []string{"summary-only"}, group: groupCount, help: "write a table of calls instead of lines",
		set: (*options).summaryOnly},
	{short: "C", long: []string{"summary"}, group: groupCount, help: "write the lines and the table",
		set: (*options).summaryToo},
	{short: "O", long: []string{"summary-syscall-overhead"}, arg: "TIME", group: groupCount, help: "subtract this from the time of each call; a number with s, ms, us or ns",
		set: (*options).setOverhead},
	{short: "S", long: []string{"summary-sort-by"}, arg: "COLUMN", group: groupCount, help: "sort by this column, or nothing (time-percent)",
		set: (*options).sortBy},
	{short: "U", long: []string{"summary-columns"}, arg: "COLUMNS", group: groupCount,
		help: "show these columns: time-percent, total-time, min-time, max-time, avg-time, calls, errors, name, wall-total, wall-min, wall-max, wall-avg",
		set:  (*options).setColumnSet},
	{short: "w", long: []string{"summary-wall-clock"}, group: groupCount, help: "count the time that passes, not the time that the kernel works",
		set: on(func(o *options) *bool { return &o.wall })},

	{short: "d", long: []string{"debug"}, group: groupGeneral, help: "write what the tracer does to standard error",
		set: on(func(o *options) *bool { return &o.debug })},
	{short: "h", long: []string{"help"}, group: groupGeneral, help: "show this text",
		set: func(o *options, _ given) error { return errHelp }},
	{short: "V", long: []string{"version"}, group: groupGeneral, help: "show the version",
		set: func(o *options, _ given) error { o.version++; return nil }},
	{long: []string{"tips"}, optional: "[ID][,FORM]", group: groupGeneral, help: "show a tip at the end: ID is a number or random; FORM is none, compact or full",
		set: (*options).tip},
	{long: []string{daemonOption}, arg: "PID", group: groupGeneral, set: (*options).launchedBy},
}
