package breakpoints

import (
	"testing"

	"plait/arch"
)

// TestAreas: a slot belongs to one owner until it is vacated, and in a forked child to
// the corresponding owner.
func TestAreas(t *testing.T) {
	var a Areas[string]
	if _, ok := a.Vacant(0x1000, 1<<20); ok || a.Any() {
		t.Fatal("there is an area")
	}
	a.Add(0x10000)
	if _, ok := a.Vacant(1<<30, 1<<20); ok {
		t.Error("an area far away is taken")
	}
	for _, owner := range []string{"a", "b", "c"} {
		at, ok := a.Vacant(0x1000, 1<<20)
		if !ok {
			t.Fatal("no slot")
		}
		a.Occupy(at, owner)
	}
	second := uint64(0x10000 + arch.MaxStep)
	owns := func(a *Areas[string], pc uint64, want string, off int) {
		t.Helper()
		if owner, got, ok := a.Owner(pc); owner != want || got != off || !ok {
			t.Errorf("%#x belongs to %q, %d in, %v", pc, owner, got, ok)
		}
	}
	owns(&a, second+2, "b", 2)
	child := a.Clone(func(owner string) string { return "child's " + owner })
	a.Vacate(second)
	owns(&a, second, "", 0)
	owns(&child, second, "child's b", 0)
	if at, _ := a.Vacant(0x1000, 1<<20); at != second {
		t.Errorf("the vacant slot is at %#x", at)
	}
	if _, _, ok := a.Owner(0x10000 + 3*arch.MaxStep); ok {
		t.Error("a slot that was never used is somebody's")
	}
}

// TestAreaFull: there is no slot behind the last one.
func TestAreaFull(t *testing.T) {
	var a Areas[int]
	a.Add(0x10000)
	n := 0
	for at, ok := a.Vacant(0x10000, 1<<20); ok && n <= areaSlots; at, ok = a.Vacant(0x10000, 1<<20) {
		n++
		a.Occupy(at, n)
	}
	if n != areaSlots {
		t.Errorf("%d slots, not %d", n, areaSlots)
	}
}
