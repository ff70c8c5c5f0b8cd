package inline

import (
	"cmp"
	"slices"
)

// A spanner covers the addresses [lo, hi), less than a page of them.
type spanner interface {
	span() (lo, hi uint64)
}

// spans are things at addresses, by the page where each begins: there may be tens of
// thousands, and what is asked of them is about a few bytes.
type spans[T spanner] map[uint64][]T

func begin[T spanner](s T, addr uint64) int {
	lo, _ := s.span()
	return cmp.Compare(lo, addr)
}

// add adds a thing. None that it overlaps may be there, but for empty ones.
func (s spans[T]) add(one T) {
	lo, _ := one.span()
	all := s[lo/pageSize]
	i, _ := slices.BinarySearchFunc(all, lo, begin[T])
	s[lo/pageSize] = slices.Insert(all, i, one)
}

// at returns the thing that begins at addr.
func (s spans[T]) at(addr uint64) (one T, ok bool) {
	all := s[addr/pageSize]
	if i, ok := slices.BinarySearchFunc(all, addr, begin[T]); ok {
		return all[i], true
	}
	return one, false
}

// remove removes the thing that begins at addr.
func (s spans[T]) remove(addr uint64) {
	page := addr / pageSize
	if i, ok := slices.BinarySearchFunc(s[page], addr, begin[T]); ok {
		s[page] = slices.Delete(s[page], i, i+1)
	}
	if len(s[page]) == 0 {
		delete(s, page)
	}
}

// within returns the things that have a byte in [lo, hi), by address.
func (s spans[T]) within(lo, hi uint64) (found []T) {
	first := max(lo/pageSize, 1) - 1
	if lo >= hi {
		return nil
	}
	if pages := (hi-1)/pageSize - first + 1; pages > uint64(len(s)) {
		return s.withinAll(lo, hi)
	}
	for page := first; page <= (hi-1)/pageSize; page++ {
		found = appendWithin(found, s[page], lo, hi)
	}
	return found
}

// withinAll is within for more pages than there are.
func (s spans[T]) withinAll(lo, hi uint64) (found []T) {
	for _, all := range s {
		found = appendWithin(found, all, lo, hi)
	}
	slices.SortFunc(found, func(a, b T) int {
		lo, _ := b.span()
		return begin(a, lo)
	})
	return found
}

func appendWithin[T spanner](found, all []T, lo, hi uint64) []T {
	for _, one := range all {
		if from, to := one.span(); from < hi && to > lo {
			found = append(found, one)
		}
	}
	return found
}
