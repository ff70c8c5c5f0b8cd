package ltrace

import (
	"fmt"
	"strings"

	"plait/internal/cli"
)

// completion returns a script that completes plait's options in a shell.
func completion(shell string) (string, error) {
	switch shell {
	case "bash":
		return bashCompletion(), nil
	case "zsh":
		return zshCompletion(), nil
	case "fish":
		return fishCompletion(), nil
	}
	return "", cli.UsageError{What: "--completion " + shell, Why: oneOf([]string{"bash", "zsh", "fish"})}
}

// completers complete arguments by what the help calls them.
var completers = map[string]completer{
	"FILE": {"compgen -f --", "_files", "-rF"},
	"LIST": {"compgen -f --", "_files", "-rF"},
	"PID":  {"compgen -W \"$(ps -eo pid=)\" --", "_pids", "-x -a '(__fish_complete_pids)'"},
	"USER": {"compgen -u --", "_users", "-x -a '(__fish_complete_users)'"},
}

// A completer completes one kind of argument, in the syntax of each shell.
type completer struct{ bash, zsh, fish string }

// wordCompleter completes one of the words in all.
func wordCompleter(all []string) completer {
	list := strings.Join(all, " ")
	return completer{"compgen -W '" + list + "' --", "(" + list + ")", "-x -a '" + list + "'"}
}

// completer returns what completes the option's argument; ok is false if nothing
// does.
func (opt option) completer() (s completer, ok bool) {
	switch {
	case opt.words != nil:
		return wordCompleter(opt.words), true
	case opt.suggest != nil:
		return wordCompleter(opt.suggest()), true
	}
	s, ok = completers[opt.arg]
	return s, ok
}

// bash splits "--color=au" into three words, because of the "=". _command_offset
// exists only where the package bash-completion is installed.
const bashFrame = `# bash completion for plait
_plait_command() {
	if declare -F _command_offset >/dev/null; then
		_command_offset $1
	elif ((COMP_CWORD == $1)); then
		mapfile -t COMPREPLY < <(compgen -c -- "$cur")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	fi
}
_plait() {
	local cur=${COMP_WORDS[COMP_CWORD]} at=$((COMP_CWORD - 1)) prev i
	COMPREPLY=()
	if [[ $cur == = ]]; then
		cur=
	elif [[ ${COMP_WORDS[at]} == = ]]; then
		((at--))
	fi
	prev=${COMP_WORDS[at]}
	case ${COMP_WORDS[at-1]}/$prev in
	-e/trace|--filter/trace|=/trace|-e/signal|--filter/signal|=/signal) prev=--$prev ;;
	esac
	if [[ $prev == -e || $prev == --filter ]]; then
		mapfile -t COMPREPLY < <(compgen -W 'trace= signal=' -- "$cur")
		compopt -o nospace +o filenames
		return
	fi
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--) _plait_command $((i + 1)); return ;;
		=) ((i++)) ;;
		%s) [[ ${COMP_WORDS[i+1]} == = ]] || ((i++)) ;;
		-*) ;;
		*) _plait_command $i; return ;;
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
		words = append(words, opt.names()...)
		if opt.arg == "" {
			continue
		}
		if opt.without == "" {
			withArgument = append(withArgument, opt.names()...)
		}
		action := "return"
		if s, ok := opt.completer(); ok {
			action = fmt.Sprintf("mapfile -t COMPREPLY < <(%s \"$cur\"); return", s.bash)
		}
		fmt.Fprintf(&cases, "\t%s) %s ;;\n", strings.Join(opt.names(), "|"), action)
	}
	return fmt.Sprintf(bashFrame, strings.Join(withArgument, "|"), cases.String(), strings.Join(words, " "))
}

func zshCompletion() string {
	var b strings.Builder
	b.WriteString("#compdef plait\n_arguments -s -S \\\n")
	for _, opt := range visible() {
		for _, word := range opt.names() {
			fmt.Fprintf(&b, "\t'%s' \\\n", opt.zsh(word))
		}
	}
	b.WriteString("\t'(-):command: _command_names -e' \\\n\t'*::arguments: _normal'\n")
	return b.String()
}

// zsh returns one line of _arguments: *SPEC[HELP]:ARG:ACTION.
func (opt option) zsh(word string) string {
	help := strings.NewReplacer("'", `'\''`, "[", `\[`, "]", `\]`, ":", `\:`).Replace(opt.help)
	join, argument := "", ""
	if opt.arg != "" {
		s, _ := opt.completer()
		join, argument = "+", ":"+opt.arg+":"+s.zsh
		switch {
		case opt.without != "":
			join, argument = "=-", ":"+argument
		case strings.HasPrefix(word, "--"):
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
		if s, ok := opt.completer(); ok {
			b.WriteString(" " + s.fish)
		} else if opt.arg != "" {
			b.WriteString(" -x")
		}
		fmt.Fprintf(&b, " -d '%s'\n", strings.ReplaceAll(opt.help, "'", `\'`))
	}
	return b.String()
}

// visible returns the options that are meant for users.
func visible() []option {
	var all []option
	for _, opt := range optionList {
		if !opt.hidden {
			all = append(all, opt)
		}
	}
	return all
}

// names returns the spellings of an option without its argument.
func (opt option) names() []string {
	if opt.short == "" {
		return []string{"--" + opt.name}
	}
	return []string{"-" + opt.short, "--" + opt.name}
}
