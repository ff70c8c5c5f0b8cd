// Protogen writes prototypes of the functions of the system's libraries, from their
// headers: generated/LIBRARY/prototypes.conf in proto/data, and types.conf beside it
// with the enumerations that these use. Functions that are described by hand are left
// out.
//
//	go run . [-config libraries.txt] [-data ../../proto/data] [UNIT...]
//	go run . -cxx '/usr/lib/*/debug/libstdc++.so.6.*[0-9]' [-data ../../proto/data]
//
// A unit is a paragraph of libraries.txt: headers that are read together. The preprocessor
// is gcc's, so that attributes such as access and format can be read. Everything else needs
// only the standard library. The output depends only on the headers, the objects and the
// files written by hand.
//
// It owns the reading of C declarations and the rules that turn them into prototypes. It
// does not know how plait uses prototypes.
//
// # Adding a library
//
// Add a paragraph to libraries.txt, which describes the words of a paragraph at its
// beginning, and run "make prototypes". If a prototype comes out wrong, add the rule to
// the paragraph (config.go), or write the prototype by hand in proto/data.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	config := flag.String("config", "libraries.txt", "the units")
	data := flag.String("data", "../../proto/data", "the folder of the prototypes, to read those written by hand and write its folder generated")
	library := flag.String("cxx", "", "instead, the results of the functions of a C++ library: `pattern` of an object with debugging information")
	flag.Parse()
	err := error(nil)
	if *library != "" {
		err = cxxResults(*library, *data)
	} else {
		err = run(*config, *data, flag.Args())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "protogen:", err)
		os.Exit(1)
	}
}

func run(config, data string, only []string) error {
	units, err := readConfig(config)
	if err != nil {
		return err
	}
	m, err := readManual(data)
	if err != nil {
		return err
	}
	for _, u := range units {
		if len(only) == 0 || slices.Contains(only, u.name) {
			if err := u.generate(m, data); err != nil {
				return err
			}
		}
	}
	return nil
}

// generate writes the files of one unit. If the unit's objects or headers are not
// installed, it leaves the files as they are.
func (u *unit) generate(m *manual, data string) error {
	var objects []*object
	for _, name := range u.objects {
		o, err := openObject(name)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", u.name, err)
			continue
		}
		objects = append(objects, o)
	}
	if len(objects) == 0 {
		return nil
	}
	functions, err := u.declarations()
	if err != nil {
		return err
	}
	for _, o := range objects {
		w := &writer{unit: u, folder: o.folder, manual: m, sets: map[string]string{}, texts: map[string]bool{}}
		for _, name := range u.texts {
			w.texts[name] = true
		}
		if err := w.write(filepath.Join(data, "generated"), o, functions); err != nil {
			return err
		}
	}
	return nil
}

// declarations reads the headers once for each pass.
func (u *unit) declarations() (map[string]*declaration, error) {
	all := map[string]*declaration{}
	for _, pass := range append(u.passes[:len(u.passes):len(u.passes)], u.last()...) {
		text, err := u.preprocess(pass)
		if err != nil {
			return nil, err
		}
		p := parse(text)
		for name, d := range p.functions {
			if all[name] == nil {
				all[name] = d
			}
		}
		if len(p.unclear) > 0 {
			return nil, fmt.Errorf("%s: %s: declared in two ways: the headers are those of several units", u.name, strings.Join(p.unclear, ", "))
		}
		fmt.Fprintf(os.Stderr, "%s: %d functions declared, %d declarations not understood\n", u.name, len(p.functions), p.skipped)
	}
	return all, nil
}

// last returns the only pass of a unit that names none.
func (u *unit) last() []string {
	if len(u.passes) == 0 {
		return []string{""}
	}
	return nil
}
