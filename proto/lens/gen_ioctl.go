//go:build ignore

// Gen_ioctl writes ioctl.tbl: the numbers and names of all requests of ioctl(2) in the
// kernel's headers (linux-libc-dev, and libdrm-dev for those that Debian leaves out). A
// line is "HEXNUMBER NAME". Lines are sorted by number.
//
// A macro is a request if it expands to nothing but _IOC(...), as all of _IO, _IOR, … do,
// or if ioctl.lst names it. Older requests are plain numbers, which only their names mark
// as requests. Requests that are newer than the headers are in ioctl_newer.lst.
package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// roots are where headers are searched for.
var roots = []string{"linux", "asm-generic", "asm", "sound", "rdma", "mtd", "misc", "video", "scsi", "xen", "libdrm"}

func main() {
	log.SetFlags(0)
	log.SetPrefix("gen_ioctl: ")
	list := readList("ioctl.lst")
	found := map[request]bool{}
	for _, header := range headers() {
		for _, r := range list.requestsOf(header) {
			found[r] = true
		}
	}
	for _, r := range newer("ioctl_newer.lst") {
		found[r] = true
	}
	if len(found) < 2500 {
		log.Fatalf("only %d requests: are linux-libc-dev and libdrm-dev installed?", len(found))
	}
	var b bytes.Buffer
	for _, r := range sorted(found) {
		fmt.Fprintf(&b, "%08x %s\n", r.number, r.name)
	}
	check(os.WriteFile("ioctl.tbl", b.Bytes(), 0o644))
}

// newer returns the requests in file, which no installed header has yet.
func newer(file string) []request {
	raw, err := os.ReadFile(file)
	check(err)
	_, lines, _ := strings.Cut(string(raw), "\n")
	return parseRequests(lines)
}

type request struct {
	number uint32
	name   string
}

func sorted(found map[request]bool) []request {
	var all []request
	for r := range found {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b request) int {
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.name, b.name))
	})
	return all
}

// headers returns the headers below the roots, as #include names them.
func headers() []string {
	var all []string
	for _, root := range roots {
		dir, err := filepath.EvalSymlinks(includeDir(root))
		if err != nil {
			continue // not every system has all of them
		}
		check(filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".h") {
				all = append(all, root+strings.TrimPrefix(path, dir))
			}
			return err
		}))
	}
	return all
}

// includeDir returns the directory of a root's headers.
func includeDir(root string) string {
	if _, err := os.Stat("/usr/include/" + root); err == nil {
		return "/usr/include/" + root
	}
	out, err := exec.Command("gcc", "-print-multiarch").Output()
	check(err)
	return filepath.Join("/usr/include", strings.TrimSpace(string(out)), root)
}

// A list is what ioctl.lst says. "HEADER PATTERN... !PATTERN..." names the plain numbers
// in a header that are requests, and those that are not. "* !PATTERN..." names what is no
// request in any header. "HEADER < DIRECTIVE" is a line that the header needs before it
// to compile.
type list struct {
	rules  map[string][]string
	before map[string][]string
}

func readList(file string) *list {
	raw, err := os.ReadFile(file)
	check(err)
	l := &list{map[string][]string{}, map[string][]string{}}
	for line := range strings.Lines(string(raw)) {
		line, _, _ = strings.Cut(line, "//")
		header, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if directive, ok := strings.CutPrefix(rest, "< "); ok {
			l.before[header] = append(l.before[header], directive)
		} else if header != "" {
			l.rules[header] = append(l.rules[header], strings.Fields(rest)...)
		}
	}
	return l
}

// wanted returns what the rules say about a macro: 1 to take it, -1 to leave it out, 0 if
// they say nothing.
func (l *list) wanted(header, name string) int {
	for _, p := range slices.Concat(l.rules["*"], l.rules[header]) {
		if not, ok := strings.CutPrefix(p, "!"); ok && matches(not, name) {
			return -1
		}
	}
	for _, p := range l.rules[header] {
		if !strings.HasPrefix(p, "!") && matches(p, name) {
			return 1
		}
	}
	return 0
}

func matches(pattern, name string) bool {
	ok, err := filepath.Match(pattern, name)
	check(err)
	return ok
}

// defines matches the object-like macros that a header itself defines.
var defines = regexp.MustCompile(`(?m)^[ \t]*#[ \t]*define[ \t]+([A-Za-z_]\w*)[ \t]+\S`)

