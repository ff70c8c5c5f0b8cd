// Package linkmap reads the list of loaded objects that the dynamic loader keeps for
// debuggers: struct r_debug and its chains of struct link_map (link.h).
//
// It owns their layout and the bounds on what a broken or hostile list can make plait
// read. It does not know which object an entry describes, or whether the entry is true.
//
// # Adding to it
//
// To read another member of struct link_map, add its offset to the constants and a field
// to Entry.
package linkmap
