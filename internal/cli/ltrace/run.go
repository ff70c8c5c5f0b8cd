package ltrace

import (
	"fmt"
	"io"

	"plait/internal/cli"
	"plait/internal/cli/usage"
)

// Run runs plait with its own command line, or ltrace's. It returns the exit status.
// strace's options serve for the manual and for hints.
func Run(args []string, strace []usage.Group, crash *cli.Crash, stdout, stderr io.Writer) int {
	u := cli.NewUI(stderr, "plait")
	o, err := parseOptions(args, strace)
	if err != nil {
		return u.Fail(err)
	}
	if done, err := showInfo(stdout, o, strace); done || err != nil {
		return u.Fail(err)
	}
	if len(o.checked)+len(o.prototypes) > 0 {
		return showPrototypesOrErrors(&errWriter{Writer: stdout}, u, o)
	}
	if o.lesson {
		return teach(o, u, stdout)
	}
	if o.buildLessons != "" {
		return u.Fail(buildLessons(o.buildLessons))
	}
	if err := o.check(); err != nil {
		return u.Fail(err)
	}
	if o.replay != "" {
		return replay(o, u, stdout, stderr)
	}
	return trace(o, u, crash, stdout, stderr)
}

// showPrototypesOrErrors does --prototypes and --check-config.
func showPrototypesOrErrors(w *errWriter, u *cli.UI, o *options) int {
	status := 0
	if len(o.checked) > 0 {
		status = checkConfig(w, o.checked)
	} else {
		status = showPrototypes(w, u, o)
	}
	return max(status, u.Fail(w.err))
}

// showInfo writes what the user asked about plait itself. It reports whether there
// was such a request.
func showInfo(w io.Writer, o *options, strace []usage.Group) (done bool, err error) {
	switch {
	case o.help:
		_, err = io.WriteString(w, helpText())
	case o.version:
		_, err = fmt.Fprintf(w, "plait %s\n", cli.Version())
	case o.debug == "h":
		_, err = io.WriteString(w, cli.DebugHelp())
	case o.man:
		_, err = io.WriteString(w, manPage(strace))
	case o.table:
		_, err = io.WriteString(w, usage.Table(optionGroups()))
	case o.completion != "":
		var script string
		if script, err = completion(o.completion); err == nil {
			_, err = io.WriteString(w, script)
		}
	default:
		return false, nil
	}
	return true, err
}

// An errWriter keeps the first error of its writer.
type errWriter struct {
	io.Writer
	err error
}

func (w *errWriter) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if w.err == nil {
		w.err = err
	}
	return n, err
}
