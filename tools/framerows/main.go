// Framerows prints what Delve's reader of call frame information says about a file. A
// test compares that with plait's reader (unwind/oracle_test.go).
//
//	framerows FILE            begin and end of each function that .eh_frame describes
//	framerows -rules FILE     the rules that hold at the addresses on standard input
//
// It owns the form of these lines. It does not know plait, and is a module of its own, so
// that nothing of Delve gets into plait's. To compare something else, add a flag here and
// its reader to the test.
package main

import (
	"bufio"
	"debug/elf"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"strconv"

	"github.com/go-delve/delve/pkg/dwarf/frame"
)

func main() {
	rules := flag.Bool("rules", false, "print the rules at the addresses on standard input")
	flag.Parse()
	if err := run(flag.Arg(0), *rules); err != nil {
		log.Fatal(err)
	}
}

func run(path string, rules bool) error {
	functions, err := read(path)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	if rules {
		err = answer(out, functions)
	} else {
		for _, f := range functions {
			fmt.Fprintf(out, "%x %x\n", f.Begin(), f.End())
		}
	}
	return errors.Join(err, out.Flush())
}

func read(path string) (frame.FrameDescriptionEntries, error) {
	f, err := elf.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := f.Section(".eh_frame")
	if s == nil {
		return nil, errors.New(path + ": no .eh_frame")
	}
	b, err := s.Data()
	if err != nil {
		return nil, err
	}
	functions, err := frame.Parse(b, f.ByteOrder, 0, 8, s.Addr)
	return functions.Append(nil), err // sorted, as FDEForPC wants them
}

func answer(out *bufio.Writer, functions frame.FrameDescriptionEntries) error {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		pc, err := strconv.ParseUint(in.Text(), 16, 64)
		if err != nil {
			return err
		}
		f, err := functions.FDEForPC(pc)
		if err != nil {
			fmt.Fprintln(out, "none")
			continue
		}
		c, err := f.EstablishFrame(pc)
		if err != nil {
			return fmt.Errorf("%#x: %w", pc, err)
		}
		fmt.Fprintln(out, text(c))
	}
	return in.Err()
}

// general is the number of registers whose rules are compared, by DWARF number: amd64's
// general ones and the return address.
const general = 17

// text returns a row: the canonical frame address, and where changed registers are
// saved. Undefined is written only for the return address, because Delve also says
// undefined about registers that are restored to no rule.
func text(c *frame.FrameContext) string {
	b := fmt.Appendf(nil, "ra=%d cfa=", c.RetAddrReg)
	if c.CFA.Rule == frame.RuleExpression {
		b = fmt.Appendf(b, "%x", c.CFA.Expression)
	} else {
		b = fmt.Appendf(b, "r%d%+d", c.CFA.Reg, c.CFA.Offset)
	}
	for n := range uint64(general) {
		switch r := c.Regs[n]; r.Rule {
		case frame.RuleOffset:
			b = fmt.Appendf(b, " %d=*c%+d", n, r.Offset)
		case frame.RuleValOffset:
			b = fmt.Appendf(b, " %d=c%+d", n, r.Offset)
		case frame.RuleRegister:
			b = fmt.Appendf(b, " %d=r%d", n, r.Reg)
		case frame.RuleExpression:
			b = fmt.Appendf(b, " %d=*%x", n, r.Expression)
		case frame.RuleValExpression:
			b = fmt.Appendf(b, " %d=%x", n, r.Expression)
		case frame.RuleUndefined:
			if _, told := c.Regs[n]; told && n == c.RetAddrReg {
				b = fmt.Appendf(b, " %d=undefined", n)
			}
		}
	}
	return string(b)
}
