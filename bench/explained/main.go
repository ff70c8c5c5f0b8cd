// Explained counts how many calls of recordings have a sentence of their own under
// --explain, and how many different functions.
//
//	go run ./bench/explained [-missing N] RECORDING...
//	go run ./bench/explained [-missing N] -plait ./plait -basket testdata/basket.txt
//
// The second form records the command lines in a file first, each with bash in a folder
// of its own.
//
// It owns the rules of counting: a call counts if a sentence about its very function
// explains it. It does not know sentences.
//
// # Adding a row
//
// Add a kind of calls to kindOf.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"

	"plait/event"
	"plait/explain"
	"plait/proto"
	"plait/recording"
)

func main() {
	missing := flag.Int("missing", 0, "print the `N` functions that most want a sentence")
	plait := flag.String("plait", "plait", "the `PROGRAM` that records")
	basket := flag.String("basket", "", "record the command lines in `FILE`")
	flag.Parse()
	if err := run(*plait, *basket, flag.Args(), *missing); err != nil {
		fmt.Fprintln(os.Stderr, "explained:", err)
		os.Exit(1)
	}
}

func run(plait, basket string, recordings []string, missing int) error {
	c := counts{functions: map[function]*share{}}
	if basket != "" {
		if err := c.addBasket(plait, basket); err != nil {
			return err
		}
	}
	for _, name := range recordings {
		if err := c.add(name); err != nil {
			return err
		}
	}
	c.print(os.Stdout)
	c.printMissing(os.Stdout, missing)
	return nil
}

// A function is what was called.
type function struct{ kind, object, name string }

// A share is how many calls there are, and how many of them are explained.
type share struct{ calls, own int }

// counts are the shares of all functions.
type counts struct{ functions map[function]*share }

// kinds of calls, in the order of the table.
var kinds = []string{"system calls", "library calls"}

func kindOf(c *event.Call) string {
	if c.Kind == event.System {
		return kinds[0]
	}
	return kinds[1]
}

func (c *counts) judge(r *event.Return, own bool) {
	f := function{kindOf(r.Call), r.Call.Object, r.Call.Name}
	if c.functions[f] == nil {
		c.functions[f] = &share{}
	}
	c.functions[f].calls++
	if own {
		c.functions[f].own++
	}
}

// add counts the calls of a recording.
func (c *counts) add(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := recording.NewReader(f)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	database, _ := proto.Open(proto.Options{})
	sink := explain.New(discard{}, explain.Options{Database: database, Kernel: true, Judge: c.judge})
	for {
		e, err := r.Next()
		if err == io.EOF {
			return sink.Close()
		}
		if _, lost := errors.AsType[*recording.Loss](err); lost {
			continue // what is there counts
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		_ = sink.Emit(e) // discard has no errors
	}
}

// A discard is an event.Sink that forgets everything.
type discard struct{}

func (discard) Emit(event.Event) error { return nil }
func (discard) Close() error           { return nil }

// print prints the share of each kind of calls.
func (c *counts) print(w io.Writer) {
	fmt.Fprintf(w, "%-14s %9s %10s %10s %10s\n", "", "calls", "explained", "functions", "explained")
	for _, kind := range kinds {
		var calls, functions share
		for f, s := range c.functions {
			if f.kind != kind {
				continue
			}
			calls.calls += s.calls
			calls.own += s.own
			functions.calls++
			if s.own > 0 {
				functions.own++
			}
		}
		fmt.Fprintf(w, "%-14s %9d %10s %10d %10s\n", kind, calls.calls, calls.percent(), functions.calls, functions.percent())
	}
}

func (s share) percent() string {
	return fmt.Sprintf("%.1f %%", 100*float64(s.own)/float64(max(s.calls, 1)))
}

// printMissing prints the n functions with the most calls that no sentence of theirs
// explains.
func (c *counts) printMissing(w io.Writer, n int) {
	var list []function
	for f, s := range c.functions {
		if s.own < s.calls {
			list = append(list, f)
		}
	}
	missing := func(f function) int { return c.functions[f].calls - c.functions[f].own }
	slices.SortFunc(list, func(a, b function) int { return cmp.Or(missing(b)-missing(a), cmp.Compare(a.name, b.name)) })
	for _, f := range list[:min(n, len(list))] {
		fmt.Fprintf(w, "%7d of %7d  %s %s %s\n", missing(f), c.functions[f].calls, f.kind, f.object, f.name)
	}
}
