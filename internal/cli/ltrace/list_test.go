package ltrace

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"plait/internal/cli"
	"plait/internal/cli/clitest"
	"plait/internal/cli/strace"
	"plait/internal/cli/usage"
)

// parse parses a command line, with strace's options known.
func parse(args []string) (*options, error) { return parseOptions(args, strace.Options()) }

// TestParse parses command lines as ltrace's users type them.
func TestParse(t *testing.T) {
	tests := []struct {
		line string
		want options
	}{
		{"ls -l /tmp", options{command: []string{"ls", "-l", "/tmp"}}},
		{"-- -odd", options{command: []string{"-odd"}}},
		{"-S ./a.out", options{syscalls: true, command: []string{"./a.out"}}},
		{"-fSo out.txt ls -S", options{follow: 1, syscalls: true, outputs: []string{"out.txt"}, command: []string{"ls", "-S"}}},
		{"-s128 ls", options{strings: 128, stringsSet: true, command: []string{"ls"}}},
		{"-s 0 ls", options{stringsSet: true, command: []string{"ls"}}},
		{"-n4 -A 8 ls", options{indent: 4, items: 8, itemsSet: true, command: []string{"ls"}}},
		{"-a 0x20 ls", options{align: 32, alignSet: true, command: []string{"ls"}}},
		{"--align=010 ls", options{align: 8, alignSet: true, command: []string{"ls"}}},
		{"-t ls", options{timestamps: 1, command: []string{"ls"}}},
		{"-tt ls", options{timestamps: 2, command: []string{"ls"}}},
		{"-t -t ls", options{timestamps: 2, command: []string{"ls"}}},
		{"-ttt -T ls", options{timestamps: 3, elapsed: true, command: []string{"ls"}}},
		{"-ttTf ls", options{timestamps: 2, elapsed: true, follow: 1, command: []string{"ls"}}},
		{"-r -i ls", options{relative: true, ip: true, command: []string{"ls"}}},
		{"-e malloc+free -e @libm.so* ls", options{calls: []string{"malloc+free", "@libm.so*"}, command: []string{"ls"}}},
		{"-e -malloc ls", options{calls: []string{"-malloc"}, command: []string{"ls"}}},
		{"-emalloc,free ls", options{calls: []string{"malloc,free"}, command: []string{"ls"}}},
		{"-l libc* --library libm* ls", options{libraries: []string{"libc*", "libm*"}, command: []string{"ls"}}},
		{"-L -x main ls", options{noMain: true, functions: []string{"main"}, command: []string{"ls"}}},
		{"-p 1 -p 2,3", options{pids: []string{"1", "2,3"}}},
		{"-F a:b -F c --config=d ls", options{config: []string{"a:b", "c", "d"}, command: []string{"ls"}}},
		{"-D77 ls", options{debug: "77", command: []string{"ls"}}},
		{"-b -C -u nobody ls", options{noSignals: true, demangle: true, user: "nobody", command: []string{"ls"}}},
		{"--no-signals --demangle --indent=2 ls", options{noSignals: true, demangle: true, indent: 2, command: []string{"ls"}}},
		{"-c ls", options{summary: 1, command: []string{"ls"}}},
		{"-cc ls", options{summary: 2, command: []string{"ls"}}},
		{"--outp=x --dem ls", options{outputs: []string{"x"}, demangle: true, command: []string{"ls"}}},
		{"--color=never ls", options{color: "never", command: []string{"ls"}}},
		{"-ff -o x ls", options{follow: 2, outputs: []string{"x"}, command: []string{"ls"}}},
		{"-f -f -o x ls", options{follow: 2, outputs: []string{"x"}, command: []string{"ls"}}},
		{"-e trace=open,%file ls", options{traces: list{"open,%file"}, syscalls: true, command: []string{"ls"}}},
		{"-et=!write --trace=all ls", options{traces: list{"!write", "all"}, syscalls: true, command: []string{"ls"}}},
		{"-L -e trace=write ls", options{noMain: true, traces: list{"write"}, syscalls: true, command: []string{"ls"}}},
		{"-e malloc -e trace=1 -e @lib=x ls", options{calls: []string{"malloc", "@lib=x"}, traces: list{"1"}, syscalls: true, command: []string{"ls"}}},
		{"-e signal=!chld -e s=int --signal=hup ls", options{signals: list{"!chld", "int", "hup"}, command: []string{"ls"}}},
		{"--detach-on=execve -f ls", options{detachOn: "execve", follow: 1, command: []string{"ls"}}},
		{"--prototypes read --prototypes=m->pow", options{prototypes: []string{"read", "m->pow"}}},
		{"--check-config a --check-config b", options{checked: []string{"a", "b"}}},
		{"--map ls", options{mapView: "innermost", syscalls: true, command: []string{"ls"}}},
		{"--map=outermost --by thread --table json ls", options{mapView: "outermost", tables: tableOptions{by: "thread", form: "json"}, syscalls: true, command: []string{"ls"}}},
		{"--format map ls", options{format: "map", syscalls: true, command: []string{"ls"}}},
		{"--crossing --within=main --failed ls", options{only: onlyOptions{crossing: true, within: "main", failed: true}, syscalls: true, command: []string{"ls"}}},
		{"--causes brk --from a --until b ls", options{only: onlyOptions{causes: "brk", from: "a", until: "b"}, syscalls: true, command: []string{"ls"}}},
		{"-h", options{help: true}},
		{"-V", options{version: true}},
	}
	for _, test := range tests {
		got, err := parse(strings.Fields(test.line))
		if err != nil {
			t.Errorf("%s: %v", test.line, err)
			continue
		}
		normalize(got)
		normalize(&test.want)
		if !reflect.DeepEqual(*got, test.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", test.line, *got, test.want)
		}
	}
}

