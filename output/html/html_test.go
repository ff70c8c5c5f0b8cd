package html

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"plait/event"
	"plait/output/text"
)

// A session emits the events of a trace.
type session struct {
	t    *testing.T
	w    *Writer
	head event.Head
	ids  uint64
}

func newSession(t *testing.T, w io.Writer) *session {
	s := &session{t: t, w: New(w, text.Options{UTF8: true}, About{Version: "1", Argv: []string{"plait", hostile}}), head: event.Head{PID: 7, TID: 7, Time: time.Unix(1, 0)}}
	s.emit(&event.Spawn{Head: s.head, Kind: event.Launched, ChildPID: 7, ChildTID: 7, Path: "/bin/" + hostile})
	return s
}

func (s *session) emit(e event.Event) {
	s.t.Helper()
	if err := s.w.Emit(e); err != nil {
		s.t.Fatal(err)
	}
}

// call makes a call in which others happen.
func (s *session) call(c event.Call, r event.Return, inside ...func()) {
	s.ids++
	c.ID = s.ids
	s.head.Time = s.head.Time.Add(time.Microsecond)
	s.emit(&event.Enter{Head: s.head, Call: &c})
	for _, f := range inside {
		f()
	}
	s.head.Time = s.head.Time.Add(time.Microsecond)
	r.Head, r.Call = s.head, &c
	s.emit(&r)
}

func (s *session) close() {
	s.t.Helper()
	if err := s.w.Close(); err != nil {
		s.t.Fatal(err)
	}
}

// parts returns what the parts of a name hold, in all blocks.
func parts(t *testing.T, page, name string) (all [][]byte) {
	t.Helper()
	for _, m := range regexp.MustCompile(`(?m)^<script type="plait/`+name+`">(.*)</script>$`).FindAllStringSubmatch(page, -1) {
		z, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(m[1])))
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b)
	}
	return all
}

func numbers(b []byte) (list []uint64) {
	for len(b) > 0 {
		n, used := binary.Uvarint(b)
		list, b = append(list, n), b[used:]
	}
	return list
}

const hostile = `</script><img src=x onerror=alert(1)><!--`

// TestFormat holds the parts against their description in doc.go.
func TestFormat(t *testing.T) {
	var file bytes.Buffer
	s := newSession(t, &file)
	malloc := event.Call{Name: "malloc", Object: "libc.so.6", Args: []event.Arg{{Name: "size", Value: event.Int{Bits: 100, Size: 8}}}, Stack: []event.Caller{{Symbol: "main", Object: "/bin/a"}}}
	brk := event.Call{Name: "brk", Kind: event.System, Failed: true}
	s.call(malloc, event.Return{
		Result: event.Pointer{Addr: 0x5000}, Heap: event.Heap{Block: 0x5000, Size: 100, Sized: true}, Elapsed: 500,
		Explanation: event.Explanation{Text: "reserve 100 bytes", Manual: "malloc(3)"},
	}, func() {
		s.call(brk, event.Return{Result: event.Pointer{Addr: 0x9000}, Errno: event.Errno{Num: 12, Name: "ENOMEM", Text: "Cannot allocate memory"}})
	})
	closing := event.Call{Name: "close", Args: []event.Arg{{Name: "fd", Value: event.FD{Num: 3}}}}
	s.call(closing, event.Return{Outcome: event.Longjmp})
	s.call(closing, event.Return{Result: event.Void{}})
	s.emit(&event.Notice{Head: event.Head{Time: s.head.Time}, Text: "remark\x1b"})
	s.close()
	page := file.String()

	made, records, _ := bytes.Cut(parts(t, page, "rows")[0], []byte("\n"))
	const wantMade = `{"functions":[{"name":"malloc","kind":0,"object":"libc.so.6"},{"name":"brk","kind":2},{"name":"close","kind":0},{"name":"notice","kind":7}],` +
		`"threads":[{"id":1,"process":1,"pid":7,"tid":7,"program":"script\u003e\u003cimg src=x onerror=alert(1)\u003e\u003c!--","name":"thread 7"}],"sites":[{"name":"malloc","place":"main+0x0"}]}`
	if string(made) != wantMade {
		t.Errorf("tables: %s", made)
	}
	if got, want := numbers(records), []uint64{1000, 1, 1, 1000, 2, 1, 1000, 0, 1, failed, 1000, 0, 1, 0, 1000, 3, 1, 1000, 0, 1, unfinished, 1000, 3, 1, 1000, 0, 1, 0, 0, 4, 1, 0, 0, 1, 0}; !slices.Equal(got, want) {
		t.Errorf("rows: %v, want %v", got, want)
	}
	const wantDetails = `{"result":"0x9000","errno":"ENOMEM (Cannot allocate memory)"}
{"args":["size","100"],"result":"0x5000","elapsed":500,"stack":["main (/bin/a)"],"explanation":"reserve 100 bytes","manual":"malloc(3)"}
{"args":["fd","3"],"outcome":"left by longjmp"}
{"args":["fd","3"]}
{"args":["text","remark\\33"]}
`
	if got := string(parts(t, page, "details")[0]); got != wantDetails {
		t.Errorf("details:\n%s", got)
	}
	if got, want := numbers(parts(t, page, "uses")[0]), []uint64{1, 0x9000<<3 | 1, 1, 0x5000<<3 | 1, 1, 3<<3 | 2, 1, 3<<3 | 4 | 2, 0}; !slices.Equal(got, want) {
		t.Errorf("uses: %v, want %v", got, want)
	}
	if got, want := numbers(parts(t, page, "heap")[0]), []uint64{0, moves, 0x9000, 1, allocates, 0x5000, 100, 0}; !slices.Equal(got, want) {
		t.Errorf("heap: %v, want %v", got, want)
	}
}

