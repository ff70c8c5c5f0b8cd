package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// A traceRecord is any record of a trace in JSON Lines. It has what docs/JSONL.md
// describes, except values.
type traceRecord struct {
	T          string
	TS, Dur    int64
	Plait      string
	Host       any
	Work       int64
	PID, TID   int
	Schema     int
	Argv       []any
	Start      string
	ID, Parent uint64
	Origin     uint64
	Depth      int
	Kind       string
	Name       any
	Version    any
	Object     any
	From       any
	NR         *int
	ABI        string
	Caller     string
	Args       []struct {
		Name  string
		Value any
		Ptr   string
		Guess bool
	}
	Raw           []string
	Ret           any
	RetPtr        string `json:"ret_ptr"`
	RV            *int64
	RetGuess      bool `json:"ret_guess"`
	Errno         string
	Failed        bool
	Outcome       string
	Guess, More   bool
	Stack         []traceFrame
	Signal        string
	Number        int
	Info          any
	How           string
	ChildPID      int `json:"child_pid"`
	ChildTID      int `json:"child_tid"`
	Path          any
	FormerTID     int `json:"former_tid"`
	Process, Core bool
	Status        *int
	Into          int
	Text          string
	Soname        any
	BuildID       string `json:"build_id"`
	Base, Lo, Hi  string
	Main          bool
}

type traceFrame struct {
	Addr   string
	Object any
	Symbol any
	Offset uint64
	File   any
	Line   int
}

// schemaFile describes the records of a trace in JSON Lines.
const schemaFile = "../../docs/jsonl.schema.json"

// checkRecords checks that a trace in JSON Lines is as the schema says, and consistent: IDs
// are unique, a call lies within the one around it, and everything that appeared has ended.
func checkRecords(text string) error {
	schema, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		return err
	}
	c := &recordCheck{schema: schema, calls: map[uint64]traceRecord{}, begun: map[uint64]traceRecord{}, over: map[int]bool{}, open: map[int]int{}, pids: map[int]bool{}}
	for line := range strings.Lines(text) {
		if err := c.line(line); err != nil {
			return fmt.Errorf("%w: %s", err, line)
		}
	}
	if c.last != "end" {
		return fmt.Errorf("the last record is %q", c.last)
	}
	for tid, pid := range c.open {
		if len(c.pids) == 1 && !c.pids[pid] {
			continue // with -ff, another file has it
		}
		return fmt.Errorf("thread %d has appeared and not ended", tid)
	}
	for id, b := range c.begun {
		return fmt.Errorf("call %d has begun and not ended: %v", id, b.Name)
	}
	for _, r := range c.calls {
		if err := c.around(r); err != nil {
			return fmt.Errorf("%w: %+v in %+v", err, r, c.calls[r.Parent])
		}
	}
	return nil
}

// A recordCheck is what was seen of a trace so far.
type recordCheck struct {
	schema *jsonschema.Schema

	last  string
	calls map[uint64]traceRecord
	begun map[uint64]traceRecord // and have not ended
	open  map[int]int            // threads, and their processes
	pids  map[int]bool           // processes that there are records of
	over  map[int]bool
	// switches says that the program switches between stacks, so that calls end in
	// another order than that in which they began.
	switches bool
}

func (c *recordCheck) line(line string) error {
	if err := errors.Join(readable(line), onceEach(line), c.described(line)); err != nil {
		return err
	}
	var r traceRecord
	d := json.NewDecoder(strings.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return err
	}
	switch {
	case (c.last == "") != (r.T == "meta"):
		return errors.New("meta is not the first record, or not the only one")
	case c.last == "end":
		return errors.New("behind the end")
	}
	c.last = r.T
	return c.record(&r)
}