// normalize makes empty lists and default words equal.
func normalize(o *options) {
	for _, list := range []*[]string{&o.calls, &o.libraries, &o.functions, &o.config, &o.prototypes, &o.checked, (*[]string)(&o.traces), (*[]string)(&o.signals), &o.pids, &o.outputs, &o.command} {
		if len(*list) == 0 {
			*list = nil
		}
	}
	for _, word := range []*string{&o.color, &o.utf8, &o.startup} {
		if *word == "" {
			*word = cli.WhenAuto
		}
	}
}

// TestUsageErrors has wrong command lines, and the message for each.
func TestUsageErrors(t *testing.T) {
	tests := []struct{ line, want string }{
		{"", "nothing to trace: give a command, or a process with -p"},
		{"-S", "nothing to trace: give a command, or a process with -p"},
		{"-q ls", "-q: no such option"},
		{"-Sq ls", "-q: no such option"},
		{"--frobnicate ls", "--frobnicate: no such option"},
		{"--de ls", "--de: may mean --detach-on or --decode-fds or --decode-pids or --demangle or --debug"},
		{"-o", "-o: an argument is missing"},
		{"-s many ls", "-s many: not a number"},
		{"-s -1 ls", "-s -1: must be from 0 to 1073741824"},
		{"-n 21 ls", "-n 21: must be from 0 to 20"},
		{"-a -1 ls", "-a -1: must be from 0 to 65536"},
		{"-r -t ls", "-r and -t: exclude each other"},
		{"-L -e malloc ls", "-L and -e: exclude each other"},
		{"-p 0", "-p 0: not a process ID"},
		{"-p 12,x", "-p x: not a process ID"},
		{"-p 99999999999999999999", "-p 99999999999999999999: not a process ID"},
		{"-p ,", "-p: an argument is missing"},
		{"-u root -p 1", "-u root: there is no command to run"},
		{"-w -1 ls", "-w -1: must be from 0 to 65536"},
		{"-D 9 ls", "-D 9: not an octal mask up to 77"},
		{"-D 100 ls", "-D 100: not an octal mask up to 77"},
		{"-e status=failed ls", "-e status=failed: status is for system calls as strace shows them"},
		{"-e foo=bar ls", "-e foo=bar: no such qualifier: foo"},
		{"-e trace=nosuch ls", "-e trace=nosuch: invalid system call 'nosuch'"},
		{"--trace= ls", "-e trace=: invalid system call ''"},
		{"-e signal=nosuch ls", "-e signal=nosuch: invalid signal 'nosuch'"},
		{"-e trace=nosuch -e trace=read ls", "-e trace=nosuch: invalid system call 'nosuch'"},
		{"-ff ls", "-ff: needs a file"},
		{"-ff -c -o x ls", "-ff and -c: exclude each other"},
		{"-f --detach-on=chdir ls", "--detach-on chdir: must be execve"},
		{"--causes nosuch ls", "--causes nosuch: invalid system call 'nosuch'"},
		{"--within /[/ ls", `--within /[/: filter "/[/": bad pattern: missing ]`},
		{"--sort time ls", "--sort: is for -c, --map and --heap"},
		{"--interval 5 ls", "--interval: is for -c, --map and --heap"},
		{"-c --interval=0 ls", "--interval 0: must be a time from 10ms to 1000h"},
		{"-c --interval=soon ls", "--interval soon: must be a time from 10ms to 1000h"},
		{"--map --sort p99 ls", "--map --sort p99: must be one of syscalls, calls, time, name"},
		{"-c --sort syscalls ls", "-c --sort syscalls: must be one of time, total, calls, errors, mean, p50, p99, max, name"},
		{"-c --sort size ls", "--sort size: must be one of time, total, calls, errors, mean, p50, p99, max, name, syscalls"},
		{"--tree --map ls", "--tree and --format, --map or -c: exclude each other"},
		{"--labels -t ls", "--labels and -t: exclude each other"},
		{"--labels -T ls", "--labels and -T: exclude each other"},
		{"--heap -c ls", "--heap and -c, --map or --tree: exclude each other"},
		{"--heap --sort time ls", "--heap --sort: its rows have one order"},
		{"-ff -o x --heap ls", "-ff and --heap: exclude each other"},
		{"--map -c ls", "--map and -c: exclude each other"},
		{"--map --format=jsonl ls", "--format and --map: exclude each other"},
		{"--map=all ls", "--map all: must be one of innermost, outermost"},
		{"-ff -o x --map ls", "-ff and --map: exclude each other"},
		{"--by thread ls", "--by: is for --map"},
		{"--map --by=thread,x ls", "--by x: must be one of function, object, caller, thread, process"},
		{"--color=blue ls", "--color blue: must be one of auto, always, never"},
	}
	for _, test := range tests {
		o, err := parse(strings.Fields(test.line))
		if err == nil {
			err = o.check()
		}
		usage, ok := errors.AsType[cli.UsageError](err)
		if !ok || usage.Error() != test.want {
			t.Errorf("%s: %v, want %s", test.line, err, test.want)
		}
	}
}

