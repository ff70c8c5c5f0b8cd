package summary

import (
	"math"
	"math/bits"
	"time"
)

// A histogram holds how long calls took, in bounded memory. A quantile that it returns is
// off by at most one part in 64 (1.6 %). The mean, the shortest and the longest time are
// exact. There is a bucket for each nanosecond below 2*steps. From there on each power of
// two is divided into as many buckets as steps says.
type histogram struct {
	buckets []uint32
	n       uint64
	sum     time.Duration
	min     time.Duration
	max     time.Duration
}

const (
	stepBits = 5
	steps    = 1 << stepBits
)

func (h *histogram) add(d time.Duration) {
	d = max(0, d)
	i := bucketOf(uint64(d))
	if i >= len(h.buckets) {
		h.buckets = append(h.buckets, make([]uint32, i+1-len(h.buckets))...)
	}
	if h.buckets[i]++; h.buckets[i] == 0 {
		h.buckets[i]-- // full
	}
	if h.n == 0 || d < h.min {
		h.min = d
	}
	h.n++
	h.sum += d
	h.max = max(h.max, d)
}

// bucketOf returns the bucket of a time.
func bucketOf(ns uint64) int {
	if ns < 2*steps {
		return int(ns)
	}
	shift := bits.Len64(ns) - stepBits - 1
	return shift<<stepBits + int(ns>>shift)
}

// middleOf returns the middle of the times of a bucket.
func middleOf(bucket int) time.Duration {
	if bucket < 2*steps {
		return time.Duration(bucket)
	}
	shift := bucket>>stepBits - 1
	low := uint64(bucket-shift<<stepBits) << shift
	return time.Duration(low + (1<<shift-1)/2)
}

// mean returns the mean of all times, 0 if there is none.
func (h *histogram) mean() time.Duration {
	if h.n == 0 {
		return 0
	}
	return h.sum / time.Duration(h.n)
}

// quantile returns the time that a share q of all calls did not exceed, 0 if there is
// none.
func (h *histogram) quantile(q float64) time.Duration {
	rank := max(1, uint64(math.Ceil(q*float64(h.n))))
	if rank == 1 {
		return h.min
	}
	var seen uint64
	for i, n := range h.buckets {
		if seen += uint64(n); seen >= rank && rank < h.n {
			return min(middleOf(i), h.max)
		}
	}
	return h.max
}
