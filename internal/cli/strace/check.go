package strace

import (
	"plait/output/text"
)

const summaryOptions = "(-c/--summary-only or -C/--summary)"

// check finds contradictory options, warns of those without effect, and merges
// options that were given by their short and long forms. The order is strace's: only
// the first error is reported.
func (o *options) check() error {
	for _, check := range []func() error{
		o.checkReplay, o.checkTarget, o.checkDaemon, o.checkForms, o.checkFollow, o.checkTable, o.checkQuiet, o.checkOutput,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (o *options) checkTarget() error {
	if len(o.command) == 0 && len(o.pids) == 0 && o.replay == "" {
		return dieHelp("must have PROG [ARGS] or -p PID")
	}
	if len(o.command) == 0 && o.argv0Set {
		return dieHelp("PROG [ARGS] must be specified with --argv0")
	}
	if len(o.pids) > 0 && o.killOnExit {
		return dieHelp("--kill-on-exit and -p/--attach are mutually exclusive options")
	}
	return nil
}

// maxDaemon is the highest level of -D.
const maxDaemon = 3

func (o *options) checkDaemon() error {
	switch {
	case o.daemon > 0 && o.daemonLong > 0:
		return die("-D and --daemonize cannot be provided simultaneously")
	case o.daemon+o.daemonLong > 0 && len(o.command) == 0:
		return dieHelp("PROG [ARGS] must be specified with -D/--daemonize")
	case o.daemon > maxDaemon:
		return dieHelp("Too many -D's (%d), maximum supported -D count is %d", o.daemon, maxDaemon)
	}
	o.daemon += o.daemonLong
	return nil
}

// checkForms merges options whose letters are counted with their long forms.
func (o *options) checkForms() error {
	switch {
	case o.clockShort > 0 && o.clockLong:
		return die("-t and --absolute-timestamps cannot be provided simultaneously")
	case o.hexShort > 0 && o.hexLong:
		return die("-x and --strings-in-hex cannot be provided simultaneously")
	case o.decodeShort > 0 && o.decodeLong:
		return die("-y and --decode-fds cannot be provided simultaneously")
	}
	switch o.clockShort {
	case 0:
	case 1:
		o.clock, o.clockDigits = text.Seconds, 0
	case 2:
		o.clock, o.clockDigits = text.Seconds, 6
	default:
		o.clock, o.clockDigits = text.UnixEpoch, 6
	}
	switch o.hexShort {
	case 0:
	case 1:
		o.hex = text.HexNonASCII
	default:
		o.hex = text.HexAll
	}
	switch o.decodeShort {
	case 0:
	case 1:
		o.decode = decodePath
	default:
		o.decode = decodeAll
	}
	return nil
}

func (o *options) checkFollow() error {
	if o.seccomp && o.detachOnExec {
		o.seccomp = false
		o.ui.Say("--seccomp-bpf is not enabled because it is not compatible with -b")
	}
	if o.seccomp && o.limit > 0 {
		o.seccomp = false
		o.ui.Say("--seccomp-bpf is not enabled because it is not compatible with --syscall-limit")
	}
	switch {
	case o.follow > 0 && o.followLong:
		return die("-f and --follow-forks cannot be provided simultaneously")
	case o.follow > 1 && o.separately:
		return die("-ff and --output-separately cannot be provided simultaneously")
	}
	if o.followLong {
		o.follow = 1
	}
	switch {
	case o.followOld && o.follow > 0:
		o.ui.Say("deprecated option -F ignored")
	case o.followOld:
		o.ui.Say("option -F is deprecated, please use -f/--follow-forks instead")
		o.follow = 1
	}
	o.separately = o.separately || o.follow > 1
	o.checkSeccomp()
	return nil
}

func (o *options) checkSeccomp() {
	if !o.seccomp {
		return
	}
	if len(o.pids) > 0 && len(o.command) == 0 {
		o.ui.Say("--seccomp-bpf is not enabled for processes attached with -p")
	}
	if o.follow == 0 {
		o.seccomp = false
		o.ui.Say("--seccomp-bpf cannot be used without -f/--follow-forks, disabling")
		return
	}
	if o.calls.All() {
		o.ui.Say("Seccomp filter is requested but there are no syscalls to filter.  See -e trace to filter syscalls.")
	}
}

func (o *options) checkTable() error {
	switch {
	case o.separately && o.counting():
		return dieHelp("%s and -ff/--output-separately are mutually exclusive", summaryOptions)
	case o.wall && !o.counting():
		return dieHelp("-w/--summary-wall-clock must be given with %s", summaryOptions)
	case o.columnsSet && !o.counting():
		return dieHelp("-U/--summary-columns must be given with %s", summaryOptions)
	}
	if o.sortSet && !o.counting() {
		o.ui.Say("-S/--summary-sort-by has no effect without %s", summaryOptions)
	}
	if o.countOnly {
		o.warnNoEffect()
	}
	return nil
}

// warnNoEffect warns of options about lines if no lines are written.
func (o *options) warnNoEffect() {
	for _, w := range []struct {
		given  bool
		option string
	}{
		{o.ip, "-i/--instruction-pointer"},
		{o.stack, "-k/--stack-trace"},
		{o.number, "-n/--syscall-number"},
		{o.argNames, "-N/--arg-names"},
		{o.relative, "-r/--relative-timestamps"},
		{o.clock != text.NoClock, "-t/--absolute-timestamps"},
		{o.elapsed, "-T/--syscall-times"},
		{o.decode != 0, "-y/--decode-fds"},
	} {
		if w.given {
			o.ui.Say("%s has no effect with -c/--summary-only", w.option)
		}
	}
}

func (o *options) checkQuiet() error {
	if o.quietShort > 0 && o.quietLong {
		return die("-q and -e quiet/--quiet cannot be provided simultaneously")
	}
	o.quietPaths = o.quiet&quietPaths != 0 // not -q, which strace looks at too late for that
	switch o.quietShort {
	case 0:
	case 1:
		o.quiet = quietAttach | quietPersonality
	case 2:
		o.quiet = quietAttach | quietPersonality | quietExit
	default:
		o.quiet = quietAll
	}
	if o.statusOptions > 1 {
		o.ui.Say("Only the last of -z/--successful-only/-Z/--failed-only options will take effect. See status qualifier for more complex filters.")
	}
	return nil
}

// piped reports whether a command reads the trace.
func (o *options) piped() bool {
	return o.output != "" && (o.output[0] == '|' || o.output[0] == '!')
}

func (o *options) checkOutput() error {
	switch {
	case o.separately && o.piped():
		return dieHelp("piping the output and -ff/--output-separately are mutually exclusive")
	case !o.outputSet && o.append:
		o.ui.Say("-A/--output-append-mode has no effect without -o/--output")
	}
	if !o.outputSet && o.separately {
		if o.follow == 0 {
			o.ui.Say("--output-separately has no effect without -o/--output")
		}
		o.separately = false
	}
	if o.outputSet && len(o.command) > 0 && o.quietShort == 0 && !o.quietLong {
		o.quiet = quietAttach | quietPersonality
	}
	return nil
}
