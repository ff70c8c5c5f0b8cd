package ltrace

import (
	"strings"

	"plait/output"
)

// formatNames returns the possible arguments of --format.
func formatNames() (names []string) {
	for _, f := range output.Named() {
		names = append(names, f.Name)
	}
	return names
}

// formatHelp returns the help of --format.
func formatHelp() string {
	names := formatNames()
	last := len(names) - 1
	return "write the trace as " + strings.Join(names[:last], ", ") + " or " + names[last] + " (" + names[0] + ")"
}

// formatMore returns what the manual adds to that.
func formatMore() string {
	var each []string
	for _, f := range output.Named() {
		each = append(each, f.Name+" is "+f.Help)
	}
	return strings.Join(each, "; ") + "."
}
