package pagetest

import (
	"os"
	"testing"
)

// TestReadmePictures takes the pictures of README.md and docs/PAGE.md: of the page that
// PLAIT_README_PAGE names, into the folder that PLAIT_PICTURES names. "make pictures" says
// both.
func TestReadmePictures(t *testing.T) {
	path := os.Getenv("PLAIT_README_PAGE")
	if path == "" {
		t.Skip("make pictures takes them")
	}
	for name, hash := range map[string]string{
		"timeline": "#v=timeline&e=malloc",
		"list":     "#v=list&e=puts",
		"map":      "#v=map",
		"step":     "#v=step&e=write&r=1",
	} {
		l := look{width: 1200, height: 600, hash: hash}
		if name == "map" {
			l.height = 720 // all of it
		}
		p := open(t, path, l)
		p.wait(`document.querySelector(".panel h2") || location.hash.includes("v=map")`)
		p.frames(20)
		p.picture(name)
	}
}
