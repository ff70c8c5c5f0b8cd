package explain_test

import (
	"testing"

	"plait/bound"
	"plait/event"
	"plait/event/eventtest"
	"plait/explain"
	"plait/proto"
)

// A counter is a sink that counts ends of calls with an explanation.
type counter struct{ explained int }

func (c *counter) Emit(e event.Event) error {
	if r, ok := e.(*event.Return); ok && r.Explanation.Text != "" {
		c.explained++
	}
	return nil
}

func (c *counter) Close() error { return nil }

// names are functions with sentences that need much of a call.
var names = []string{"brk", "mmap", "write", "openat", "puts", "printf", "fwrite", "fclose", "fopen", "rt_sigaction", "futex", "clone3", "newfstatat", "pipe", "dup2", "connect", "nanosleep", "setvbuf"}

// FuzzEmit explains events of which the input decides all: those of a stranger's recording
// need not make sense.
func FuzzEmit(f *testing.F) {
	eventtest.AddSeeds(f, "/etc/passwd", "stdout")
	database, _ := proto.Open(proto.Options{})
	f.Fuzz(func(t *testing.T, b []byte, one, other string) {
		bound.Input(t, func() {
			sink := explain.New(explain.NewDigest(&counter{}, explain.DigestOptions{}), explain.Options{Database: database, Kernel: true, Writes: true})
			d := eventtest.NewDice(b, one, other)
			for i := range 30 {
				e := d.Event()
				rename(e, i)
				if err := sink.Emit(e); err != nil {
					t.Fatal(err)
				}
			}
			if err := sink.Close(); err != nil {
				t.Fatal(err)
			}
		})
	})
}

// rename makes a call one of names, with the arguments that its sentences ask for.
func rename(e event.Event, i int) {
	var c *event.Call
	switch e := e.(type) {
	case *event.Enter:
		c = e.Call
	case *event.Return:
		c = e.Call
	default:
		return
	}
	c.Name, c.Object = names[i%len(names)], "libc.so.6"
	parameters := []string{"addr", "fd", "pathname", "flags", "s", "stream", "statbuf", "size", "count", "fmt", "cl_args", "request"}
	for j := range c.Args {
		c.Args[j].Name = parameters[(i+j)%len(parameters)]
	}
}
