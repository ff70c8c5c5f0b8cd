package recording

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"plait/event"
)

const protoFile = "../docs/recording.proto"

// A schema is what docs/recording.proto says: the types of the fields of each message.
type schema map[string]map[string]string

var (
	messageLine = regexp.MustCompile(`^message (\w+) \{(\})?$`)
	fieldLine   = regexp.MustCompile(`^ +(?:repeated )?(\w+) (\w+) = \d+[ ;]`)
)

func readSchema(t *testing.T) schema {
	t.Helper()
	text, err := os.ReadFile(protoFile)
	if err != nil {
		t.Fatal(err)
	}
	s, current := schema{}, ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if m := messageLine.FindStringSubmatch(line); m != nil {
			current = m[1]
			s[current] = map[string]string{}
		} else if m := fieldLine.FindStringSubmatch(line); m != nil {
			s[current][m[2]] = m[1]
		}
	}
	return s
}

// protoc returns a message as protoc shows it by the .proto file.
func protoc(t *testing.T, message string, b []byte) string {
	t.Helper()
	if _, err := exec.LookPath("protoc"); err != nil {
		if os.Getenv("PLAIT_REQUIRE") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	cmd := exec.Command("protoc", "--proto_path=../docs", "--decode=plait.recording."+message, protoFile)
	cmd.Stdin = bytes.NewReader(b)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("protoc: %v", err)
	}
	return string(out)
}

// mark notes which fields of which messages a text of protoc has.
func (s schema) mark(t *testing.T, seen map[string]bool, message, text string) {
	t.Helper()
	open := []string{message}
	for line := range strings.Lines(text) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		name = strings.TrimSuffix(name, ":")
		in := open[len(open)-1]
		switch {
		case name == "}":
			open = open[:len(open)-1]
			continue
		case s[in][name] == "":
			t.Fatalf("%s: %s has no such field", line, in)
		case rest == "{":
			open = append(open, s[in][name])
		}
		seen[in+"."+name] = true
	}
}

// TestProto: what is written is what docs/recording.proto says, to its last field.
func TestProto(t *testing.T) {
	s, seen := readSchema(t), map[string]bool{}
	for seed := range uint64(12) {
		m := &maker{Rand: rand.New(rand.NewPCG(seed, 5)), full: true}
		c := newEncoder()
		c.first = 1
		enter := m.anEvent(eventTypes[0]).(*event.Enter)
		enter.Time = time.Unix(0, 1<<40)
		c.add(enter)
		begun := enter.Call.Args[0]
		enter.Call.Args = append(enter.Call.Args, begun)
		c.add(&event.Return{Head: enter.Head, Call: enter.Call})
		for _, kind := range eventTypes {
			c.add(m.anEvent(kind))
		}
		s.mark(t, seen, "Block", protoc(t, "Block", c.out))
	}
	m := &maker{Rand: rand.New(rand.NewPCG(1, 5)), full: true}
	var h Header
	m.fill(reflect.ValueOf(&h).Elem())
	s.mark(t, seen, "Header", protoc(t, "Header", marshal(func(c *codec) { c.headerFields(&h) })))
	x := index{[]uint64{1}, []uint64{2}, []uint64{3}, 4, 5}
	s.mark(t, seen, "Index", protoc(t, "Index", marshal(func(c *codec) { c.indexFields(&x) })))
	e := end{1, 2}
	s.mark(t, seen, "End", protoc(t, "End", marshal(func(c *codec) { c.endFields(&e) })))
	for message, fields := range s {
		for field := range fields {
			if !seen[message+"."+field] {
				t.Errorf("%s.%s is in %s and was not written", message, field, protoFile)
			}
		}
	}
}

// TestProtoTypes: numbers mean what docs/recording.proto says.
func TestProtoTypes(t *testing.T) {
	c := newEncoder()
	head := event.Head{Time: time.Unix(0, 77), PID: 5, TID: 6, Depth: 2, Number: -1, IP: 0x7f0000401136}
	call := &event.Call{ID: 9, Kind: event.System, Name: "read", Number: 3, Args: []event.Arg{{Name: "fd", Value: event.Int{Bits: 1<<64 - 5, Size: 4, Signed: true, Base: event.Hex}}}}
	c.add(&event.Enter{Head: head, Call: call})
	c.add(&event.Return{Head: head, Call: call, Outcome: event.Detached, Elapsed: -3, Work: 4, Result: event.Float{F: 1, Size: 8}})
	text := protoc(t, "Block", c.out)
	for _, want := range []string{
		"start: 77\n", `texts: "read"`, "bases: 8323072\n", "pid: 5\n", "tid: 6\n", "kind: SYSTEM\n", "number: 3\n", "depth: 2\n", "number: -1\n",
		"ip: 20975926\n", "id: 9\n", "bits: -5\n", "size: 4\n", "signed: true\n", "base: HEX\n", "outcome: DETACHED\n", "elapsed: -3\n", "work: 4\n",
		"bits: 4607182418800017408\n", "changes: true\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}
