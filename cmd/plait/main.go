// Of how much of the processors plait may use, Go's runtime would keep two files of
// the control group open, to look at them again and again.
//
//go:debug containermaxprocs=0
//go:debug updatemaxprocs=0
package main

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

// What plait exits with if not with the status of the command it ran.
const (
	statusUsage     = 1   // the command line was wrong, or tracing could not begin
	statusFault     = 2   // a mistake of plait's own ended the tracing
	statusNoRun     = 126 // the command was found and could not be run
	statusNotFound  = 127 // the command was not found
	statusSignalled = 128 // plus the signal: the command was killed and we survived it
)

func main() {
	tendHeap()
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the program. The command inherits this process's own descriptors;
// stdout and stderr are for what plait itself writes.
func run(args []string, _ io.Reader, stdout, stderr io.Writer) int {
	fate := foresee()
	if rest, ok := asStrace(args); ok {
		return runStrace(rest, fate, stdout, stderr)
	}
	u := &ui{stderr, "plait"}
	o, err := parseOptions(args)
	if err != nil {
		return u.fail(err)
	}
	if done, err := inform(stdout, o); done || err != nil {
		return u.fail(err)
	}
	if len(o.checked)+len(o.prototypes) > 0 {
		return look(&recalling{Writer: stdout}, u, o)
	}
	if err := o.check(); err != nil {
		return u.fail(err)
	}
	return trace(o, u, fate, stdout, stderr)
}

// look writes what prototypes are known, or what is wrong with files of them.
func look(w *recalling, u *ui, o *options) int {
	status := 0
	if len(o.checked) > 0 {
		status = checkConfig(w, o.checked)
	} else {
		status = showPrototypes(w, u, o)
	}
	return max(status, u.fail(w.err))
}

// inform writes what was asked about plait itself. It reports whether anything
// was.
func inform(w io.Writer, o *options) (done bool, err error) {
	switch {
	case o.help:
		_, err = io.WriteString(w, helpText())
	case o.version:
		_, err = fmt.Fprintf(w, "plait %s\n", version())
	case o.debug == "h":
		_, err = io.WriteString(w, debugHelp())
	case o.man:
		_, err = io.WriteString(w, manPage())
	case o.table:
		_, err = io.WriteString(w, markdownTable())
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

// release is the version of this source tree.
const release = "0.1.0"

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return release
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return release + " (" + s.Value[:12] + ", " + info.GoVersion + ")"
		}
	}
	return release + " (" + info.GoVersion + ")"
}
