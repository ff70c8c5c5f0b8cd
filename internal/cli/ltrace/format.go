package ltrace

import (
	"slices"
	"strings"

	"plait/internal/cli"
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
	return "write the trace as " + strings.Join(names[:last], ", ") + " or " + names[last] + " (" + names[0] + ", or what FILE ends in)"
}

// formatMore returns what the manual adds to that.
func formatMore() string {
	var each []string
	for _, f := range output.Named() {
		each = append(each, f.Name+" is "+f.Help)
	}
	return strings.Join(each, "; ") + "."
}

// outputMore returns what the manual says of -o.
func outputMore() string {
	var each []string
	for _, f := range output.Named() {
		for _, ending := range f.Endings {
			each = append(each, ending+" ("+f.Name+")")
		}
	}
	return "If FILE begins with |, the rest is a shell command that reads the trace. Several -o write several files in one run. " +
		"Without --format, FILE's ending chooses the format: " + strings.Join(each, ", ") + "; any other is text, or the table of -c, --map or --heap."
}

// formatOf returns the format of an output, "" for standard error: that of --format, or
// the one that its name ends in, or that of -c, --map, --heap or --tree, or text.
func (o *options) formatOf(name string) output.Format {
	if slices.Contains(formatNames(), o.format) { // any other is an error, which check reports
		return output.Find(o.format)
	}
	if f, ok := output.ByEnding(name); ok && !o.isLtrace() && !strings.HasPrefix(name, "|") {
		return f
	}
	switch {
	case o.summary > 0:
		return output.Find(output.Summary)
	case o.showsMap():
		return output.Find(output.Map)
	case o.showsHeap():
		return output.Find(output.Heap)
	case o.tree:
		return output.Find(output.Tree)
	}
	return output.Find(output.Text)
}

// writes reports whether the trace, or one of its files, has a format.
func (o *options) writes(format string) bool {
	return o.writesOne(func(f output.Format) bool { return f.Name == format })
}

// writesOne reports whether the trace, or one of its files, has a format that is wanted.
func (o *options) writesOne(wanted func(output.Format) bool) bool {
	isOne := func(name string) bool { return wanted(o.formatOf(name)) }
	return o.showsTrace() && (len(o.outputs) == 0 && isOne("") || slices.ContainsFunc(o.outputs, isOne))
}

// checkFormats refuses to write bytes to where people read, and a table that would be
// written nowhere.
func (o *options) checkFormats() error {
	if len(o.outputs) == 0 && o.formatOf("").Binary {
		return cli.UsageError{What: "--format " + o.format, Why: "is not for a terminal", Hint: "-o FILE writes it to a file"}
	}
	if o.enters && !o.writes(output.JSONL) {
		return cli.UsageError{What: "--jsonl-enter", Why: "is for --format jsonl"}
	}
	table, option := o.formatOf(""), "-c"
	switch {
	case o.showsMap():
		option = "--map"
	case o.showsHeap():
		option = "--heap"
	}
	isTable := func(name string) bool { return o.formatOf(name).Name == table.Name }
	if len(o.outputs) > 0 && o.showsTable() && !slices.ContainsFunc(o.outputs, isTable) {
		return cli.UsageError{What: option, Why: "no file is for the table", Hint: "-o FILE with another ending writes it"}
	}
	return nil
}
