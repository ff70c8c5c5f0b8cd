package narrow

import (
	"path"

	"plait/event"
)

// A Redaction says what is taken out of events that are given away. Of what is taken out
// it remains visible that there was something.
type Redaction struct {
	Strings bool // texts and data, but for paths
	Paths   bool // names of files
	Env     bool // environment variables
}

// New returns a sink that passes on to s events without what is to be taken out.
func (r Redaction) New(s event.Sink) event.Sink {
	return &sink{Sink: s, change: &r, origin: true}
}

// envCalls are the calls whose texts are environment variables.
var envCalls = map[string]bool{
	"getenv": true, "secure_getenv": true, "__secure_getenv": true, "setenv": true, "putenv": true, "unsetenv": true,
}

// envArgs are the names of arguments that are environments.
var envArgs = map[string]bool{"env": true, "envp": true, "environ": true}

func (r *Redaction) value(c *event.Call, v event.Value) (event.Value, bool) {
	all := r.Env && c != nil && envCalls[c.Name]
	return r.redact(v, all)
}

// arg is value for an argument, whose name may tell what it is.
func (r *Redaction) arg(c *event.Call, a *event.Arg) (event.Value, bool) {
	if r.Env && envArgs[a.Name] {
		return r.redact(a.Value, true)
	}
	return r.value(c, a.Value)
}

// redact takes texts out of a value; with all, whatever they are.
func (r *Redaction) redact(v event.Value, all bool) (event.Value, bool) {
	switch x := v.(type) {
	case event.Str:
		if x.Text == "" || !all && (x.Path && !r.Paths || !x.Path && !r.Strings) {
			return v, false
		}
		x.Text, x.Cut, x.Path = "", true, false
		return x, true
	case event.FD:
		if !r.Paths || x.Path == "" && x.Description == "" {
			return v, false
		}
		return event.FD{Num: x.Num, Cwd: x.Cwd}, true
	case event.Pointer:
		if !r.Paths || x.Stream == nil {
			return v, false
		}
		x.Stream = nil
		return x, true
	case event.Verbatim:
		if !r.Strings || x.Data == "" {
			return v, false
		}
		return event.Str{Cut: true}, true
	}
	return inside(v, func(v event.Value) (event.Value, bool) { return r.redact(v, all) })
}

// stack takes out the folders of files.
func (r *Redaction) stack(frames []event.Caller) ([]event.Caller, bool) {
	if !r.Paths || len(frames) == 0 {
		return frames, false
	}
	redacted := append([]event.Caller(nil), frames...)
	for i := range redacted {
		f := &redacted[i]
		f.Object, f.Source = base(f.Object), base(f.Source)
	}
	return redacted, true
}

// base returns the last element of a path.
func base(name string) string {
	if name == "" {
		return ""
	}
	return path.Base(name)
}

func (r *Redaction) dumps(dumps []event.Dump) ([]event.Dump, bool) {
	if !r.Strings || len(dumps) == 0 {
		return dumps, false
	}
	return nil, true
}

func (r *Redaction) rest(e event.Event) event.Event {
	if !r.Paths {
		return e
	}
	switch x := e.(type) {
	case *event.Exec:
		redacted := *x
		redacted.Path = base(x.Path)
		return &redacted
	case *event.Load:
		redacted := *x
		redacted.Path = base(x.Path)
		return &redacted
	case *event.Region:
		redacted := *x
		redacted.Path = base(x.Path)
		return &redacted
	}
	return e
}