// requestsOf returns the requests that a header defines.
func (l *list) requestsOf(header string) []request {
	root, rest, _ := strings.Cut(header, "/")
	raw, err := os.ReadFile(filepath.Join(includeDir(root), rest))
	check(err)
	var names []string
	for _, m := range defines.FindAllStringSubmatch(string(raw), -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	names = slices.Compact(names)
	names = slices.DeleteFunc(names, func(n string) bool { return l.wanted(header, n) < 0 })
	listed := slices.ContainsFunc(names, func(n string) bool { return l.wanted(header, n) > 0 })
	if !listed && !strings.Contains(string(raw), "_IO") && !strings.Contains(string(raw), "_SIO") {
		return nil
	}
	prologue := l.prologue(header)
	macros := iocMacros(prologue, names)
	names = slices.DeleteFunc(names, func(n string) bool { return !macros[n] && l.wanted(header, n) <= 0 })
	return values(prologue, names)
}

// prologue returns the lines with which a program must begin to use the header.
func (l *list) prologue(header string) string {
	var b strings.Builder
	b.WriteString("#include <stddef.h>\n#include <stdint.h>\n#include <sys/types.h>\n#include <sys/time.h>\n#include <linux/types.h>\n#include <linux/ioctl.h>\n")
	for _, directive := range l.before[header] {
		b.WriteString(directive + "\n")
	}
	fmt.Fprintf(&b, "#include <%s>\n", header)
	return b.String()
}

// marker stands for _IOC where the question is what a macro expands to.
const marker = "plait_ioc"

// iocMacros returns the set of those names that expand to one _IOC(...).
func iocMacros(prologue string, names []string) map[string]bool {
	var src strings.Builder
	src.WriteString(prologue + "#undef _IOC\n#define _IOC(d, t, n, s) " + marker + "(d)\n")
	for _, n := range names {
		fmt.Fprintf(&src, "\"%s\" %s\n", n, n)
	}
	out, _ := gcc(src.String(), "-E", "-P")
	macros := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^"(\w+)" *(?:\( *\(int\) *)?[( ]*`+marker+`\([^()]*\)[) ]*$`).FindAllStringSubmatch(out, -1) {
		macros[m[1]] = true
	}
	// A macro that expands to several is an expression with macros in it, such as a size.
	return macros
}

// values asks the compiler for the numbers of names. It leaves out names that are no
// constants.
func values(prologue string, names []string) []request {
	if len(names) == 0 {
		return nil
	}
	constant := names
	for {
		src, line := prologue, strings.Count(prologue, "\n")+1
		for i, n := range constant {
			src += fmt.Sprintf("enum { plait%d = (int)(%s) };\n", i, n)
		}
		_, msg := gcc(src, "-fsyntax-only", "-fmax-errors=0")
		bad := badLines(msg)
		var good []string
		for i, n := range constant {
			if !bad[line+i] {
				good = append(good, n)
			}
		}
		if len(good) == len(constant) {
			break
		}
		constant = good
	}
	src := prologue + "int printf(const char *, ...);\nint main(void) {\n"
	for _, n := range constant {
		src += fmt.Sprintf("printf(\"%%x %s\\n\", (unsigned)(%s));\n", n, n)
	}
	return run(src + "return 0; }\n")
}

// badLines returns the lines of the standard input that the compiler complains about.
func badLines(msg string) map[int]bool {
	bad := map[int]bool{}
	for _, m := range regexp.MustCompile(`<stdin>:(\d+):\d+: error`).FindAllStringSubmatch(msg, -1) {
		n, _ := strconv.Atoi(m[1])
		bad[n] = true
	}
	return bad
}

// run compiles and runs a program that prints requests.
func run(src string) []request {
	dir, err := os.MkdirTemp("", "gen_ioctl")
	check(err)
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "values")
	if _, msg := gcc(src, "-o", program); msg != "" {
		log.Fatalf("%s\n%.1500s", src[:strings.Index(src, "int printf")], msg)
	}
	out, err := exec.Command(program).Output()
	check(err)
	return parseRequests(string(out))
}

// parseRequests reads lines "HEXNUMBER NAME".
func parseRequests(text string) []request {
	var all []request
	for line := range strings.Lines(text) {
		number, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, err := strconv.ParseUint(number, 16, 32)
		check(err)
		all = append(all, request{uint32(n), name})
	}
	return all
}

// gcc runs the compiler on src, which is C. It returns the standard output and the
// messages.
func gcc(src string, args ...string) (out, msg string) {
	args = append([]string{"-x", "c", "-D_GNU_SOURCE", "-D__KERNEL_STRICT_NAMES", "-I/usr/include/libdrm", "-w"}, append(args, "-")...)
	cmd := exec.Command("gcc", args...)
	cmd.Stdin = strings.NewReader(src)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil && stderr.Len() == 0 {
		log.Fatal(err)
	}
	return stdout.String(), stderr.String()
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
