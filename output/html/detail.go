package html

import (
	"cmp"
	"strconv"
	"strings"
	"unicode/utf8"

	"plait/event"
	"plait/output/calls"
	"plait/output/text"
	"plait/output/timeline"
)

// A detail is what is read of a row only when somebody looks at it.
type detail struct {
	Args    []string // name, value, name, value
	Result  string
	Errno   string
	Outcome string   // how it ended if it did not return
	Elapsed int64    // nanoseconds, without the tracer's work
	Stack   []string // the callers, innermost first
	event.Explanation
}

// append appends d as a JSON object. Members that say nothing are left out.
func (d *detail) append(b []byte) []byte {
	b = append(b, '{')
	start := len(b)
	b = appendList(b, start, "args", d.Args)
	b = appendText(b, start, "result", d.Result)
	b = appendText(b, start, "errno", d.Errno)
	b = appendText(b, start, "outcome", d.Outcome)
	if d.Elapsed != 0 {
		b = strconv.AppendInt(appendKey(b, start, "elapsed"), d.Elapsed, 10)
	}
	b = appendList(b, start, "stack", d.Stack)
	b = appendText(b, start, "explanation", d.Text)
	b = appendText(b, start, "manual", d.Manual)
	return append(b, '}')
}

func appendKey(b []byte, start int, key string) []byte {
	if len(b) > start {
		b = append(b, ',')
	}
	b = append(b, '"')
	b = append(b, key...)
	return append(b, '"', ':')
}

func appendText(b []byte, start int, key, value string) []byte {
	if value == "" {
		return b
	}
	return appendString(appendKey(b, start, key), value)
}

func appendList(b []byte, start int, key string, list []string) []byte {
	if len(list) == 0 {
		return b
	}
	b = append(appendKey(b, start, key), '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	return append(b, ']')
}

const hexDigits = "0123456789abcdef"

// appendString appends a string of JSON.
func appendString(b []byte, s string) []byte {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\ufffd")
	}
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// bare returns the name of a system call without the mark that text gives it: on the page
// its colour and place tell.
func bare(name string) string { return strings.TrimPrefix(name, text.SystemPrefix) }

// isEndOf reports whether an event is the end of a call.
func isEndOf(r *event.Return, c *timeline.Call) bool { return calls.ID(r.Call) == c.ID }

func bitsOf(r *event.Return) (bits int) {
	for _, is := range []struct {
		so  bool
		bit int
	}{
		{r.Call.Failed, failed},
		{r.Outcome != event.Returned, unfinished},
		{r.Call.Origin != 0, inherited},
		{calls.IsLoader(r.Call.From), ofLoader},
		{r.Call.Guess, guessed},
	} {
		if is.so {
			bits |= is.bit
		}
	}
	return bits
}

// withoutReturn returns the detail of a call of which no return was seen.
func withoutReturn(c *timeline.Call, result timeline.Pairs) detail {
	d := detail{Args: flat(c.Args), Outcome: "no return was seen"}
	for _, p := range result {
		if p.Name == "outcome" {
			d.Outcome = p.Value
		}
	}
	return d
}

func flat(pairs timeline.Pairs) (list []string) {
	for _, p := range pairs {
		list = append(list, p.Name, p.Value)
	}
	return list
}

// outcomes are how calls end that do not return.
var outcomes = [...]string{
	event.Returned: "", event.Longjmp: "left by longjmp", event.Unwound: "unwound", event.NoReturn: "never returned",
	event.Detached: "plait detached", event.Unavailable: "result unavailable",
}

func (f *form) detailOf(r *event.Return) detail {
	d := detail{Args: f.args(r.Call), Outcome: outcomes[r.Outcome], Elapsed: int64(r.Elapsed), Stack: f.stack(r.Call.Stack)}
	d.Text, d.Manual = text.Escaped(r.Explanation.Text, f.look), text.Escaped(r.Explanation.Manual, f.look)
	if r.Outcome != event.Returned {
		return d
	}
	if _, void := r.Result.(event.Void); void {
		return d
	}
	d.Result = f.names.Value(r.Result, r.Call)
	if r.Call.ResultGuess && r.Call.Kind != event.System {
		d.Result += "?"
	}
	if r.Errno.Num != 0 {
		d.Errno = text.Escaped(reason(r.Errno), f.look)
	}
	return d
}

// reason returns an error as "ENOENT (No such file or directory)".
func reason(e event.Errno) string {
	s := cmp.Or(e.Name, "errno "+strconv.Itoa(e.Num))
	if e.Text != "" {
		s += " (" + e.Text + ")"
	}
	return s
}

// args returns names and values, as a line of text has them.
func (f *form) args(c *event.Call) (list []string) {
	for _, a := range c.Args {
		if _, pending := a.Value.(event.Pending); pending {
			continue
		}
		v := f.names.Value(a.Value, c)
		if (a.Guess || c.Guess) && c.Kind != event.System {
			v += "?"
		}
		list = append(list, text.Escaped(a.Name, f.look), v)
	}
	if c.MoreArgs {
		list = append(list, "", "...")
	}
	return list
}

// stack returns the frames, one string each.
func (f *form) stack(callers []event.Caller) (list []string) {
	for i := range callers {
		list = append(list, text.Escaped(frame(&callers[i], f.names.Symbol), f.look))
	}
	return list
}

func frame(c *event.Caller, symbol func(string) string) string {
	s := cmp.Or(symbol(c.Symbol), "0x"+strconv.FormatUint(c.Addr, 16))
	if c.Symbol != "" && c.Offset != 0 {
		s += "+0x" + strconv.FormatUint(c.Offset, 16)
	}
	switch {
	case c.Source != "":
		s += " (" + c.Source + ":" + strconv.Itoa(c.Line) + ")"
	case c.Object != "":
		s += " (" + c.Object + ")"
	}
	return s
}
