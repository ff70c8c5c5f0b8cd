package event

// Statuses is a set of call statuses, by which a user chooses calls (strace's
// -e status). They are coarser than Outcome.
type Statuses uint8

// The statuses. A call has exactly one.
const (
	StatusSuccessful  Statuses = 1 << iota // it returned and reported no error
	StatusFailed                           // it returned an error
	StatusUnfinished                       // it never returned
	StatusUnavailable                      // it ended, but its result could not be read
	StatusDetached                         // plait detached from its thread
)

// Status returns the one status of the call.
func (e *Return) Status() Statuses {
	switch {
	case e.Outcome == Unavailable:
		return StatusUnavailable
	case e.Outcome == Detached:
		return StatusDetached
	case e.Outcome != Returned:
		return StatusUnfinished
	case e.Call.Failed:
		return StatusFailed
	}
	return StatusSuccessful
}
