package html

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed" // the page's own files
	"encoding/base64"
	"encoding/json"
	"io"
	"strings"
)

//go:generate sh -c "cd ../../tools/webbundle && go run . -dir ../../output/html web/main.js bundle/page.js web/main.css bundle/page.css"

//go:embed web/page.html
var template string

//go:embed bundle/page.css
var style string

//go:embed bundle/page.js
var script string

// A page writes the file.
type page struct {
	w     io.Writer
	about About
	begun bool
	gzip  *gzip.Writer
}

// A part is a part of a block, not yet compressed.
type part struct {
	name string
	data []byte
}

// write writes a block, after the page's own files if it is the first.
func (p *page) write(b *block) error {
	parts, err := b.parts()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := p.begin(&out); err != nil {
		return err
	}
	for _, part := range parts {
		if err := p.part(&out, part); err != nil {
			return err
		}
	}
	_, err = p.w.Write(out.Bytes())
	return err
}

// part writes one part: base64 of gzip has nothing that could end its element.
func (p *page) part(out *bytes.Buffer, part part) error {
	out.WriteString(`<script type="plait/` + part.name + `">`)
	encoder := base64.NewEncoder(base64.StdEncoding, out)
	if p.gzip == nil {
		p.gzip = gzip.NewWriter(encoder)
	} else {
		p.gzip.Reset(encoder)
	}
	if _, err := p.gzip.Write(part.data); err != nil {
		return err
	}
	if err := p.gzip.Close(); err != nil {
		return err
	}
	err := encoder.Close()
	out.WriteString("</script>\n")
	return err
}

// end writes the mark that the file is complete.
func (p *page) end() error {
	_, err := io.WriteString(p.w, `<script type="plait/end"></script>`+"\n</body>\n</html>\n")
	return err
}

func (p *page) begin(out *bytes.Buffer) error {
	if p.begun {
		return nil
	}
	p.begun = true
	about, err := json.Marshal(map[string]any{"version": p.about.Version, "argv": p.about.Argv})
	if err != nil {
		return err
	}
	filled := strings.NewReplacer("{{policy}}", policy(), "{{style}}", style, "{{script}}", script, "{{about}}", string(about))
	_, err = filled.WriteString(out, template)
	return err
}

// policy returns the page's Content-Security-Policy: nothing but what is in the file, and
// the worker that its script makes of its own text.
func policy() string {
	return "default-src 'none'; script-src '" + hash(script) + "'; style-src '" + hash(style) +
		"'; worker-src blob:; base-uri 'none'; form-action 'none'"
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
