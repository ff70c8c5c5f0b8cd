package jsonl

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plait/event"
)

// documented returns the members that docs/JSONL.md describes: of each kind of record
// by its name, of a call as "call", of a frame as "frame", of values as "value".
func documented(t *testing.T) map[string]map[string]bool {
	t.Helper()
	text, err := os.ReadFile("../../docs/JSONL.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := map[string]map[string]bool{"frame": {}, "call": {}, "value": {}}
	word := regexp.MustCompile("`([a-z_0-9]+)`")
	member := regexp.MustCompile(`"([a-z0-9]+)":`)
	section := ""
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		switch {
		case strings.HasPrefix(line, "| `t`"), strings.HasPrefix(line, "| member"), strings.HasPrefix(line, "| what |"):
			section = strings.Fields(cells[1])[0]
		case strings.HasPrefix(line, "A frame has"):
			add(doc["frame"], word.FindAllStringSubmatch(line, -1))
		case len(cells) < 3 || strings.HasPrefix(line, "|--"):
		case section == "`t`":
			kind := strings.Trim(cells[1], " `")
			doc[kind] = map[string]bool{}
			inParens := regexp.MustCompile(`\([^)]*\)`) // the values of a member
			if kind != "exit" {
				cells[3] = inParens.ReplaceAllString(cells[3], "")
			}
			add(doc[kind], word.FindAllStringSubmatch(strings.Split(cells[3], ";")[0], -1))
		case section == "member":
			add(doc["call"], word.FindAllStringSubmatch(cells[1], -1))
		case section == "what":
			add(doc["value"], member.FindAllStringSubmatch(cells[2], -1))
			add(doc["value"], word.FindAllStringSubmatch(cells[2], -1))
		}
	}
	return doc
}

func add(to map[string]bool, words [][]string) {
	for _, w := range words {
		to[w[1]] = true
	}
}

// everything returns a trace that has all members of all records.
func everything(t *testing.T) string {
	t.Helper()
	frames := []event.Caller{{Addr: 1, Object: "o", Symbol: "s", Offset: 1, Source: "f", Line: 1}}
	full := &event.Call{ID: 1, Parent: 2, Origin: 3, Kind: event.System, Object: "o", From: "f", Name: "n", Version: "v", ABI: "32",
		Args: []event.Arg{{Name: "a", Value: everyValue, Addr: 1, Guess: true}}, Guess: true, MoreArgs: true, ResultGuess: true, Caller: 1, Failed: true, Words: []uint64{1}, Raw: true, Stack: frames}
	return trace(t,
		&event.Return{Head: at(0, 1, 0), Call: full, Result: event.Pointee{Addr: 1}, Errno: event.Errno{Num: 1, Name: "EPERM"}, Word: 1, HasWord: true, Work: 1, Explanation: event.Explanation{Text: "t", Manual: "m(2)"}},
		&event.Signal{Head: at(0, 1, 0), Name: "SIGINT", Info: event.Record{}, Stack: frames},
		&event.Stopped{Head: at(0, 1, 0), Name: "SIGSTOP"},
		&event.Spawn{Head: at(0, 1, 0), Path: "p"},
		&event.Exec{Head: at(0, 1, 0), FormerTID: 1},
		&event.Load{Head: at(0, 1, 0), Path: "/x", Soname: "x", BuildID: "ab", Base: 1, Lo: 2, Hi: 3, Main: true},
		&event.Exit{Head: at(0, 1, 0)},
		&event.Exit{Head: at(0, 1, 0), Signal: "SIGINT", Core: true},
		&event.Exit{Head: at(0, 1, 0), NewTID: 1},
		&event.Detach{Head: at(0, 1, 0)},
		&event.Notice{Head: at(0, 1, 0), Text: "t"},
		&event.Enter{Head: at(0, 1, 0), Call: full},
	)
}

// seen returns the members of a trace that has them all, by the same names.
func seen(t *testing.T) map[string]map[string]bool {
	t.Helper()
	text := everything(t)
	s := map[string]map[string]bool{"frame": {}, "value": {}}
	for line := range strings.Lines(text) {
		var r map[string]any
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		kind := r["t"].(string)
		for key := range r {
			if !slices.Contains([]string{"t", "host", "ts", "pid", "tid"}, key) {
				insert(s, kind, key)
			}
		}
		if kind == "call" {
			collect(s["value"], r["args"].([]any)[0].(map[string]any)["value"])
			collect(s["frame"], r["stack"])
		}
	}
	return s
}

