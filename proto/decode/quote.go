package decode

import "strings"

// Quote returns a name that comes from the tracee as a C string literal, with octal
// escapes as short as the next character allows. It is for names that become part of
// a longer text.
func Quote(name string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(name) {
		c := name[i]
		switch at := strings.IndexByte("\t\n\v\f\r\"\\", c); {
		case at >= 0:
			b.WriteString(`\` + `tnvfr"\`[at:at+1])
		case c >= ' ' && c < 0x7f:
			b.WriteByte(c)
		default:
			b.WriteString(octalEscape(c, i+1 < len(name) && name[i+1] >= '0' && name[i+1] <= '7'))
		}
	}
	b.WriteByte('"')
	return b.String()
}

// octalEscape returns the shortest escape of c that a following digit can't change.
func octalEscape(c byte, digitFollows bool) string {
	digits := []byte{'0' + c>>6, '0' + c>>3&7, '0' + c&7}
	for !digitFollows && len(digits) > 1 && digits[0] == '0' {
		digits = digits[1:]
	}
	return `\` + string(digits)
}
