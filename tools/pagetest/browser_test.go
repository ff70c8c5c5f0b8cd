package pagetest

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is the one Chromium of all tests; each test has a context of its own in it. It
// is nil if there is no Chromium.
var browser context.Context

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	program := chromium()
	if program == "" {
		if os.Getenv("PLAIT_REQUIRE") != "" {
			log.Print("no chromium is installed (testdata/install.sh installs it)")
			return 1
		}
		return m.Run()
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.WindowSize(1400, 900))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	defer cancel()
	browser, cancel = chromedp.NewContext(allocator)
	defer cancel()
	if err := chromedp.Do(browser); err != nil {
		log.Printf("%s: %v", program, err)
		return 1
	}
	return m.Run()
}

// chromium returns the path of a Chromium, "" if there is none.
func chromium() string {
	for _, name := range []string{"chromium-headless-shell", "chromium", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// A page is one page in a tab of its own.
type page struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	offences []string // what no page may do
}

// A look is how a page is looked at.
type look struct {
	width, height int64
	dark, print   bool
	hash          string // what follows the name of the file: "#e=12"
}

var (
	desktop = look{width: 1400, height: 900}
	laptop  = look{width: 1000, height: 640}
)

// media returns the media features of a look.
func (l look) media() emulation.SetEmulatedMediaParams {
	scheme := &emulation.MediaFeature{Name: "prefers-color-scheme", Value: "light"}
	if l.dark {
		scheme.Value = "dark"
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{scheme}}
	if l.print {
		media.Media = "print"
	}
	return media
}

// open opens a page and waits for its first picture. When the test ends, the page must
// not have done what no page may do.
func open(t testing.TB, path string, l look) *page {
	t.Helper()
	if browser == nil {
		t.Skip("no chromium is installed")
	}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	p := &page{t: t, ctx: ctx}
	t.Cleanup(func() {
		cancel()
		for _, o := range p.forgive() {
			t.Error(o)
		}
	})
	p.watch("file://" + path)
	call(p, network.Enable, network.EnableParams{})
	call(p, cdplog.Enable, cdp.Empty{})
	call(p, emulation.SetEmulatedMedia, l.media())
	p.do(chromedp.EmulateViewport(l.width, l.height), chromedp.Navigate("file://"+path+l.hash))
	p.wait(`document.documentElement.dataset.ready`)
	return p
}

// watch notes offences. The only address that may be asked for is the page's own.
func (p *page) watch(own string) {
	err := chromedp.Listen(p.ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventConsoleAPICalled:
			p.offends("console: %s %s", e.Type, values(e.Args))
		case *runtime.EventExceptionThrown:
			p.offends("exception: %s", exception(e.ExceptionDetails))
		case *cdplog.EventEntryAdded:
			p.offends("log: %s: %s", e.Entry.Source, e.Entry.Text)
		case *network.EventRequestWillBeSent:
			url, _, _ := strings.Cut(e.Request.URL, "#")
			if url != own && !strings.HasPrefix(url, "blob:") && !strings.HasPrefix(url, "data:") {
				p.offends("request of %s", url)
			}
		}
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *page) offends(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.offences = append(p.offences, fmt.Sprintf(format, args...))
}

// forgive returns the offences so far, and forgets them.
func (p *page) forgive() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.offences
	p.offences = nil
	return list
}

func exception(e *runtime.ExceptionDetails) string {
	if e.Exception == nil {
		return e.Text
	}
	return e.Text + " " + e.Exception.Description
}

func values(args []*runtime.RemoteObject) string {
	var list []string
	for _, a := range args {
		list = append(list, string(a.Value)+a.Description)
	}
	return strings.Join(list, " ")
}

// do does things to the page, one after another.
func (p *page) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.t.Fatal(err)
	}
}

// call sends a command of the browser's protocol for debuggers.
func call[P, R any](p *page, command cdp.Command[P, R], params P) {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, command, params); err != nil {
		p.t.Fatal(err)
	}
}

// ask returns the value of an expression in the page.
func ask[T any](p *page, expression string) T {
	p.t.Helper()
	answer, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return answer
}

// patience bounds what is waited for; nothing takes as long on an idle machine.
const patience = 30 * time.Second

// wait waits until an expression is true. The page itself can't be made to wait for it: its
// policy forbids it to make code of text.
func (p *page) wait(expression string) {
	p.t.Helper()
	p.until("this did not become true: "+expression, func() bool { return ask[bool](p, "!!("+expression+")") })
}

// until waits until something is true; else the test fails.
func (p *page) until(complaint string, is func() bool) {
	p.t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			p.picture("timeout")
			p.t.Fatal(complaint)
		}
	}
}

// frames waits until the page has been drawn so many times.
func (p *page) frames(n int) {
	p.t.Helper()
	ask[bool](p, fmt.Sprintf(`new Promise(done => { let n = %d; const next = () => n-- > 0 ? requestAnimationFrame(next) : done(true); next() })`, n))
}

// text returns what an element shows.
func (p *page) text(selector string) string {
	p.t.Helper()
	return ask[string](p, "document.querySelector("+quoted(selector)+").innerText")
}

// quoted returns a text as scripts and selectors write it.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

// views returns the names of the page's views.
func (p *page) views() []string {
	p.t.Helper()
	return ask[[]string](p, `[...document.querySelectorAll('[role="tab"]')].map(tab => tab.id.replace("tab-", ""))`)
}

// show shows a view, by its tab.
func (p *page) show(view string) {
	p.t.Helper()
	p.click("#tab-" + view)
	p.wait(`!document.querySelector("#view-` + view + `").hidden`)
}

// click waits for an element, and clicks its middle with the mouse.
func (p *page) click(selector string) {
	p.t.Helper()
	p.wait("document.querySelector(" + quoted(selector) + ")")
	at := p.place(selector)
	p.clickAt(float64(at.Min.X+at.Max.X)/2, float64(at.Min.Y+at.Max.Y)/2)
}

func (p *page) clickAt(x, y float64) {
	p.t.Helper()
	p.do(chromedp.MouseClickXY(x, y))
}

// keys presses keys, one after another.
func (p *page) keys(keys ...string) {
	p.t.Helper()
	for _, key := range keys {
		p.do(chromedp.KeyEvent(key))
	}
}
