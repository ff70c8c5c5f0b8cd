// Webbundle makes one file of the modules that a script or a style sheet of a page
// imports, for output/html to embed.
//
//	webbundle -dir DIR FROM TO [FROM TO]...
//
// It owns how a bundle is made: by esbuild, minified, with the licences of others' code at
// the end, and the same from the same sources. An import of "./worker.js?text" gives the
// bundle of worker.js as a string. It does not know plait, and is a module of its own, so that
// nothing of esbuild gets into plait's. To make one more bundle, name it in output/html's
// go:generate line.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("webbundle: ")
	dir := flag.String("dir", ".", "the folder that the files are in")
	flag.Parse()
	files := flag.Args()
	if len(files)%2 != 0 {
		log.Fatalf("%s: where to?", files[len(files)-1])
	}
	if err := os.Chdir(*dir); err != nil { // esbuild names files from here
		log.Fatal(err)
	}
	for ; len(files) > 0; files = files[2:] {
		text, err := bundle(files[0])
		if err == nil {
			err = os.WriteFile(files[1], text, 0o644)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
}

// bundle returns a script or a style sheet with all that it imports.
func bundle(path string) ([]byte, error) {
	r := api.Build(api.BuildOptions{
		EntryPoints:       []string{path},
		Outfile:           path + ".bundle", // not written; a bundle needs a name
		Bundle:            true,
		Format:            api.FormatIIFE,
		Target:            api.ES2022,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsEndOfFile,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LineLimit:         200, // for git and people who look at a page's text
		Plugins:           []api.Plugin{{Name: "text", Setup: addText}},
	})
	if err := errors.Join(complaints(r.Errors), complaints(r.Warnings)); err != nil {
		return nil, err
	}
	return r.OutputFiles[0].Contents, nil
}

// textSuffix marks the imports that give the text of a bundle.
const textSuffix = "?text"

// addText makes esbuild understand textSuffix.
func addText(b api.PluginBuild) {
	b.OnResolve(api.OnResolveOptions{Filter: `\?text$`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
		here, err := os.Getwd()
		if err != nil {
			return api.OnResolveResult{}, err
		}
		path, err := filepath.Rel(here, filepath.Join(a.ResolveDir, strings.TrimSuffix(a.Path, textSuffix)))
		return api.OnResolveResult{Path: path, Namespace: "text"}, err
	})
	b.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "text"}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		text, err := bundle(a.Path)
		contents := string(text)
		return api.OnLoadResult{Contents: &contents, Loader: api.LoaderText}, err
	})
}

// complaints returns messages as an error, as compilers write them. Warnings are errors,
// too: a page is not made of doubtful code.
func complaints(messages []api.Message) error {
	var errs []error
	for _, m := range messages {
		text := m.Text
		if at := m.Location; at != nil {
			text = fmt.Sprintf("%s:%d:%d: %s", at.File, at.Line, at.Column+1, m.Text)
		}
		errs = append(errs, errors.New(text))
	}
	return errors.Join(errs...)
}
