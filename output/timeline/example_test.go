package timeline_test

import (
	"fmt"
	"time"

	"plait/event"
	"plait/output/text"
	"plait/output/timeline"
)

// A printer is a viewer that prints what it is told.
type printer struct{}

func (printer) Track(t *timeline.Track) error {
	fmt.Println("track:", t.Process+",", t.Name)
	return nil
}

func (printer) Begin(t *timeline.Track, at int64, c *timeline.Call) error {
	fmt.Println(at, c.Name, c.Args)
	return nil
}

func (printer) End(t *timeline.Track, at int64, c *timeline.Call, result timeline.Pairs) error {
	fmt.Println(at, c.Name, result)
	return nil
}

func (printer) Mark(*timeline.Track, int64, string, timeline.Pairs) error { return nil }
func (printer) Flow(_, _ *timeline.Track, _ int64) error                  { return nil }
func (printer) Counter(*timeline.Track, int64, string, int64) error       { return nil }

// Times count from the first event.
func ExampleNew() {
	start := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	call := &event.Call{ID: 1, Kind: event.Library, Name: "puts", Args: []event.Arg{{Name: "s", Value: event.Str{Text: "hi"}}}}
	feed := timeline.New(printer{}, text.Options{})
	feed.Emit(&event.Spawn{Head: event.Head{PID: 7, TID: 7, Time: start}, Kind: event.Launched, ChildPID: 7, ChildTID: 7, Path: "/usr/bin/hello"})
	feed.Emit(&event.Enter{Head: event.Head{PID: 7, TID: 7, Time: start.Add(100)}, Call: call})
	feed.Emit(&event.Return{Head: event.Head{PID: 7, TID: 7, Time: start.Add(900)}, Call: call, Result: event.Int{Bits: 3, Size: 4}})
	feed.Close()
	// Output:
	// track: hello, thread 7
	// 100 puts [{s "hi"}]
	// 900 puts [{result 3}]
}
