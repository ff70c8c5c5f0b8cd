// Webbundle makes one file of the modules that a script or a style sheet of a page
// imports, for output/html to embed.
//
//	webbundle -out DIR FILE...
//
// It owns how a bundle is made: by esbuild, minified, in lines of a bounded length, with
// the licences of others' code at the end. The same sources give the same bundle. It does
// not know plait, and is a module of its own, so that nothing of esbuild gets into
// plait's. To bundle one more script, name it in output/html's go:generate line.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("webbundle: ")
	out := flag.String("out", ".", "the folder to write to")
	flag.Parse()
	for _, entry := range flag.Args() {
		if err := bundle(entry, *out); err != nil {
			log.Fatal(err)
		}
	}
}

// bundle writes the bundle of one script or style sheet to a file of the same name.
func bundle(entry, out string) error {
	r := api.Build(api.BuildOptions{
		EntryPoints:       []string{entry},
		Outfile:           filepath.Join(out, filepath.Base(entry)),
		Bundle:            true,
		Format:            api.FormatIIFE,
		Target:            api.ES2022,
		Charset:           api.CharsetASCII,
		LegalComments:     api.LegalCommentsEndOfFile,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LineLimit:         200, // git and people can show the lines
	})
	var errs []error
	for _, m := range append(r.Errors, r.Warnings...) {
		errs = append(errs, errors.New(text(m)))
	}
	for _, f := range r.OutputFiles {
		errs = append(errs, os.WriteFile(f.Path, f.Contents, 0o644))
	}
	return errors.Join(errs...)
}

// text returns a message with the place that it is about, as compilers write it.
func text(m api.Message) string {
	if m.Location == nil {
		return m.Text
	}
	return fmt.Sprintf("%s:%d:%d: %s", m.Location.File, m.Location.Line, m.Location.Column+1, m.Text)
}
