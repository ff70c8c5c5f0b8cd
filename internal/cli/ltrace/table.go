package ltrace

import (
	"os"
	"slices"
	"strconv"
	"syscall"
	"time"

	"plait/event"
	"plait/internal/cli"
	"plait/output"
	"plait/output/callmap"
	"plait/output/summary"
)

// tableOptions are the options of tables as the user typed them; "" is not given.
type tableOptions struct {
	by, order, form, interval string
	wide                      bool
}

// countOrders and mapOrders return the possible arguments of --sort with -c and --map.
func countOrders() []string { return wordsOf(summary.Orders) }
func mapOrders() []string   { return wordsOf(callmap.Orders) }

// allOrders returns all possible arguments of --sort.
func allOrders() []string {
	all := countOrders()
	for _, word := range mapOrders() {
		if !slices.Contains(all, word) {
			all = append(all, word)
		}
	}
	return all
}

func wordsOf[T ~string](list []T) (words []string) {
	for _, word := range list {
		words = append(words, string(word))
	}
	return words
}

// showsTable reports whether the trace is a table.
func (o *options) showsTable() bool { return o.summary > 0 || o.showsMap() || o.showsHeap() }

// detailed reports whether the table of -c has more columns than ltrace's: where it is
// asked for, and with -S, unless readers expect ltrace's.
func (o *options) detailed() bool {
	return o.tables.form != "" || o.tables.order != "" || o.summary == 1 && o.syscalls && !o.isLtrace()
}

// interval parses the argument of --interval: a duration, or a number of seconds.
func (o *options) interval() (time.Duration, error) {
	text := o.tables.interval
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if n, number := strconv.ParseFloat(text, 64); number == nil {
		d, err = time.Duration(n*float64(time.Second)), nil
	}
	if err != nil || d < minInterval || d > maxInterval {
		return 0, cli.UsageError{What: "--interval " + text, Why: "must be a time from 10ms to 1000h", Hint: "--interval 5s writes the table every five seconds"}
	}
	return d, nil
}

// Bounds of --interval.
const (
	minInterval = 10 * time.Millisecond
	maxInterval = 1000 * time.Hour
)

// checkTables checks the options of tables.
func (o *options) checkTables() error {
	switch {
	case o.tree && (o.showsTable() || o.format != "" && o.format != output.Tree):
		return cli.UsageError{What: "--tree and --format, --map or -c", Why: "exclude each other", Hint: "--tree is --format tree"}
	case o.mapView != "" && o.format != "" && o.format != output.Map:
		return cli.UsageError{What: "--format and --map", Why: "exclude each other", Hint: "--format map is --map; --table csv and --table json are its other forms"}
	case o.heap && o.format != "" && o.format != output.Heap:
		return cli.UsageError{What: "--format and --heap", Why: "exclude each other", Hint: "--format heap is --heap; --table csv and --table json are its other forms"}
	case o.showsHeap() && (o.summary > 0 || o.showsMap() || o.tree):
		return cli.UsageError{What: "--heap and -c, --map or --tree", Why: "exclude each other", Hint: "with --record, one run can be shown in many ways"}
	case o.showsHeap() && o.filePerProcess():
		return cli.UsageError{What: "-ff and --heap", Why: "exclude each other", Hint: "the table is of all processes together"}
	case o.showsMap() && o.summary > 0:
		return cli.UsageError{What: "--map and -c", Why: "exclude each other", Hint: "they are two tables"}
	case o.showsMap() && o.filePerProcess():
		return cli.UsageError{What: "-ff and --map", Why: "exclude each other", Hint: "--by process,function has rows for each process"}
	case o.tables.by != "" && !o.showsMap():
		return cli.UsageError{What: "--by", Why: "is for --map"}
	}
	if err := o.checkOrder(); err != nil {
		return err
	}
	if _, err := o.interval(); err != nil {
		return err
	}
	_, err := o.keys()
	return err
}

// checkOrder checks that options of all tables come with one that they can do.
func (o *options) checkOrder() error {
	for _, given := range []struct{ option, value string }{
		{"--sort", o.tables.order}, {"--table", o.tables.form}, {"--interval", o.tables.interval},
	} {
		if given.value != "" && !o.showsTable() {
			return cli.UsageError{What: given.option, Why: "is for -c, --map and --heap"}
		}
	}
	orders, table := countOrders(), "-c"
	switch {
	case o.showsMap():
		orders, table = mapOrders(), "--map"
	case o.showsHeap() && o.tables.order != "":
		return cli.UsageError{What: "--heap --sort", Why: "its rows have one order", Hint: "what lives at the end comes first"}
	}
	if o.tables.order != "" && !slices.Contains(orders, o.tables.order) {
		return cli.UsageError{What: table + " --sort " + o.tables.order, Why: oneOf(orders)}
	}
	return nil
}

// repeated returns a sink that writes a table again and again, if s is one, and lets the
// user ask for it.
func (o *options) repeated(s event.Sink) event.Sink {
	t, ok := s.(output.Table)
	if !ok {
		return s
	}
	interval, _ := o.interval() // read without error by check
	r := output.NewRepeater(t, interval)
	o.repeaters = append(o.repeaters, r)
	return r
}

// watchTable writes the tables at SIGUSR1 and, where there are no events, at each
// interval. By the name ltrace SIGUSR1 does what it always did.
func (o *options) watchTable(u *cli.UI) {
	if len(o.repeaters) == 0 {
		return
	}
	if !o.isLtrace() {
		cli.Watch(tableSignals, func(syscall.Signal) {
			u.ClearProgress()
			o.eachTable((*output.Repeater).Print, time.Now())
		})()
	}
	if interval, _ := o.interval(); interval > 0 {
		go func() {
			for now := range time.Tick(interval) {
				o.eachTable((*output.Repeater).Tick, now)
			}
		}()
	}
}

func (o *options) eachTable(do func(*output.Repeater, time.Time), now time.Time) {
	for _, r := range o.repeaters {
		do(r, now)
	}
}

// tableSignals ask for the table.
var tableSignals = []os.Signal{syscall.SIGUSR1}