func insert(s map[string]map[string]bool, kind, key string) {
	if s[kind] == nil {
		s[kind] = map[string]bool{}
	}
	s[kind][key] = true
}

// collect collects the names of all members of a value, except those of a struct.
func collect(into map[string]bool, v any) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			collect(into, item)
		}
	case map[string]any:
		for key, inner := range v {
			into[key] = true
			if key != "struct" {
				collect(into, inner)
			}
		}
	}
}

// everyValue has a value of each kind with all members that it can have.
var everyValue = event.List{Cut: true, Rest: 1, Items: []event.Value{
	event.Float{Text: "nan"},
	event.Pointer{Addr: 1, Symbol: "s", Region: "r", Stream: &event.FD{}},
	event.Str{Text: "a", Cut: true},
	event.Str{Text: "\xff"},
	event.Name{Name: "n"},
	event.Flags{},
	event.List{Set: true, Not: true},
	event.Record{Cut: true},
	event.Unreadable{Addr: 1},
	event.Pointee{Addr: 1},
	event.FD{Num: -100, Cwd: true, Path: "p", Device: "d", Deleted: true, Description: "a"},
	event.PID{Num: 1, Comm: "c", Outer: 1},
	event.Change{},
	event.Note{Text: "t", Brief: "b", Extra: event.Int{}, Remaining: event.Int{}},
	event.Verbatim{Text: "t"},
}}

// notMembers are words of the table of values that are no members.
var notMembers = []string{"stack", "heap", "main", "true", "false", "errno"}

// TestDocumented: docs/JSONL.md describes every member of every kind of record and
// value, and no other.
func TestDocumented(t *testing.T) {
	doc, got := documented(t), seen(t)
	for _, kind := range []string{"meta", "call", "signal", "stopped", "spawn", "exec", "exit", "detach", "notice", "end", "frame", "value"} {
		if doc[kind] == nil {
			t.Errorf("docs/JSONL.md does not tell of %s", kind)
		}
		for key := range got[kind] {
			if !doc[kind][key] && (kind != "call" || key != "") {
				t.Errorf("docs/JSONL.md: %s has a member %s", kind, key)
			}
		}
		for key := range doc[kind] {
			if !got[kind][key] && !(kind == "value" && slices.Contains(notMembers, key)) {
				t.Errorf("docs/JSONL.md: %s has no member %s", kind, key)
			}
		}
	}
	for key := range got["enter"] {
		if !doc["call"][key] {
			t.Errorf("docs/JSONL.md: enter has a member %s, a call has not", key)
		}
	}
}

// TestInOrder: the members of a call come in the order in which docs/JSONL.md describes
// them.
func TestInOrder(t *testing.T) {
	text, err := os.ReadFile("../../docs/JSONL.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| member |")
	table, _, _ = strings.Cut(table, "\n\n")
	var order []string
	for line := range strings.Lines(table) {
		for _, w := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(strings.Split(line, "|")[min(1, strings.Count(line, "|"))], -1) {
			order = append(order, w[1])
		}
	}
	full := &event.Call{ID: 1, Parent: 2, Origin: 3, Object: "o", From: "f", Name: "n", Version: "v", ABI: "32", Kind: event.System,
		Guess: true, MoreArgs: true, ResultGuess: true, Caller: 1, Failed: true, Words: []uint64{1}, Raw: true, Stack: []event.Caller{{Addr: 1}}}
	line := trace(t, &event.Return{Head: at(0, 1, 0), Call: full, Result: event.Pointee{Addr: 1}, Errno: event.Errno{Num: 1, Name: "EPERM"}, Word: 1, HasWord: true, Work: 1, Explanation: event.Explanation{Text: "t", Manual: "m(2)"}})
	_, line, _ = strings.Cut(line, "\n")
	last := 0
	for _, key := range order {
		at := strings.Index(line, `"`+key+`":`)
		if at < last {
			t.Errorf("%s is not behind those before it in docs/JSONL.md: %s", key, line)
		}
		last = at
	}
	if len(order) < 20 {
		t.Errorf("only %q", order)
	}
}
