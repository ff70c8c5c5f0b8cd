package background

import "testing"

// TestLeftBehind interrupts work that never ends, and hands a fault of other work on
// to the one who asked for it.
func TestLeftBehind(t *testing.T) {
	w := New()
	never := make(chan int)
	defer close(never)
	w.Urge()
	if _, ok := Do(w, func() int { return <-never }); ok {
		t.Error("it waited for work that was left behind")
	}
	if _, ok := Do(w, func() int { return 1 }); ok {
		t.Error("more work was done meanwhile")
	}
	other := New()
	if v, ok := Do(other, func() int { return 1 }); v != 1 || !ok {
		t.Errorf("work gave %d, %v", v, ok)
	}
	defer func() {
		if recover() != "a fault" {
			t.Error("the fault was lost")
		}
	}()
	Do(other, func() int { panic("a fault") })
}
