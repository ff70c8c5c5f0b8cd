package event

import "unicode/utf8"

// WholeRunes is text that was cut somewhere, without what it ends with if that is
// the beginning of a character in UTF-8 and not all of it.
func WholeRunes(text string) string {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if c := text[len(text)-n]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRuneInString(text[len(text)-n:]) {
				return text[:len(text)-n]
			}
			break
		}
	}
	return text
}