// TestSymbols shows the symbols of callers and of places that allocate as the source spells
// them, if that is asked for.
func TestSymbols(t *testing.T) {
	var file bytes.Buffer
	s := newSession(t, &file)
	s.w = New(&file, text.Options{UTF8: true, Demangle: true}, About{})
	s.call(event.Call{Name: "malloc", Stack: []event.Caller{{Symbol: "_ZN1a1bEv", Offset: 1}}}, event.Return{Result: event.Pointer{Addr: 0x5000}, Heap: event.Heap{Block: 0x5000, Size: 100}})
	s.close()
	for part, want := range map[string]string{"details": `"stack":["a::b+0x1"]`, "rows": `"place":"a::b+0x1"`} {
		if got := string(parts(t, file.String(), part)[0]); !strings.Contains(got, want) {
			t.Errorf("%s: %s has no %s", part, got, want)
		}
	}
}

// TestOpen shows that a call that is open at the end has the arguments that it began with,
// and that one begun twice without an end does no harm.
func TestOpen(t *testing.T) {
	var file bytes.Buffer
	s := newSession(t, &file)
	call := event.Call{ID: 1, Name: "pause", Args: []event.Arg{{Value: event.Int{Bits: 5, Size: 4}}, {Value: event.Pending{}}}}
	s.emit(&event.Enter{Head: s.head, Call: &call})
	s.close()
	const want = `{"args":["arg0","5"],"outcome":"open at the end of the trace"}` + "\n"
	if got := string(parts(t, file.String(), "details")[0]); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestNothingForeign shows that nothing of a trace is markup, and that a browser may run the
// page's own style and script only.
func TestNothingForeign(t *testing.T) {
	var file bytes.Buffer
	s := newSession(t, &file)
	s.call(event.Call{Name: hostile, Object: hostile, Args: []event.Arg{{Name: hostile, Value: event.Str{Text: hostile}}}, Stack: []event.Caller{{Symbol: hostile}}}, event.Return{Result: event.Str{Text: hostile}})
	s.close()
	page := file.String()
	if strings.Contains(page, "<img") || strings.Contains(page, "onerror=alert") && !strings.Contains(page, `onerror=alert(1)\u003e`) {
		t.Error("a text of the trace is in the page as it is")
	}
	for name, own := range map[string]string{"script": script, "style": style} {
		if strings.Contains(strings.ToLower(own), "</"+name) || strings.Contains(own, "<!--") {
			t.Errorf("the %s would end its element", name)
		}
		if !strings.Contains(page, "<"+name+">"+own+"</"+name+">") {
			t.Errorf("the %s is not in the page as it was hashed", name)
		}
		if !strings.Contains(page, name+"-src '"+hash(own)+"'") {
			t.Errorf("the policy does not have the hash of the %s", name)
		}
	}
	for _, address := range regexp.MustCompile(`https?://[^"'\s)]*`).FindAllString(script+style, -1) {
		if address != "http://www.w3.org/2000/svg" { // what browsers call SVG
			t.Errorf("the page names %s", address)
		}
	}
}

// TestBounded shows that the memory of a long trace does not grow: what is enough for a block
// is written.
func TestBounded(t *testing.T) {
	s := newSession(t, io.Discard)
	most := 0
	for i := range 70_000 {
		s.call(event.Call{Name: fmt.Sprint("f", i), Args: []event.Arg{{Value: event.Str{Text: strings.Repeat("x", i%50)}}}}, event.Return{Result: event.Int{Bits: uint64(i), Size: 8}})
		b := &s.w.form.block
		most = max(most, len(b.rows)+len(b.details)+len(b.uses)+len(b.heap)+100*len(b.Functions))
	}
	s.close()
	if limit := 4 << 20; most > limit || len(s.w.form.functions) > maxFunctions {
		t.Errorf("up to %d bytes and %d functions were kept", most, len(s.w.form.functions))
	}
}

// TestCutOff shows that only Close says that a page is complete.
func TestCutOff(t *testing.T) {
	var file bytes.Buffer
	s := newSession(t, &file)
	for range 20_000 {
		s.call(event.Call{Name: "f"}, event.Return{})
	}
	const end = `<script type="plait/end">`
	if page := file.String(); len(parts(t, page, "rows")) == 0 || strings.Contains(page, "\n"+end) {
		t.Error("no block is written before the end, or the end is")
	}
	s.close()
	if !strings.Contains(file.String(), "\n"+end) {
		t.Error("the page does not say that it is complete")
	}
}