// TestLetters compares the list with the letters of LTRACE.md section 1: each of them
// is an option, and the only other ones are letters of strace that ltrace does not
// have.
func TestLetters(t *testing.T) {
	withArgument, without := "aADeFlnopsuwx", "bcCfhiLrStTV"+"vyY"
	seen := map[string]bool{}
	for _, opt := range optionList {
		if opt.short == "" {
			continue
		}
		list := without
		if opt.arg != "" {
			list = withArgument
		}
		if !strings.Contains(list, opt.short) {
			t.Errorf("-%s %s: neither ltrace nor strace has such an option", opt.short, opt.arg)
		}
		seen[opt.short] = true
	}
	for _, letter := range withArgument + without {
		if !seen[string(letter)] {
			t.Errorf("-%c is missing", letter)
		}
	}
}

// TestOptionList: every text that is made from the list names every option.
func TestOptionList(t *testing.T) {
	texts := map[string]string{"help": helpText(), "manual": manPage(strace.Options()), "table": usage.Table(optionGroups())}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		script, err := completion(shell)
		if err != nil {
			t.Fatal(err)
		}
		texts[shell] = script
	}
	for _, opt := range optionList {
		if opt.help == "" || strings.HasSuffix(opt.help, ".") || opt.value == nil {
			t.Errorf("--%s: incomplete entry", opt.name)
		}
		if _, number := opt.value(newOptions()).(*int); number != (opt.max > 0) {
			t.Errorf("--%s: a number has a bound, and nothing else has one", opt.name)
		}
		for kind, text := range texts {
			if opt.hidden {
				continue
			}
			plain := strings.ReplaceAll(text, `\-`, "-")
			if !strings.Contains(plain, "--"+opt.name) && !strings.Contains(plain, "-l "+opt.name) {
				t.Errorf("%s does not name --%s", kind, opt.name)
			}
		}
	}
	if _, err := completion("csh"); err == nil {
		t.Error("completion for csh: no error")
	}
}

