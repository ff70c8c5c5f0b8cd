// Package timeline has what the formats for viewers of timelines share: which tracks
// there are and what they are called, which calls are open on them, and calls' arguments
// and results as pairs of texts.
//
// It owns a smaller set of events, which it makes of plait's: a track begins, a call
// begins, a call ends, a moment is marked, one track makes another, a counter moves. It
// does not know how a viewer wants to be told.
//
// Each thread has a track. A thread that executes a program as another than the first
// continues on the track of the first thread, whose number it now has.
//
// # Adding a viewer
//
// Make a type with the methods of Writer, and a sink that embeds a Feed of it, as package
// chrome does.
package timeline
