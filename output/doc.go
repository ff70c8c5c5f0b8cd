// Package output lists the formats that an event stream can be written in.
//
// It also owns what is between formats and files: the Buffer before a file or a pipe; the
// Shutdown, which says how long a Buffer may wait for its reader; and, if each process
// has a file, the Split of the stream and the Files, of which only a few are open at
// once.
//
// Each format is a folder of its own with a New that returns an event.Sink;
// this package alone knows them all. It knows nothing of tracees, and nothing
// of the command line.
//
// # Adding a format
//
// Make a folder output/NAME whose New returns an event.Sink, and add one entry to
// formats, with Named set if --format chooses it. --format, its completions, the help, the
// manual and the messages come from there, and README.md by make generate. In the policy
// of deps_test.go, give the folder a line and add it to that of output.
// docs/ARCHITECTURE.md wants it in the table of rooms and in the picture of floors. If the
// format must remember something about open calls, package output/calls keeps it.
package output
