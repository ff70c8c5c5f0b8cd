// Package only passes on the calls that the user wants to see and drops all others:
// those that enter the kernel, that cause a certain system call, that happen within a
// certain call or between two calls, or that fail.
//
// It owns the decision and what it takes to make it late: what a call causes, and whether
// it fails, is not known when it begins. Until then its beginning is held back, in
// bounded memory. What is passed on is a stream like any other: a call that is shown has
// the nearest shown call around it as its parent, and its depth counts those that are
// shown.
//
// It works on events alone, so it serves a live trace and a recorded one alike. It does
// not know what names look like: Options has functions that choose calls.
//
// # Adding a condition
//
// If a call's beginning tells, add it to Sink.wanted. If only what happens inside tells,
// add it to Sink.triggers; if only its end does, to Sink.qualifies.
package only
