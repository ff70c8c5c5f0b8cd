package event

import "testing"

func TestStatus(t *testing.T) {
	for _, test := range []struct {
		outcome Outcome
		failed  bool
		want    Statuses
	}{
		{Returned, false, StatusSuccessful},
		{Returned, true, StatusFailed},
		{NoReturn, false, StatusUnfinished},
		{Longjmp, true, StatusUnfinished},
		{Unwound, false, StatusUnfinished},
		{Unavailable, true, StatusUnavailable},
		{Detached, false, StatusDetached},
	} {
		r := Return{Call: &Call{Failed: test.failed}, Outcome: test.outcome}
		if got := r.Status(); got != test.want {
			t.Errorf("outcome %d, failed %t: status %d, want %d", test.outcome, test.failed, got, test.want)
		}
	}
}
