package pagetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// lessons are the pictures of docs/lessons: how the program is traced, by the options of
// plait and a command of the shell, and what stands behind the address of its page.
var lessons = []struct{ name, options, command, hash string }{
	{"env", "", "USER=ada PLAIT ./env", "e=getenv"},
	{"stdio", "", "PLAIT ./stdio | cat", "e=puts"},
	{"prompt", "--pty", "echo bob | PLAIT ./prompt", "e=fgets"},
	{"leave", "", "PLAIT ./leave now", "e=_exit"},
	{"chars", "", "yes 'twelve bytes' | head -c 1221 >text; PLAIT ./chars", "e=fgetc&v=list"},
	{"heap", "", "PLAIT ./heap", "e=malloc"},
	{"clock", "", "PLAIT ./clock", "e=clock_gettime"},
	{"twice", "-f", "PLAIT ./twice | cat", "e=fork"},
	{"shell", "-f", "PLAIT ./shell", "e=system"},
	{"lock", "-f", "PLAIT ./lock", "e=pthread_create"},
	{"compiled", "", "PLAIT ./plain", "e=memcpy"},
	{"name", "", "PLAIT ./name", "e=getaddrinfo&v=list"},
}

// TestLessons opens a page for each lesson at the call that it is about. With
// PLAIT_LESSON_PICTURES, pictures go to that folder ("make pictures").
func TestLessons(t *testing.T) {
	t.Parallel()
	program, err := plait()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "lessons")
	if err := command(program, "--build-lessons", dir); err != nil {
		t.Fatal(err)
	}
	for _, l := range lessons {
		file := filepath.Join(dir, l.name+".html")
		trace := exec.Command("sh", "-c", strings.ReplaceAll(l.command, "PLAIT", "plait --explain -o "+l.name+".html "+l.options))
		trace.Dir = dir
		trace.Env = append(os.Environ(), "PATH="+filepath.Dir(program)+":"+os.Getenv("PATH"))
		if out, err := trace.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", l.name, err, out)
			continue
		}
		p := open(t, file, look{width: 1100, height: 480, hash: "#" + l.hash})
		p.wait(`document.querySelector(".panel .facts") != null`)
		p.frames(2)
		p.lessonPicture(l.name)
	}
}

func (p *page) lessonPicture(name string) {
	p.t.Helper()
	dir := os.Getenv("PLAIT_LESSON_PICTURES")
	if dir == "" {
		return
	}
	b, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), b, 0o666); err != nil {
		p.t.Error(err)
	}
}
