package ltrace

import (
	"slices"
	"strings"

	"plait/internal/cli"
	"plait/output"
	"plait/output/callmap"
)

// The values of --map.
const (
	mapInnermost = "innermost"
	mapOutermost = "outermost"
)

var mapViews = []string{mapInnermost, mapOutermost}

// mapKeys returns the possible words of --by.
func mapKeys() (keys []string) {
	for _, key := range callmap.Keys {
		keys = append(keys, string(key))
	}
	return keys
}

// mapOrders returns the possible arguments of --sort.
func mapOrders() (orders []string) {
	for _, order := range callmap.Orders {
		orders = append(orders, string(order))
	}
	return orders
}

// showsMap reports whether the map is written.
func (o *options) showsMap() bool { return o.mapView != "" || o.format == output.Map }

// mapOptions returns what the map shows.
func (o *options) mapOptions() callmap.Options {
	m := callmap.Options{Outermost: o.mapView == mapOutermost, Sort: callmap.Order(o.order)}
	m.By, _ = o.keys() // read without error by check
	return m
}

// keys parses the argument of --by.
func (o *options) keys() (keys []callmap.Key, err error) {
	if o.by == "" {
		return nil, nil
	}
	for word := range strings.SplitSeq(o.by, ",") {
		if !slices.Contains(mapKeys(), word) {
			return nil, cli.UsageError{What: "--by " + word, Why: oneOf(mapKeys())}
		}
		if !slices.Contains(keys, callmap.Key(word)) {
			keys = append(keys, callmap.Key(word))
		}
	}
	return keys, nil
}

// checkTables checks the options of tables.
func (o *options) checkTables() error {
	switch {
	case o.mapView != "" && o.format != output.Text && o.format != output.Map:
		return cli.UsageError{What: "--format and --map", Why: "exclude each other", Hint: "--format map is --map; --table csv and --table json are its other forms"}
	case o.showsMap() && o.summary > 0:
		return cli.UsageError{What: "--map and -c", Why: "exclude each other", Hint: "they are two tables"}
	case o.showsMap() && o.filePerProcess():
		return cli.UsageError{What: "-ff and --map", Why: "exclude each other", Hint: "--by process,function has rows for each process"}
	}
	if !o.showsMap() {
		for _, given := range []struct{ option, value string }{{"--by", o.by}, {"--sort", o.order}, {"--table", o.tableForm}} {
			if given.value != "" {
				return cli.UsageError{What: given.option, Why: "is for --map"}
			}
		}
	}
	_, err := o.keys()
	return err
}
