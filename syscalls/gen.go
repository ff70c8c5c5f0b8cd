//go:build ignore

// Gen writes the tables that come from the system's headers and its C library:
// data/amd64.tbl, data/386.tbl, data/x32.tbl, data/errno.tbl, data/signal.tbl.
package main

import (
	"cmp"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// x32Bit marks the numbers of the x32 convention (asm/unistd.h).
const x32Bit = 0x40000000

// A row is one number with its name and, where it has one, its text.
type row struct {
	nr   int
	name string
	text string
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("gen: ")
	newer := readRows("data/newer.tbl")
	writeNumbers("amd64", "unistd_64.h", newer)
	writeNumbers("386", "unistd_32.h", newer)
	writeNumbers("x32", "unistd_x32.h", newer)
	write("data/errno.tbl", "<linux/errno.h>, texts of strerror(3); below the line the kernel's own codes", slices.Concat(errors(), readRows("data/errno_kernel.tbl")))
	write("data/signal.tbl", "<asm/signal.h>, texts of strsignal(3)", signals())
}

// writeNumbers writes the table of one convention: the calls that the header defines, and
// those of the newer ones that it lacks.
func writeNumbers(name, header string, newer []row) {
	rows := numbers(header)
	for _, r := range newer {
		known := slices.ContainsFunc(rows, func(have row) bool { return have.name == r.name })
		if !known && (r.text == "" || r.text == name) {
			rows = append(rows, row{nr: r.nr, name: r.name})
		}
	}
	sortRows(rows)
	write("data/"+name+".tbl", "<asm/"+header+"> and newer.tbl", rows)
}

// numbers returns the __NR_ macros of a header, by number.
func numbers(header string) []row {
	def := regexp.MustCompile(`(?m)^#define __NR_(\w+) \(?(?:__X32_SYSCALL_BIT \+ )?(\d+)\)?$`)
	var rows []row
	for _, m := range def.FindAllStringSubmatch(gcc("#include <asm/"+header+">\n", "-E", "-dM"), -1) {
		nr, _ := strconv.Atoi(m[2])
		rows = append(rows, row{nr: nr &^ x32Bit, name: m[1]})
	}
	sortRows(rows)
	return rows
}

// errors returns the error numbers in the kernel's header. A macro that stands for another
// name (EWOULDBLOCK) is not a number and therefore not a row.
func errors() []row {
	rows := macros("linux/errno.h", `E\w+`)
	texts := texts("strerror", rows)
	for i := range rows {
		rows[i].text = texts[i]
	}
	return rows
}

// signals returns the signals 1 to 64, without second names. The C library's SIGRTMIN is a
// function call, so the real-time signals are counted from the kernel's first, 32.
func signals() []row {
	rows := slices.DeleteFunc(macros("asm/signal.h", `SIG[A-Z]+[0-9]*`), func(r row) bool {
		return r.nr > 31 || slices.Contains([]string{"SIGRTMIN", "SIGUNUSED", "SIGIOT"}, r.name)
	})
	rows = append(rows, row{nr: 32, name: "SIGRTMIN"})
	for nr := 33; nr <= 64; nr++ {
		rows = append(rows, row{nr: nr, name: fmt.Sprintf("SIGRT_%d", nr-32)})
	}
	texts := texts("strsignal", rows)
	for i := range rows {
		rows[i].text = texts[i]
	}
	return rows
}

// macros returns the decimal macros of a header whose names match.
func macros(header, names string) []row {
	def := regexp.MustCompile(`(?m)^#define (` + names + `)\s+(\d+)\s*$`)
	var rows []row
	for _, m := range def.FindAllStringSubmatch(gcc("#include <"+header+">\n", "-E", "-dM"), -1) {
		nr, _ := strconv.Atoi(m[2])
		rows = append(rows, row{nr: nr, name: m[1]})
	}
	sortRows(rows)
	return rows
}

// texts returns the C library's text for each number, in the C locale.
func texts(function string, rows []row) []string {
	var src strings.Builder
	src.WriteString("#define _GNU_SOURCE\n#include <string.h>\n#include <stdio.h>\nint main(void) {\n")
	for _, r := range rows {
		fmt.Fprintf(&src, "puts(%s(%d));\n", function, r.nr)
	}
	src.WriteString("return 0; }\n")
	dir, err := os.MkdirTemp("", "gen")
	check(err)
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "texts")
	gcc(src.String(), "-o", program)
	out, err := exec.Command(program).Output()
	check(err)
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// gcc compiles the C source src with more arguments and returns what gcc prints.
func gcc(src string, args ...string) string {
	cmd := exec.Command("gcc", append([]string{"-x", "c"}, append(args, "-")...)...)
	cmd.Stdin = strings.NewReader(src)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	check(err)
	return string(out)
}

// readRows reads a table in the format that write writes.
func readRows(file string) []row {
	text, err := os.ReadFile(file)
	check(err)
	var rows []row
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), "#")
		fields := strings.SplitN(line, " ", 3)
		if len(fields) < 2 {
			continue
		}
		nr, err := strconv.Atoi(fields[0])
		check(err)
		rows = append(rows, row{nr: nr, name: fields[1], text: strings.Join(fields[2:], "")})
	}
	sortRows(rows)
	return rows
}

func sortRows(rows []row) {
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.nr, b.nr), cmp.Compare(a.name, b.name))
	})
}

func write(file, from string, rows []row) {
	var b strings.Builder
	fmt.Fprintf(&b, "# Code generated by gen.go; DO NOT EDIT.\n# From %s.\n", from)
	for _, r := range rows {
		b.WriteString(strings.TrimSpace(fmt.Sprintf("%d %s %s", r.nr, r.name, r.text)) + "\n")
	}
	check(os.WriteFile(file, []byte(b.String()), 0o644))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
