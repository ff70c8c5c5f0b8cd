package pagetest

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"
)

// picture takes a picture of what is in the window. With PLAIT_PICTURES, people find it
// in that folder.
func (p *page) picture(name string) image.Image {
	p.t.Helper()
	b, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	if dir := os.Getenv("PLAIT_PICTURES"); dir != "" {
		file := strings.NewReplacer("/", "-", " ", "-").Replace(p.t.Name() + "-" + name + ".png")
		if err := os.WriteFile(filepath.Join(dir, file), b, 0o666); err != nil {
			p.t.Error(err)
		}
	}
	picture, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		p.t.Fatal(err)
	}
	return picture
}

// colors returns how many colors a part of a picture has: a part in which nothing is
// drawn has one.
func colors(picture image.Image, part image.Rectangle) int {
	seen := map[[3]uint32]bool{}
	part = part.Intersect(picture.Bounds())
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			r, g, b, _ := picture.At(x, y).RGBA()
			seen[[3]uint32{r, g, b}] = true
		}
	}
	return len(seen)
}

// place returns where an element is in the window.
func (p *page) place(selector string) image.Rectangle {
	p.t.Helper()
	at := ask[[4]float64](p, "(r => [r.left, r.top, r.right, r.bottom])(document.querySelector("+quoted(selector)+").getBoundingClientRect())")
	return image.Rect(int(at[0]), int(at[1]), int(at[2]), int(at[3]))
}
