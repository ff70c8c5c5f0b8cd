// Package cli is what plait's command lines share: what is said to the user and how,
// the exit status, where the trace is written, the signals that plait gets, and what -D
// shows of the tracer's requests.
//
// It knows no option and not whose habits are wanted: package ltrace has plait's own
// command line and ltrace's, package strace that of strace.
package cli
