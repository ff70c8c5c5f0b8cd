package main

import (
	"maps"
	"slices"
	"strings"
)

// prefixes returns the beginnings of names by which a library's functions are known
// wherever they are found: linked into a program, or in a library of another name.
// Without one, a function of such a name may be anybody's.
func prefixes(names []string) []string {
	set := map[string]bool{}
	counts := map[string]int{}
	for _, name := range names {
		if i := strings.IndexByte(name[1:], '_') + 2; i > 1 {
			counts[name[:i]]++
		}
	}
	for prefix, n := range counts {
		if isTelling(prefix, n, len(names)) {
			set[prefix] = true
		}
	}
	if p := common(names); p != "" && !isVerb(token(p)) && (len(set) == 0 || isCapital(p[0])) {
		set[p] = true
	}
	return shortest(slices.Sorted(maps.Keys(set)))
}

// isTelling reports whether a prefix that ends in an underscore, and that n of all
// names have, is the library's own.
func isTelling(prefix string, n, all int) bool {
	if n < 4 || prefix[0] == '_' || isVerb(token(prefix)) {
		return false
	}
	return isCapital(prefix[0]) || 20*n >= all
}

// isVerb has beginnings that anybody uses.
var isVerb = words("new_", "set_", "get_", "is_", "free_", "array_", "item_", "field_", "context_", "form_", "menu_", "list_", "hash_",
	"string_", "create_", "init_", "read_", "write_", "add_", "find_", "make_", "build_", "alpha_", "trie_", "xtra_", "history_", "panel_", "profile_")

func isCapital(b byte) bool { return b >= 'A' && b <= 'Z' }

// common returns the longest beginning, up to eight letters, that three in five names
// have. One or two small letters do not count.
func common(names []string) string {
	for size := 8; size > 0; size-- {
		counts := map[string]int{}
		for _, name := range names {
			if len(name) > size {
				counts[name[:size]]++
			}
		}
		for prefix, n := range counts {
			if 5*n >= 3*len(names) && n >= 4 && (size > 2 || isCapital(prefix[0])) {
				return prefix
			}
		}
	}
	return ""
}

// shortest removes from a sorted list what begins with another element.
func shortest(sorted []string) []string {
	var list []string
	for _, p := range sorted {
		if len(list) == 0 || !strings.HasPrefix(p, list[len(list)-1]) {
			list = append(list, p)
		}
	}
	return list
}
