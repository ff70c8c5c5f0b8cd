package pagetest

import (
	"fmt"
	"testing"

	"plait/event"
)

// TestShapes opens the pages of traces that have an unusual shape, in every view.
func TestShapes(t *testing.T) {
	for name, events := range map[string]func(*maker){
		"nothing": func(*maker) {},
		"one event": func(m *maker) {
			m.system(processID, "getpid", nil, number(processID))
		},
		"only system calls": func(m *maker) {
			for n := range 50 {
				m.system(processID, "close", []event.Arg{arg("fd", event.FD{Num: n})}, number(0))
			}
		},
		"only library calls": func(m *maker) {
			for range 50 {
				m.library(processID, "strlen", []event.Arg{arg("s", event.Str{Text: "text"})}, nil, number(4))
			}
		},
		"200 threads": func(m *maker) {
			for tid := processID + 1; tid < processID+200; tid++ {
				m.thread(tid)
				m.library(tid, "puts", nil, func() { m.system(tid, "write", nil, number(1)) }, number(1))
			}
		},
		"a call that never returns": func(m *maker) {
			m.ids++
			m.emit(&event.Enter{Head: m.head(processID), Call: &event.Call{ID: m.ids, Kind: event.Library, Name: "pause"}})
		},
		"1,000 functions": func(m *maker) {
			for n := range 1000 {
				m.library(processID, fmt.Sprintf("function%d", n), nil, func() { m.system(processID, fmt.Sprintf("system%d", n%300), nil, number(n)) }, number(n))
			}
		},
		"calls 100 deep": func(m *maker) {
			var nest func(n int) func()
			nest = func(n int) func() {
				return func() {
					if n > 0 {
						m.library(processID, fmt.Sprintf("f%d", n), nil, nest(n-1), number(n))
					} else {
						m.system(processID, "getpid", nil, number(1))
					}
				}
			}
			nest(100)()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMaker(t)
			events(m)
			m.exits()
			p := open(t, m.page(), laptop)
			for _, view := range p.views() {
				p.show(view)
				if n := colors(p.picture(view), p.place("main")); n < 3 {
					t.Errorf("%s: the view has %d colours", view, n)
				}
			}
		})
	}
}
