package ltrace

import (
	"fmt"
	"io"

	"plait/internal/cli"
	"plait/internal/cli/usage"
)

// Run is the program with plait's own habits and ltrace's. What strace's
// options are it needs to know for the manual and for hints.
func Run(args []string, strace []usage.Group, crash *cli.Crash, stdout, stderr io.Writer) int {
	u := cli.NewUI(stderr, "plait")
	o, err := parseOptions(args, strace)
	if err != nil {
		return u.Fail(err)
	}
	if done, err := inform(stdout, o, strace); done || err != nil {
		return u.Fail(err)
	}
	if len(o.checked)+len(o.prototypes) > 0 {
		return look(&recalling{Writer: stdout}, u, o)
	}
	if err := o.check(); err != nil {
		return u.Fail(err)
	}
	return trace(o, u, crash, stdout, stderr)
}

// look writes what prototypes are known, or what is wrong with files of them.
func look(w *recalling, u *cli.UI, o *options) int {
	status := 0
	if len(o.checked) > 0 {
		status = checkConfig(w, o.checked)
	} else {
		status = showPrototypes(w, u, o)
	}
	return max(status, u.Fail(w.err))
}

// inform writes what was asked about plait itself. It reports whether anything
// was.
func inform(w io.Writer, o *options, strace []usage.Group) (done bool, err error) {
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
		_, err = io.WriteString(w, usage.Table(told()))
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

// A recalling writer knows the first error that it has met.
type recalling struct {
	io.Writer
	err error
}

func (r *recalling) Write(p []byte) (int, error) {
	n, err := r.Writer.Write(p)
	if r.err == nil {
		r.err = err
	}
	return n, err
}
