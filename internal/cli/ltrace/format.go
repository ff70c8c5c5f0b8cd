package ltrace

import (
	"strings"

	"plait/output"
)

// formatNames are the words of --format.
func formatNames() (names []string) {
	for _, f := range output.Lines() {
		names = append(names, f.Name)
	}
	return names
}

// formatHelp is what the list of options says of --format.
func formatHelp() string {
	names := formatNames()
	last := len(names) - 1
	return "write the trace as " + strings.Join(names[:last], ", ") + " or " + names[last] + " (" + names[0] + ")"
}

// formatMore is what the manual says of --format.
func formatMore() string {
	var each []string
	for _, f := range output.Lines() {
		each = append(each, f.Name+" is "+f.Help)
	}
	return strings.Join(each, "; ") + "."
}
