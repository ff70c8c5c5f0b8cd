package pagetest

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// axe returns the text of axe-core, which knows the rules of accessible pages.
func axe(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile("../../testdata/fetched/axe.min.js")
	if err != nil {
		if os.Getenv("PLAIT_REQUIRE") != "" {
			t.Fatalf("testdata/install.sh fetches it: %v", err)
		}
		t.Skip(err)
	}
	return string(source)
}

// TestAccess holds every view against the rules of axe-core: names, roles, contrast.
func TestAccess(t *testing.T) {
	t.Parallel()
	source := axe(t)
	path := small(t)
	for name, l := range map[string]look{
		"light": {width: 1280, height: 800, hash: "#e=1"},
		"dark":  {width: 1280, height: 800, hash: "#e=1", dark: true},
		"small": {width: 700, height: 900, hash: "#e=3&q=malloc"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := open(t, path, l)
			p.wait(`document.querySelector(".panel .facts")`)
			ask[any](p, source+"; 1")
			for _, view := range p.views() {
				p.show(view)
				p.frames(3)
				p.violates(view)
			}
			p.click(".help")
			p.wait(`document.querySelector("dialog[open]")`)
			p.violates("help")
		})
	}
}

// violates reports the rules that the page breaks as it is. One is left out: it wants the
// numbers beside a name of the map in its label as they stand there; the label has them in
// words.
func (p *page) violates(view string) {
	p.t.Helper()
	const run = `axe.run(document, {resultTypes: ["violations"], rules: {"label-content-name-mismatch": {enabled: false}}}).then(({violations}) => violations.map(rule =>
		rule.id + ": " + rule.help + rule.nodes.slice(0, 3).map(node => "\n\t" + node.html.slice(0, 160) + " " + node.failureSummary).join("")))`
	for _, broken := range ask[[]string](p, run) {
		p.t.Errorf("%s: %s", view, broken)
	}
}

// TestFocus goes by the tab key through the page, and sees each time where the focus is.
func TestFocus(t *testing.T) {
	t.Parallel()
	l := desktop
	l.hash = "#e=4"
	p := open(t, small(t), l)
	p.wait(`document.querySelector(".panel .link")`)
	for _, view := range p.views() {
		p.show(view)
		ask[any](p, `document.activeElement.blur()`)
		seen := map[string]bool{}
		for range 60 {
			p.keys(kb.Tab)
			at := ask[string](p, `(e => e === document.body ? "" : e.tagName + "." + (e.getAttribute("class") ?? e.id) + " " + (e.getAttribute("aria-label") ?? e.textContent).slice(0, 40))(document.activeElement)`)
			if at == "" || seen[at] {
				break
			}
			seen[at] = true
			if !ask[bool](p, `(e => {
				const item = e.matches(".map-item") ? e.querySelector("rect, path") : e, style = getComputedStyle(item);
				return style.outlineStyle !== "none" || style.stroke !== "none" && style.strokeWidth === "2px"
			})(document.activeElement)`) {
				t.Errorf("%s: the focus is invisible at %s", view, at)
			}
		}
		if len(seen) < 5 {
			t.Errorf("%s: the tab key reaches %d elements", view, len(seen))
		}
	}
}
