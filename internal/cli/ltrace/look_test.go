package ltrace

import (
	"reflect"
	"strings"
	"testing"

	"plait/output/text"
)

func TestLook(t *testing.T) {
	t.Setenv("COLUMNS", "100")
	for line, want := range map[string]text.Options{
		"ls":                       {Align: 62, Threads: text.Bracketed},
		"-a 3 -o x ls":             {Align: 3, Threads: text.Unnamed},
		"-a 3 -f -o x ls":          {Align: 3, Threads: text.Numbered},
		"-a 3 -o x -p 1":           {Align: 3, Threads: text.Numbered},
		"-a 3 -e f ls":             {Align: 3, Threads: text.Bracketed, From: true},
		"-a 3 -l f ls":             {Align: 3, Threads: text.Bracketed, From: true},
		"-a 3 -x f ls":             {Align: 3, Threads: text.Bracketed},
		"-a 3 -tt -CTib -n2 ls":    {Align: 3, Threads: text.Bracketed, Clock: text.Micros, Demangle: true, Elapsed: true, IP: true, NoSignals: true, Indent: 2},
		"-a 3 -C --no-demangle ls": {Align: 3, Threads: text.Bracketed},
		"-a 3 --versions ls":       {Align: 3, Threads: text.Bracketed, Versions: true},
		"-a 3 --as ltrace ls":      {Align: 3, Threads: text.Bracketed, NoErrno: true},
		"-a 3 -r ls":               {Align: 3, Threads: text.Bracketed, Clock: text.Relative},
		"-a 3 -t ls":               {Align: 3, Threads: text.Bracketed, Clock: text.Seconds},
		"-a 3 -ttt ls":             {Align: 3, Threads: text.Bracketed, Clock: text.UnixEpoch},
		"-a 3 --color=always ls":   {Align: 3, Threads: text.Bracketed, Color: true},
		"-a 3 --utf8=always ls":    {Align: 3, Threads: text.Bracketed, UTF8: true},
	} {
		t.Setenv("LC_ALL", "C")
		o, err := parse(strings.Fields(line))
		if err != nil {
			t.Fatal(err)
		}
		var w strings.Builder
		if got := textOptions(o, &w, &w, &w); !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", line, got, want)
		}
	}
}

func TestLocale(t *testing.T) {
	for name, want := range map[string]bool{
		"C": false, "": false, "C.UTF-8": true, "de_DE.utf8@euro": true, "de_DE.ISO-8859-1": false,
	} {
		if got := isUTF8(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
