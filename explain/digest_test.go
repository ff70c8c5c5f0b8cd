package explain_test

import (
	"os"
	"time"

	"plait/event"
	"plait/explain"
	"plait/output/text"
)

// What failed is said at the end, unless it was found elsewhere.
func ExampleNewDigest() {
	inspect := func(pid, dir int, path string, about explain.Question) (name, why string) {
		if about == explain.WhyMissing {
			return path, ""
		}
		return path, "/root is drwx------, of user 0"
	}
	d := explain.NewDigest(text.New(os.Stdout, text.Options{}), explain.DigestOptions{Inspect: inspect})
	for _, c := range []struct {
		path, why string
		took      time.Duration
	}{
		{"/etc/app.conf", "ENOENT", 0},
		{"/usr/etc/app.conf", "ENOENT", 0},
		{"/etc/ld.so.preload", "ENOENT", 0},
		{"/lib/tls/libx.so", "ENOENT", 0},
		{"/lib/libx.so", "", 0},
		{"/root/key", "EACCES", 0},
		{"/slow", "", 2 * time.Second},
	} {
		call := &event.Call{ID: 1, Kind: event.System, Name: "open", Args: []event.Arg{{Name: "pathname", Value: event.Str{Text: c.path, Path: true}}}}
		e := &event.Return{Call: call, Result: event.FD{Num: 3}, Elapsed: c.took}
		if c.why != "" {
			e.Result = event.Errno{Num: 1, Name: c.why}
		}
		d.Emit(&event.Enter{Call: call})
		d.Emit(e)
	}
	d.Close()
	// Output:
	// SYS_open("/etc/app.conf") = -1 ENOENT
	// SYS_open("/usr/etc/app.conf") = -1 ENOENT
	// SYS_open("/etc/ld.so.preload") = -1 ENOENT
	// SYS_open("/lib/tls/libx.so") = -1 ENOENT
	// SYS_open("/lib/libx.so") = 3
	// SYS_open("/root/key") = -1 EACCES
	// SYS_open("/slow") = 3
	// plait: not found: app.conf in /etc, /usr/etc
	// plait: no permission: /root/key (open): /root is drwx------, of user 0
	// plait: waited: 2.00 s in open
}