// TestTextsAreValid runs the programs that read the texts over them.
func TestTextsAreValid(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "f")
	check := func(text, program string, args ...string) {
		if _, err := exec.LookPath(program); err != nil {
			t.Logf("not checked by %s: %v", program, err)
			return
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(program, append(args, file)...).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v\n%s", program, err, out)
		}
	}
	bash, _ := completion("bash")
	check(bash, "bash", "-n")
	zsh, _ := completion("zsh")
	check(zsh, "zsh", "-n")
	fish, _ := completion("fish")
	check(fish, "fish", "-n")
	check(manPage(strace.Options()), "mandoc", "-Tlint", "-Werror")
	check(manPage(strace.Options()), "groff", "-man", "-ww", "-z")
}

// TestHelpFits: the usage text fits a terminal of 80 columns.
func TestHelpFits(t *testing.T) {
	for line := range strings.Lines(helpText()) {
		if n := len(strings.TrimSuffix(line, "\n")); n >= 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

// TestHints: for an option that plait lacks, a hint names the one to use.
func TestHints(t *testing.T) {
	for line, want := range map[string]string{
		"-k ls":                       "-w N shows the stack; strace has it: plait --as strace -k",
		"-P x ls":                     "strace has it: plait --as strace -P",
		"-fz ls":                      "strace has it: plait --as strace -z",
		"-q ls":                       "strace has it: plait --as strace -q",
		"--quiet=exit ls":             "strace has it: plait --as strace --quiet",
		"--fromat=jsonl ls":           "did you mean --format?",
		"--frobnicate ls":             listHint,
		"-e trace=malloc ls":          "malloc is a function of a library: -e malloc",
		"-e trace=opnat ls":           "did you mean openat?",
		"-e trace=read,%fil ls":       "did you mean %file?",
		"-e signal=SIGTREM ls":        "did you mean SIGTERM?",
		"--signal=frob ls":            "",
		"--signal=KIL ls":             "did you mean SIGKILL?",
		"--signal=!hpu,int ls":        "did you mean SIGHUP?",
		"--syscall-limit=3 ls":        "--limit=N counts calls of both kinds; strace has it: plait --as strace --syscall-limit",
		"--limt=3 ls":                 "did you mean --limit?",
		"-e trace=frobnicate_that ls": "a set is names, numbers, %classes or /expressions/ with commas, or ! and those not to trace",
	} {
		o, err := parse(strings.Fields(line))
		if err == nil {
			err = o.check()
		}
		usage, ok := errors.AsType[cli.UsageError](err)
		if !ok || usage.Hint != want {
			t.Errorf("%s: %v, hint %q, not %q", line, err, usage.Hint, want)
		}
	}
}

// TestBashCompletes completes arguments that are one of a few words, in a bash without
// the package bash-completion.
func TestBashCompletes(t *testing.T) {
	clitest.Need(t, "bash")
	script, err := completion("bash")
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"plait --color = a":              "auto always",
		"plait --color =":                "auto always never",
		"plait --format j":               "jsonl",
		"plait --as s":                   "strace",
		"plait --signal SIGT":            "SIGTRAP SIGTERM SIGTSTP SIGTTIN SIGTTOU",
		"plait --trace = openat":         "openat openat2",
		"plait -e trace = openat":        "openat openat2",
		"plait -e signal = SIGTT":        "SIGTTIN SIGTTOU",
		"plait --filter = trace = %mem":  "%memory",
		"plait --trace %mem":             "%memory",
		"plait --form":                   "--format",
		"plait --color = auto -S ls /et": "/etc",
	} {
		words := strings.Fields(line)
		cmd := exec.Command("bash", "--norc", "-c", script+`
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _plait; echo "${COMPREPLY[*]}"`, "bash")
		cmd.Args = append(cmd.Args, words...)
		out, err := cmd.CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != want {
			t.Errorf("%s: %q (%v), not %q", line, got, err, want)
		}
	}
}

// TestManual: the manual has the sections that a manual must have.
func TestManual(t *testing.T) {
	page := manPage(strace.Options())
	for _, section := range []string{"FILES", "ENVIRONMENT", "EXAMPLES", "\"EXIT STATUS\"", "\"SEE ALSO\""} {
		if strings.Count(page, ".SH "+section+"\n") != 1 {
			t.Errorf("no section %s", section)
		}
	}
	for _, word := range []string{"/.cache/plait", "NO_COLOR", "XDG_CACHE_HOME"} {
		if !strings.Contains(page, word) {
			t.Errorf("nothing of %s", word)
		}
	}
}
