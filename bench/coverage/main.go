package main

import (
	"flag"
	"fmt"
	"os"

	"plait/proto"
)

func main() {
	missing := flag.Int("missing", 0, "print the `N` imports most wanting a prototype, and the libraries they are of")
	markdown := flag.Bool("markdown", false, "print the table in Markdown")
	flag.Parse()
	roots := flag.Args()
	if len(roots) == 0 {
		roots = []string{"/usr/bin", "/usr/lib"}
	}
	if err := run(roots, *missing, *markdown); err != nil {
		fmt.Fprintln(os.Stderr, "coverage:", err)
		os.Exit(1)
	}
}

func run(roots []string, missing int, markdown bool) error {
	m, err := survey(roots)
	if err != nil {
		return err
	}
	ours, errs := proto.Open(proto.Options{})
	if len(errs) > 0 {
		return errs[0]
	}
	theirs, err := ltraceFiles()
	if err != nil {
		return err
	}
	slots := m.slots()
	for _, s := range slots {
		s.ours = ours.Lookup(s.object, s.symbol) != nil
		s.theirs = theirs.know(s.object, s.symbol)
	}
	if missing > 0 {
		printMissing(os.Stdout, slots, missing)
		return nil
	}
	printTable(os.Stdout, slots, markdown)
	return nil
}
