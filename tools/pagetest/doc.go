// Package pagetest opens pages of plait's HTML format in a real Chromium without a
// window, does what people do with them, and looks at what comes of it.
//
// It owns the browser and what a page must never do: complain on the console, break its
// own Content-Security-Policy, use a network. It does not know how a page is made. It is a
// module of its own, so that nothing of chromedp gets into plait's; the test TestPage of
// cmd/plait runs it. axe-core, which testdata/install.sh fetches, says whether a page is
// accessible.
//
// # Adding a test
//
// Make events with a maker, or trace a program with live; open the page, and wait for
// things, never for times.
package pagetest
