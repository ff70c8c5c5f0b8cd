// Package narrow takes details out of events: what is recorded has more of them than is
// shown, and what is given away may have less.
//
// It owns what it means to show less of a value that was decoded with larger limits: the
// result is as if it had been decoded with the smaller ones. It owns labels, too, by which
// two runs of one program give the same text, and the survey of memory that they need. It knows neither calls that are open nor how
// events look. It changes no event that it gets, and passes on those
// that need no change.
//
// # Adding a detail
//
// Add a field to Limits or Redaction, and a case to the method value of each.
package narrow
