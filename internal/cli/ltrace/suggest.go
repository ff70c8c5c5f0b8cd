package ltrace

import (
	"slices"
	"strings"

	"plait/arch"
	"plait/internal/cli/usage"
	"plait/proto"
	"plait/syscalls"
)

// ownSpelling maps options of strace to what plait's own command line has instead.
var ownSpelling = map[string]string{
	"k": "-w N shows the stack", "stack-trace": "-w N shows the stack", "stack-traces": "-w N shows the stack",
	"summary-only": "-c is --count", "columns": "-a is --align", "summary-wall-clock": "-c counts the time that passes",
	"follow-forks": "-f is --follow", "no-abbrev": "-v is --verbose", "syscall-limit": "--limit=N counts calls of both kinds",
}

// optionHint says what to use instead of an unknown option.
func optionHint(name string, strace []usage.Group) string {
	if near := nearOption(name); near != "" {
		return "did you mean --" + near + "?"
	}
	spelled := straceSpelling(name, strace)
	if spelled == "" {
		return listHint
	}
	hint := "strace has it: plait --as strace " + spelled
	if own := ownSpelling[name]; own != "" {
		hint = own + "; " + hint
	}
	return hint
}

// straceSpelling returns the option of that name as strace spells it; "" if there is
// none.
func straceSpelling(name string, strace []usage.Group) string {
	for _, g := range strace {
		for _, e := range g.Entries {
			for _, spelled := range []string{"-" + name, "--" + name} {
				if slices.Contains(e.Names, spelled) {
					return spelled
				}
			}
		}
	}
	return ""
}

// nearOption returns the long option that is closest to name.
func nearOption(name string) string {
	var names []string
	for _, opt := range optionList {
		if !opt.hidden {
			names = append(names, opt.name)
		}
	}
	return syscalls.Nearest(name, names)
}

// setHint says how to correct a set of system calls that has the error err.
func setHint(err error) string {
	const whole = "a set is names, numbers, %classes or /expressions/ with commas, or ! and those not to trace"
	name := quoted(err)
	table := syscalls.For(arch.Native, 0)
	if near := table.Near(name); near != "" {
		return "did you mean " + near + "?"
	}
	if name == "" || strings.ContainsAny(name, "%/!?@") {
		return whole
	}
	if call, ok := strings.CutPrefix(name, "SYS_"); ok {
		if _, ok := table.Number(call); ok {
			return "did you mean " + call + "?"
		}
	}
	database, _ := proto.Open(proto.Options{})
	if database.Lookup("", name) != nil {
		return name + " is a function of a library: -e " + name
	}
	return whole
}

func signalHint(err error) string {
	if near := syscalls.NearSignal(quoted(err)); near != "" {
		return "did you mean " + near + "?"
	}
	return ""
}

// quoted returns the word between quotes in the text of err.
func quoted(err error) string {
	_, rest, _ := strings.Cut(err.Error(), "'")
	word, _, _ := strings.Cut(rest, "'")
	return word
}
