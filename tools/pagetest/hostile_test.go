package pagetest

import (
	"testing"

	"plait/event"
)

// hostile is a text that would become an element, run a script and ask a network, if it were
// ever taken for markup.
const hostile = `</script></style>--><img src=x onerror="document.documentElement.dataset.hacked=1"><svg onload=alert(1)>"'&lt;` + "\x00\x1b[31m\u2028\u202e\ufeff\xff"

// TestHostile has that text wherever a program can put one.
func TestHostile(t *testing.T) {
	t.Parallel()
	m := newMaker(t)
	m.emit(&event.Exec{Head: m.head(processID), Path: "/tmp/" + hostile})
	m.system(processID, "open", []event.Arg{arg(hostile, event.Str{Text: hostile, Path: true})}, event.Errno{Num: 2, Name: hostile, Text: hostile})
	m.library(processID, hostile, []event.Arg{arg("s", event.Str{Text: hostile})}, func() {
		m.system(processID, "write", []event.Arg{arg("fd", event.FD{Num: 1, Path: hostile}), arg("buf", event.Str{Text: hostile})}, number(3))
	}, event.Str{Text: hostile})
	m.library(processID, "malloc", []event.Arg{arg("size", number(100))}, nil, event.Pointer{Addr: 0x5000, Symbol: hostile})
	m.emit(&event.Signal{Head: m.head(processID), Number: 10, Name: hostile, Text: hostile})
	m.emit(&event.Notice{Head: m.head(processID), Text: hostile})
	m.exits()
	p := open(t, m.page(), desktop)
	for _, view := range p.views() {
		p.show(view)
		if ask[bool](p, `document.querySelector("img") !== null || "hacked" in document.documentElement.dataset`) {
			t.Errorf("in the view %s a text became markup", view)
		}
	}
	p.show("list")
	p.click(`.line.user`)
	p.wait(`document.querySelector(".panel").textContent.includes("onerror=")`)
}

// hostileProgram has functions, paths and texts that would be elements. The assembler takes
// any name in quotes.
const hostileProgram = `
#include <fcntl.h>
#include <stdio.h>
#define ELEMENT "</script><img src=x onerror=document.documentElement.dataset.hacked=1>"
int function(const char *s) __asm__("\"" ELEMENT "\"");
#ifdef LIBRARY
int function(const char *s) { return puts(s); }
#else
int main(void) { open("/tmp/" ELEMENT, O_RDONLY); return function(ELEMENT) < 0; }
#endif
`

// TestHostileProgram traces a program whose function names, paths and texts are hostile.
func TestHostileProgram(t *testing.T) {
	t.Parallel()
	library := compile(t, hostileProgram, "-DLIBRARY", "-shared", "-fPIC")
	program := compile(t, hostileProgram, library)
	p := open(t, live(t, "-S", "-w", "4", program), desktop)
	for _, view := range p.views() {
		p.show(view)
		if ask[bool](p, `document.querySelector("img") !== null || "hacked" in document.documentElement.dataset`) {
			t.Errorf("in the view %s a text became markup", view)
		}
	}
	p.show("list")
	p.click("input")
	p.keys(`"onerror"`)
	p.wait(`document.querySelectorAll(".line").length > 2`)
	p.wait(`[...document.querySelectorAll(".line b")].some(name => name.textContent.startsWith("</script><img"))`)
}
