package proto

import (
	"math"
	"strconv"
	"testing"
)

func float64bits(t *testing.T, s string) uint64 {
	t.Helper()
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return math.Float64bits(f)
}

func float32bits(t *testing.T, s string) uint64 {
	t.Helper()
	f, err := strconv.ParseFloat(s, 32)
	if err != nil {
		t.Fatal(err)
	}
	return uint64(math.Float32bits(float32(f)))
}
