// Package linkmap reads the list of loaded objects that the dynamic loader keeps for
// debuggers: struct r_debug and its chains of struct link_map (link.h).
//
// It owns their layout and the bounds on what a broken or hostile list can make us read.
// It does not know what an entry stands for, or whether it is true.
//
// # Adding to it
//
// Another field of an entry is an offset among the constants and a field of Entry.
package linkmap
