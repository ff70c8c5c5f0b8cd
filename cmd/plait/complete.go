package main

import (
	"fmt"
	"strings"
)

// completion returns the script that teaches a shell plait's options.
func completion(shell string) (string, error) {
	switch shell {
	case "bash":
		return bashCompletion(), nil
	case "zsh":
		return zshCompletion(), nil
	case "fish":
		return fishCompletion(), nil
	}
	return "", usageError{what: "--completion " + shell, why: "must be one of bash, zsh, fish"}
}

// A subject is what an option's argument names, for those that a shell can
// complete.
var subjects = map[string]struct{ bash, zsh, fish string }{
	"FILE": {"compgen -f --", "_files", "-rF"},
	"LIST": {"compgen -f --", "_files", "-rF"},
	"PID":  {"compgen -W \"$(ps -eo pid=)\" --", "_pids", "-x -a '(__fish_complete_pids)'"},
	"USER": {"compgen -u --", "_users", "-x -a '(__fish_complete_users)'"},
	"WHEN": {"compgen -W 'auto always never' --", "(auto always never)", "-x -a 'auto always never'"},
}

const bashFrame = `# bash completion for plait
_plait() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} i
	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--) _command_offset $((i + 1)); return ;;
		%s) ((i++)) ;;
		-*) ;;
		*) _command_offset $i; return ;;
		esac
	done
	case $prev in
%s	esac
	case $cur in
	-*) mapfile -t COMPREPLY < <(compgen -W '%s' -- "$cur") ;;
	*) mapfile -t COMPREPLY < <(compgen -c -- "$cur") ;;
	esac
}
complete -o filenames -F _plait plait
`

func bashCompletion() string {
	var cases strings.Builder
	var words, withArgument []string
	for _, opt := range visible() {
		words = append(words, opt.words()...)
		if opt.arg == "" {
			continue
		}
		withArgument = append(withArgument, opt.words()...)
		action := "return"
		if s, ok := subjects[opt.arg]; ok {
			action = fmt.Sprintf("mapfile -t COMPREPLY < <(%s \"$cur\"); return", s.bash)
		}
		fmt.Fprintf(&cases, "\t%s) %s ;;\n", strings.Join(opt.words(), "|"), action)
	}
	return fmt.Sprintf(bashFrame, strings.Join(withArgument, "|"), cases.String(), strings.Join(words, " "))
}

func zshCompletion() string {
	var b strings.Builder
	b.WriteString("#compdef plait\n_arguments -s -S \\\n")
	for _, opt := range visible() {
		for _, word := range opt.words() {
			fmt.Fprintf(&b, "\t'%s' \\\n", opt.zsh(word))
		}
	}
	b.WriteString("\t'(-):command: _command_names -e' \\\n\t'*::arguments: _normal'\n")
	return b.String()
}

// zsh is one line of _arguments: *SPEC[HELP]:ARG:ACTION.
func (opt option) zsh(word string) string {
	help := strings.NewReplacer("'", `'\''`, "[", `\[`, "]", `\]`, ":", `\:`).Replace(opt.help)
	join, argument := "", ""
	if opt.arg != "" {
		join, argument = "+", ":"+opt.arg+":"+subjects[opt.arg].zsh
		if strings.HasPrefix(word, "--") {
			join = "="
		}
	}
	return "*" + word + join + "[" + help + "]" + argument
}

func fishCompletion() string {
	var b strings.Builder
	b.WriteString("# fish completion for plait\ncomplete -c plait -x -a '(__fish_complete_subcommand)'\n")
	for _, opt := range visible() {
		b.WriteString("complete -c plait")
		if opt.short != "" {
			b.WriteString(" -s " + opt.short)
		}
		b.WriteString(" -l " + opt.name)
		if s, ok := subjects[opt.arg]; ok {
			b.WriteString(" " + s.fish)
		} else if opt.arg != "" {
			b.WriteString(" -x")
		}
		fmt.Fprintf(&b, " -d '%s'\n", strings.ReplaceAll(opt.help, "'", `\'`))
	}
	return b.String()
}

// visible returns the options that can be used and are meant for users.
func visible() []option {
	var all []option
	for _, opt := range optionList {
		if !opt.hidden {
			all = append(all, opt)
		}
	}
	return all
}

// words are the spellings of an option without its argument.
func (opt option) words() []string {
	if opt.short == "" {
		return []string{"--" + opt.name}
	}
	return []string{"-" + opt.short, "--" + opt.name}
}
