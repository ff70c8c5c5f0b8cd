// Package html writes the trace as a page for people: one file that shows it in a browser,
// without a network.
//
// It owns that file: the page (web, bundled into bundle), the parts of the trace in it, and
// what each part holds. It does not know threads, names and nesting: package timeline does.
//
// The file is written as the trace goes on, in bounded memory. First come the page's own
// style and script, the only ones that its Content-Security-Policy lets run. Then come
// blocks of the trace. A block has four parts; each is a <script> of an unknown type, which
// browsers do not run, with base64 of gzip:
//
//	rows     A line of JSON with what the block makes known: functions (name, kind,
//	         object) and sites that allocate memory (name, place), both numbered from 0
//	         in all blocks; threads; who made which thread. Then
//	         records of numbers: nanoseconds since the record before; then 0, the thread
//	         and bits for the end of the innermost row of that thread, or 1 plus the
//	         function and the thread for the begin of a row. Rows have numbers from 0,
//	         in the order of their begins.
//	details  For each end in rows, in order, a line of JSON: args (name, value, name,
//	         value), result, errno, outcome, elapsed, stack, explanation, manual.
//	uses     For each end, how many addresses and descriptors the call had, and these: the
//	         number times 8, plus 4 if the call gave it back (free, close), plus 2 if it is a
//	         descriptor, plus 1 if it is the result.
//	heap     For ends that changed the heap: how many ends since the last such one of the
//	         block, bits, and as the bits say the block that was freed; the one that was
//	         allocated, its size and site; the new program break. One bit says that the
//	         process has no heap any more.
//
// Numbers are LEB128 without a sign. A mark such as a signal is a row that ends at once. A
// file that ends in the middle is shown up to its last complete block.
//
// # Adding a member of a call
//
// Add a field to detail and a line to detail.append and form.detailOf. web/details.js reads
// it, web/call.js shows it. Afterwards make generate bundles the page.
//
// # Adding a view
//
// web/main.js lists the views. A view is a function that is given the page and an element,
// and returns what to do when something changes.
package html
