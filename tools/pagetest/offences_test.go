package pagetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOffences shows that what no page may do is noticed.
func TestOffences(t *testing.T) {
	file := filepath.Join(t.TempDir(), "offender.html")
	const offender = `<!doctype html>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'">
<script>
	console.log("said")
	fetch("http://127.0.0.1:9/fetched").catch(() => {})
	Promise.reject(new Error("thrown"))
	document.documentElement.dataset.ready = "1"
</script>
<img src="http://127.0.0.1:9/shown.png">
`
	if err := os.WriteFile(file, []byte(offender), 0o666); err != nil {
		t.Fatal(err)
	}
	p := open(t, file, desktop)
	p.wait(`document.readyState == "complete"`)
	all := strings.Join(p.forgive(), "\n")
	for _, offence := range []string{"console: log", "violates the following Content Security Policy", "request of http://127.0.0.1:9/shown.png", "exception: Uncaught (in promise) Error: thrown"} {
		if !strings.Contains(all, offence) {
			t.Errorf("%q was not noticed in\n%s", offence, all)
		}
	}
}
