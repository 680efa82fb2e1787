package dbf

import "unicode/utf8"

// Whole returns the text without the part of a character at its end that did
// not fit the column, for UTF-8.
func Whole(b []byte) []byte {
	for back := 1; back <= utf8.UTFMax && back <= len(b); back++ {
		c := b[len(b)-back]
		if !utf8.RuneStart(c) {
			continue
		}
		if !utf8.FullRune(b[len(b)-back:]) {
			return b[:len(b)-back]
		}
		return b
	}
	return b
}

// WholeGB is Whole for GB18030 and GBK, whose characters have one, two or four
// bytes: only a walk from the start tells which byte begins one.
func WholeGB(b []byte) []byte {
	for i := 0; i < len(b); {
		size := 1
		if b[i] >= 0x81 && b[i] <= 0xFE {
			size = 2
			if i+1 < len(b) && b[i+1] >= '0' && b[i+1] <= '9' {
				size = 4
			}
		}
		if i+size > len(b) {
			return b[:i]
		}
		i += size
	}
	return b
}
