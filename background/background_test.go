package background

import "testing"

// TestInterrupted interrupts work that never ends: Do must return at once, and must not
// begin other work meanwhile. A panic of work must reach the caller of Do.
func TestInterrupted(t *testing.T) {
	w := New()
	never := make(chan int)
	defer close(never)
	w.Interrupt()
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
