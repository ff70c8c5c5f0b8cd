package jsonl

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"plait/bound"
	"plait/event"
)

const schemaFile = "../../docs/jsonl.schema.json"

func compileSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	s, err := c.Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSchemaStrict: a record that has a member which the schema does not have, on any
// level, is not valid. So no member can be added and forgotten in the schema.
func TestSchemaStrict(t *testing.T) {
	s := compileSchema(t)
	objects := 0
	for line := range strings.Lines(everything(t)) {
		r, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(r); err != nil {
			t.Fatalf("%v\n%s", err, line)
		}
		eachObject(r, func(o map[string]any) {
			objects++
			o["unknown"] = "x"
			if s.Validate(r) == nil {
				t.Errorf("valid: %v", o)
			}
			delete(o, "unknown")
		})
	}
	if objects < 40 {
		t.Errorf("only %d objects", objects)
	}
}

// eachObject calls do for v and all objects in it that have certain members: not for the
// members of structs.
func eachObject(v any, do func(map[string]any)) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			eachObject(item, do)
		}
	case map[string]any:
		do(v)
		for name, inner := range v {
			if fields, ok := inner.(map[string]any); ok && name == "struct" {
				for _, field := range fields {
					eachObject(field, do)
				}
				continue
			}
			eachObject(inner, do)
		}
	}
}

// TestSchemaDeep: values that lie deep in each other are checked in no time.
func TestSchemaDeep(t *testing.T) {
	s := compileSchema(t)
	v := event.Value(event.Int{})
	for i := range 2 * maxDepth {
		v = []event.Value{event.Note{Value: v}, event.Pointee{Addr: 1, Value: v}, event.Change{Before: v}, event.Pointee{Value: v}}[i%4]
	}
	bound.Input(t, func() {
		for line := range strings.Lines(trace(t, &event.Signal{Info: v})) {
			checkSchema(t, s, line)
		}
	})
}

// A definition is a schema within the schema, as far as the test reads it.
type definition struct {
	Ref        string `json:"$ref"`
	AllOf      []definition
	AnyOf      []definition
	OneOf      []definition
	Properties map[string]definition
	Items      *definition
	Defs       map[string]definition `json:"$defs"`
}

// membersOf returns the names of the members that an object of that definition may have.
func (d definition) membersOf(of definition) map[string]bool {
	members := map[string]bool{}
	for _, part := range of.AllOf {
		maps.Copy(members, d.membersOf(d.Defs[strings.TrimPrefix(part.Ref, "#/$defs/")]))
	}
	for name := range of.Properties {
		members[name] = true
	}
	return members
}

// TestSchemaDocumented: docs/JSONL.md and the schema have the same records and members.
func TestSchemaDocumented(t *testing.T) {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var d definition
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	doc := documented(t)
	doc["enter"] = maps.Clone(doc["call"])
	for _, name := range []string{"dur", "work", "ret", "ret_ptr", "rv", "errno", "failed", "outcome", "ret_guess", "explanation", "manual"} { // "not in enter"
		delete(doc["enter"], name)
	}
	got := map[string]map[string]bool{"frame": d.membersOf(*d.Defs["stack"].Items), "value": {}}
	for _, record := range d.OneOf {
		name := strings.TrimPrefix(record.Ref, "#/$defs/")
		got[name] = d.membersOf(d.Defs[name])
		for _, all := range []string{"t", "host", "ts", "pid", "tid"} {
			delete(got[name], all)
		}
	}
	maps.Copy(got["value"], d.membersOf(d.Defs["address"]))
	for _, value := range d.Defs["other"].AnyOf {
		maps.Copy(got["value"], d.membersOf(d.Defs[strings.TrimPrefix(value.Ref, "#/$defs/")]))
	}
	for _, word := range notMembers {
		delete(doc["value"], word)
	}
	for _, name := range slices.Sorted(maps.Keys(doc)) {
		if !maps.Equal(doc[name], got[name]) {
			t.Errorf("%s: docs/JSONL.md has %q, the schema has %q", name, slices.Sorted(maps.Keys(doc[name])), slices.Sorted(maps.Keys(got[name])))
		}
		delete(got, name)
	}
	for name := range got {
		t.Errorf("docs/JSONL.md does not tell of %s", name)
	}
}
