package strace

import (
	"fmt"
	"slices"
	"strings"
)

// getopt parses a command line exactly as getopt_long(3) does, with its messages, which
// strace's users and the scripts that call it know. pflag has neither arguments that only
// the long form takes, nor abbreviations of options that have several long names.

// A choice is one option of the command line.
type choice[T any] struct {
	short string   // one letter, "" if there is none
	long  []string // the usual form first
	arg   string   // name of its argument in the help; "" if it takes none
	// optional names an argument that only the long forms take, and only after "=".
	optional string
	group    string
	help     string // a phrase, "" if users need not know it
	more     string // more sentences, for the manual
	set      func(o T, g given) error
}

// A given is an option as the user gave it.
type given struct {
	name   string // as the user spelled it, unabbreviated: "-s", "--string-limit"
	arg    string
	hasArg bool // it has an argument
}

// long reports whether the long form was used.
func (g given) long() bool { return strings.HasPrefix(g.name, "--") }

// A getoptError is a command line that getopt_long(3) would reject.
type getoptError string

func (e getoptError) Error() string { return string(e) }

// getopt takes options off args up to the first word that is none, and returns the
// rest.
func getopt[T any](choices []choice[T], o T, args []string) ([]string, error) {
	for len(args) > 0 {
		word := args[0]
		if len(word) < 2 || word[0] != '-' {
			return args, nil
		}
		args = args[1:]
		if word == "--" {
			return args, nil
		}
		var err error
		if name, ok := strings.CutPrefix(word, "--"); ok {
			args, err = getoptLong(choices, o, name, args)
		} else {
			args, err = getoptShort(choices, o, word[1:], args)
		}
		if err != nil {
			return args, err
		}
	}
	return args, nil
}

// getoptShort takes a cluster of letters, of which the last may have an argument.
func getoptShort[T any](choices []choice[T], o T, letters string, args []string) ([]string, error) {
	for i := range len(letters) {
		letter := letters[i : i+1]
		at := slices.IndexFunc(choices, func(c choice[T]) bool { return c.short == letter })
		if at < 0 {
			return args, getoptError(fmt.Sprintf("invalid option -- '%s'", letter))
		}
		c, g := &choices[at], given{name: "-" + letter}
		if c.arg == "" {
			if err := c.set(o, g); err != nil {
				return args, err
			}
			continue
		}
		g.arg, g.hasArg = letters[i+1:], true
		if g.arg == "" {
			if len(args) == 0 {
				return args, getoptError(fmt.Sprintf("option requires an argument -- '%s'", letter))
			}
			g.arg, args = args[0], args[1:]
		}
		return args, c.set(o, g)
	}
	return args, nil
}

// getoptLong takes a long option; text is the word without its dashes.
func getoptLong[T any](choices []choice[T], o T, text string, args []string) ([]string, error) {
	prefix, arg, has := strings.Cut(text, "=")
	c, name, err := findLong(choices, prefix, text)
	if err != nil {
		return args, err
	}
	g := given{name: "--" + name, arg: arg, hasArg: has}
	switch {
	case has && c.arg == "" && c.optional == "":
		return args, getoptError(fmt.Sprintf("option '%s' doesn't allow an argument", g.name))
	case !has && c.arg != "":
		if len(args) == 0 {
			return args, getoptError(fmt.Sprintf("option '%s' requires an argument", g.name))
		}
		g.arg, g.hasArg, args = args[0], true, args[1:]
	}
	return args, c.set(o, g)
}

// findLong finds the option whose name is prefix, or the only option of which a name
// begins with prefix. It returns the name, too.
func findLong[T any](choices []choice[T], prefix, text string) (found *choice[T], name string, err error) {
	var names []string
	ambiguous := false
	for i := range choices {
		c := &choices[i]
		for _, long := range c.long {
			switch {
			case long == prefix:
				return c, long, nil
			case !strings.HasPrefix(long, prefix) || found == c || c.help == "":
			case found == nil:
				found, names = c, append(names, long)
			default:
				ambiguous, names = true, append(names, long)
			}
		}
	}
	switch {
	case found == nil:
		return nil, "", getoptError(fmt.Sprintf("unrecognized option '--%s'", text))
	case ambiguous:
		return nil, "", getoptError(fmt.Sprintf("option '--%s' is ambiguous; possibilities: '--%s'", text, strings.Join(names, "' '--")))
	}
	return found, names[0], nil
}