func (c *recordCheck) record(r *traceRecord) error {
	if r.TID != 0 && c.over[r.TID] && r.T != "spawn" {
		return fmt.Errorf("thread %d has ended before", r.TID)
	}
	if r.PID != 0 && r.T != "spawn" {
		c.pids[r.PID] = true
	}
	if r.TS < 0 || r.Dur < 0 {
		return errors.New("before the beginning")
	}
	switch r.T {
	case "spawn":
		if c.open[r.ChildTID] != 0 {
			return errors.New("it has appeared before")
		}
		c.open[r.ChildTID] = r.ChildPID
		delete(c.over, r.ChildTID) // the kernel uses numbers again
	case "exit", "detach":
		if c.open[r.TID] == 0 {
			return errors.New("it has not appeared")
		}
		delete(c.open, r.TID)
		c.over[r.TID] = true
	case "enter", "call":
		return c.call(r)
	}
	return nil
}

func (c *recordCheck) call(r *traceRecord) error {
	b, told := c.begun[r.ID]
	_, ended := c.calls[r.ID]
	switch {
	case r.ID == 0, ended, told && r.T == "enter":
		return errors.New("its number is not its own")
	case r.T == "enter":
		c.begun[r.ID] = *r
		return nil
	case told && (b.TS > r.TS || b.TID != r.TID || fmt.Sprint(b.Name) != fmt.Sprint(r.Name)):
		return fmt.Errorf("it began as %+v", b)
	case r.Origin == r.ID || r.Parent == r.ID:
		return errors.New("it is related to itself")
	}
	c.switches = c.switches || r.Name == "swapcontext"
	delete(c.begun, r.ID)
	c.calls[r.ID] = *r
	return nil
}

// described checks that a line is what the schema says.
func (c *recordCheck) described(line string) error {
	r, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
	if err != nil {
		return err
	}
	return c.schema.Validate(r)
}

// around checks that a call lies within its parent.
func (c *recordCheck) around(r traceRecord) error {
	p, ok := c.calls[r.Parent]
	switch {
	case r.Parent == 0 && r.Depth != 0:
		return errors.New("a call without parent is not outermost")
	case r.Parent == 0:
		return nil
	case !ok:
		return errors.New("its parent does not exist")
	case p.TID != r.TID || p.PID != r.PID:
		return errors.New("its parent is in another thread")
	case p.TS > r.TS || r.TS+r.Dur > p.TS+p.Dur:
		return errors.New("it is not in its parent")
	case p.Depth >= r.Depth, p.Depth != r.Depth-1 && !c.switches:
		return errors.New("it is not one deeper than its parent")
	}
	if o, ok := c.calls[r.Origin]; ok && fmt.Sprint(o.Name) != fmt.Sprint(r.Name) {
		return errors.New("its origin is another call")
	}
	return nil
}

// readable checks that a line could be shown on a terminal.
func readable(line string) error {
	if !utf8.ValidString(line) {
		return errors.New("no UTF-8")
	}
	for _, r := range strings.TrimSuffix(line, "\n") {
		if !unicode.IsPrint(r) {
			return fmt.Errorf("character %#x", r)
		}
	}
	return nil
}

// onceEach checks that no object has two members of one name.
func onceEach(line string) error {
	type level struct {
		object, named bool
		names         map[string]bool
	}
	levels := []level{{}}
	d := json.NewDecoder(bytes.NewReader([]byte(line)))
	for {
		token, err := d.Token()
		if err != nil {
			return nil // the end, or an error that another check reports
		}
		top := &levels[len(levels)-1]
		if token == json.Delim('}') || token == json.Delim(']') {
			levels = levels[:len(levels)-1]
			continue
		}
		if top.object && !top.named {
			name, _ := token.(string)
			if top.names[name] {
				return fmt.Errorf("two members %q", name)
			}
			top.names[name], top.named = true, true
			continue
		}
		top.named = false
		if token == json.Delim('{') || token == json.Delim('[') {
			levels = append(levels, level{object: token == json.Delim('{'), names: map[string]bool{}})
		}
	}
}
