package output

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"plait/event"
	"plait/output/text"
)

// disk keeps files in memory and counts the open ones.
type disk struct {
	files      map[string]*bytes.Buffer
	open, most int
	refuse     string
}

type handle struct {
	*bytes.Buffer
	disk *disk
}

func (h handle) Close() error { h.disk.open--; return nil }

func (d *disk) create(name string, again, _ bool) (io.WriteCloser, error) {
	if name == d.refuse {
		return nil, errors.New("no room")
	}
	if !again {
		d.files[name] = &bytes.Buffer{}
	}
	d.open++
	d.most = max(d.most, d.open)
	return handle{d.files[name], d}, nil
}

// TestFiles: of many files few are open. Nothing is lost, and a file that is opened
// again is appended to.
func TestFiles(t *testing.T) {
	d := &disk{files: map[string]*bytes.Buffer{}}
	files := NewFiles(d.create)
	var all []*File
	for i := range 300 {
		f, err := files.Open(fmt.Sprint(i))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	for round := range 3 {
		for i, f := range all {
			if _, err := fmt.Fprintf(f, "%d:%d ", i, round); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, f := range all {
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	again, err := files.Open("7")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(again, "more")
	again.Close()
	if d.most > maxOpen || d.open != 0 {
		t.Errorf("at most %d were open, %d are still", d.most, d.open)
	}
	for i := range all {
		want := fmt.Sprintf("%d:0 %d:1 %d:2 ", i, i, i)
		if i == 7 {
			want += "more"
		}
		if got := d.files[fmt.Sprint(i)].String(); got != want {
			t.Errorf("file %d: %q, want %q", i, got, want)
		}
	}
}

// lines collects what a Split writes for each process.
type lines struct {
	text   map[int]*strings.Builder
	opened []int
	closed []int
	refuse int
	rest   strings.Builder
}

type closer struct {
	event.Sink
	pid   int
	lines *lines
}

func (p closer) Close() error {
	p.lines.closed = append(p.lines.closed, p.pid)
	return p.Sink.Close()
}

func (l *lines) split() *Split {
	l.text = map[int]*strings.Builder{}
	return NewSplit(func(pid int) (event.Sink, error) {
		l.opened = append(l.opened, pid)
		if pid == l.refuse {
			return nil, errors.New("refused")
		}
		if l.text[pid] == nil {
			l.text[pid] = &strings.Builder{}
		}
		return closer{text.New(l.text[pid], text.Options{Threads: text.Separate}), pid, l}, nil
	}, text.New(&l.rest, text.Options{}))
}

func at(pid, tid int) event.Head { return event.Head{PID: pid, TID: tid} }

func enter(pid, tid int, id uint64, name string) *event.Enter {
	return &event.Enter{Head: at(pid, tid), Call: &event.Call{ID: id, Name: name}}
}

func leave(e *event.Enter) *event.Return {
	return &event.Return{Head: e.Head, Call: e.Call, Result: event.Int{Bits: 0, Size: 4}}
}

func emitAll(t *testing.T, s *Split, events ...event.Event) {
	t.Helper()
	for _, e := range events {
		if err := s.Emit(e); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSplit: each process has lines of its own, which those of others do not interrupt.
// It has thread numbers only once it has threads.
func TestSplit(t *testing.T) {
	var l lines
	s := l.split()
	fork, puts, free := enter(10, 10, 1, "fork"), enter(10, 10, 2, "puts"), enter(20, 20, 3, "free")
	emitAll(t, s,
		&event.Spawn{Head: at(10, 10), Kind: event.Launched, ChildPID: 10, ChildTID: 10},
		fork,
		&event.Spawn{Head: at(10, 10), Kind: event.Forked, ChildPID: 20, ChildTID: 20},
		leave(fork),
		puts,
		&event.Return{Head: at(20, 20), Call: fork.Call, Result: event.Int{Size: 4}},
		free,
		leave(puts),
		leave(free),
		&event.Exit{Head: at(20, 20), Process: true, Status: 3},
		&event.Notice{Text: "of nobody"},
		&event.Spawn{Head: at(10, 10), Kind: event.Threaded, ChildPID: 10, ChildTID: 11},
		&event.Exit{Head: at(10, 11)},
		&event.Exit{Head: at(10, 10), Process: true},
	)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	checkText(t, "10", l.text[10].String(), "fork() = 0\nputs() = 0\n11 +++ exited (status 0) +++\n+++ exited (status 0) +++\n")
	checkText(t, "20", l.text[20].String(), "<... fork resumed> ) = 0\nfree() = 0\n+++ exited (status 3) +++\n")
	checkText(t, "none", l.rest.String(), "plait: of nobody\n")
	if fmt.Sprint(l.opened, l.closed) != "[10 20] [20 10]" {
		t.Errorf("opened %v, closed %v", l.opened, l.closed)
	}
}

func checkText(t *testing.T, who, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("process %s: got\n%s\nwant\n%s", who, got, want)
	}
}

// TestSplitEnds: a process is over when its last thread is, in whatever order and way
// they end.
func TestSplitEnds(t *testing.T) {
	for name, test := range map[string][]event.Event{
		"exit of the leader is the last": {&event.Exit{Head: at(1, 2)}, &event.Exit{Head: at(1, 1), Process: true}},
		"detached, the leader first":     {&event.Detach{Head: at(1, 1)}, &event.Detach{Head: at(1, 2)}},
		"execve in a thread":             {&event.Exec{Head: at(1, 1), FormerTID: 2}, &event.Exit{Head: at(1, 1), Process: true}},
		"detached at execve":             {&event.Exec{Head: at(1, 1), FormerTID: 2}, &event.Detach{Head: at(1, 1)}},
		"the leader has gone":            {&event.Exit{Head: at(1, 1)}, &event.Exit{Head: at(1, 2)}},
	} {
		var l lines
		s := l.split()
		emitAll(t, s, &event.Spawn{Head: at(1, 1), Kind: event.Threaded, ChildPID: 1, ChildTID: 2})
		emitAll(t, s, test[0])
		if len(l.closed) != 0 {
			t.Errorf("%s: closed too soon", name)
		}
		emitAll(t, s, test[1])
		if len(l.closed) != 1 || len(s.parts) != 0 {
			t.Errorf("%s: not closed at the end", name)
		}
	}
}

// TestSplitRefused: a process without a sink does not spoil the others.
func TestSplitRefused(t *testing.T) {
	l := lines{refuse: 20}
	s := l.split()
	errs := 0
	for _, e := range []event.Event{enter(10, 10, 1, "puts"), enter(20, 20, 2, "free"), enter(20, 20, 3, "malloc"), enter(10, 10, 4, "exit")} {
		if s.Emit(e) != nil {
			errs++
		}
	}
	if err := s.Close(); err == nil || errs != 1 || len(l.opened) != 2 {
		t.Errorf("%d errors, opened %v, at the end %v", errs, l.opened, err)
	}
	checkText(t, "10", l.text[10].String(), "puts( <unfinished ...>\nexit( <unfinished ...>\n")
}

// TestSplitMany: memory does not grow with the number of processes that have ended.
func TestSplitMany(t *testing.T) {
	d := &disk{files: map[string]*bytes.Buffer{}}
	files := NewFiles(d.create)
	s := NewSplit(func(pid int) (event.Sink, error) {
		f, err := files.Open(fmt.Sprint(pid))
		return closer{text.New(f, text.Options{}), pid, &lines{}}, err
	}, text.New(io.Discard, text.Options{}))
	for pid := 1; pid <= 1000; pid++ {
		e := enter(pid, pid, uint64(pid), "puts")
		emitAll(t, s, e, leave(e), &event.Exit{Head: at(pid, pid), Process: true})
	}
	if err := s.Close(); err != nil || d.most > maxOpen || len(s.parts) != 0 || len(d.files) != 1000 {
		t.Errorf("%v; %d open at once, %d kept, %d files", err, d.most, len(s.parts), len(d.files))
	}
	for name, file := range d.files {
		checkText(t, name, file.String(), "puts() = 0\n+++ exited (status 0) +++\n")
	}
}

// TestThreadSplit: each thread has a sink. A thread that takes the first one's number
// by execve(2) changes from its own sink to that of the first.
func TestThreadSplit(t *testing.T) {
	files := map[int]*strings.Builder{}
	var rest strings.Builder
	o := text.Options{Style: text.Strace, Align: 41}
	s := NewThreadSplit(func(tid int) (event.Sink, error) {
		if files[tid] != nil {
			t.Errorf("%d is opened again", tid)
		}
		files[tid] = &strings.Builder{}
		return text.New(files[tid], o), nil
	}, text.New(&rest, o))
	call := func(id uint64, name string) *event.Call {
		return &event.Call{ID: id, Kind: event.System, Name: name}
	}
	ok := event.Int{Size: 4}
	for _, e := range []event.Event{
		&event.Spawn{Head: at(1, 1), Kind: event.Launched},
		&event.Spawn{Head: at(1, 1), Kind: event.Threaded, ChildPID: 1, ChildTID: 2},
		&event.Spawn{Head: at(1, 1), Kind: event.Threaded, ChildPID: 1, ChildTID: 3},
		&event.Enter{Head: at(1, 1), Call: call(1, "pause")},
		&event.Enter{Head: at(1, 3), Call: call(2, "getpid")},
		&event.Return{Head: at(1, 3), Call: call(2, "getpid"), Result: ok},
		&event.Exit{Head: at(1, 3)},
		&event.Enter{Head: at(1, 2), Call: call(3, "execve")},
		&event.Return{Head: at(1, 1), Call: call(1, "pause"), Outcome: event.NoReturn},
		&event.Exec{Head: at(1, 1), FormerTID: 2},
		&event.Return{Head: at(1, 1), Call: call(3, "execve"), Result: ok},
		&event.Exit{Head: at(1, 1), Process: true, Status: 4},
	} {
		if err := s.Emit(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for tid, want := range map[int]string{
		1: "pause()                                 = ?\n" +
			"+++ superseded by execve in pid 2 +++\n" +
			"<... execve resumed>)                   = 0\n" +
			"+++ exited with 4 +++\n",
		2: "execve( <pid changed to 1 ...>\n",
		3: "getpid()                                = 0\n+++ exited with 0 +++\n",
	} {
		if got := files[tid].String(); got != want {
			t.Errorf("thread %d:\n%s\nwant:\n%s", tid, got, want)
		}
	}
}
