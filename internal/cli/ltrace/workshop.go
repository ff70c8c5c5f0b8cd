package ltrace

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"plait/docs/lessons"
	"plait/internal/cli"
)

// A workshop is a temporary folder in which the programs of a lesson are built and run.
type workshop struct {
	ctx     context.Context // done: the user wants no more
	dir     string
	path    string // PATH for its commands, where plait is this program
	prelude string // what precedes each command of its shell
	shipped string // folder of programs that "make install" has built
}

// openWorkshop makes a workshop with the source of a lesson's program. It must be closed.
func openWorkshop(ctx context.Context, l lessons.Lesson, coloured bool) (*workshop, error) {
	own, err := os.Executable()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "plait-lesson-")
	if err != nil {
		return nil, err
	}
	bin := filepath.Join(dir, "bin")
	w := &workshop{ctx: ctx, dir: dir, prelude: ccFunction(),
		path:    bin + string(filepath.ListSeparator) + os.Getenv("PATH"),
		shipped: filepath.Join(filepath.Dir(filepath.Dir(own)), "lib", "plait", "lessons"),
	}
	if coloured {
		w.prelude += "plait() { command plait --color=always \"$@\"; }\n"
	}
	err = errors.Join(os.Mkdir(bin, 0o700), os.Symlink(own, filepath.Join(bin, "plait")),
		os.WriteFile(filepath.Join(dir, l.Name+".c"), []byte(l.Source), 0o600))
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func (w *workshop) close() { _ = os.RemoveAll(w.dir) }

// compilers are the names of C compilers, the first of which the pages use.
var compilers = []string{"cc", "gcc", "clang"}

func isInstalled(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

func hasCompiler() bool { return slices.ContainsFunc(compilers, isInstalled) }

// ccFunction returns the definition of cc for a shell where there is no program of that
// name, but another compiler.
func ccFunction() string {
	if i := slices.IndexFunc(compilers, isInstalled); i > 0 {
		return "cc() { " + compilers[i] + " \"$@\"; }\n"
	}
	return ""
}

// build builds programs by a command, or takes those that came with plait. A note says why
// they were not built here. Without programs, ok is false.
func (w *workshop) build(command string) (note string, ok bool) {
	err := w.compile(command)
	switch {
	case err == nil:
		return "", true
	case w.takeShipped() == nil:
		return fmt.Sprintf("(%v; the program is the one that was installed with plait)\n", err), true
	}
	return fmt.Sprintf("(%v; what follows was printed when the lesson was written)\n", err), false
}

var errNoCompiler = errors.New("there is no C compiler here")

func (w *workshop) compile(command string) error {
	if !hasCompiler() {
		return errNoCompiler
	}
	out, err := w.command("set -e\n" + command).CombinedOutput()
	if err == nil {
		return nil
	}
	why, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return fmt.Errorf("the program can't be compiled here: %s", cli.Printable(why))
}

// takeShipped puts the programs that came with plait into the workshop.
func (w *workshop) takeShipped() error {
	programs, err := os.ReadDir(w.shipped)
	if err == nil && len(programs) == 0 {
		return os.ErrNotExist
	}
	for _, p := range programs {
		link := os.Symlink(filepath.Join(w.shipped, p.Name()), filepath.Join(w.dir, p.Name()))
		if link != nil && !errors.Is(link, os.ErrExist) {
			return link
		}
	}
	return err
}

// run runs a command and returns what it prints.
func (w *workshop) run(command string) string {
	out, err := w.command(command).CombinedOutput()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		return err.Error() + "\n"
	}
	return strings.ReplaceAll(string(out), "\r\n", "\n") // as terminals end lines
}

func (w *workshop) command(line string) *exec.Cmd {
	c := exec.CommandContext(w.ctx, "sh", "-c", w.prelude+line)
	c.Dir = w.dir
	c.Env = append(os.Environ(), "PATH="+w.path)
	return c
}

// buildLessons writes the programs of all lessons to a folder and builds them there. It
// replaces no file.
func buildLessons(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, l := range lessons.All() {
		if err := writeNew(filepath.Join(dir, l.Name+".c"), l.Source); err != nil {
			return err
		}
		w := &workshop{ctx: context.Background(), dir: dir, prelude: ccFunction(), path: os.Getenv("PATH")}
		for _, p := range l.Parts {
			if p.Run == nil {
				continue
			}
			if err := w.compile(p.Run.Build); err != nil {
				return fmt.Errorf("lesson %d: %w", l.Number, err)
			}
		}
	}
	return nil
}

func writeNew(name, text string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
