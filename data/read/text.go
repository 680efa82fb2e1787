package read

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// errNotUTF8 is what a table in another encoding ends in.
var errNotUTF8 = fmt.Errorf("%w; if it is Chinese text in GBK, say so with encoding: gbk", ErrNotUTF8)

// ErrNotUTF8 is in the chain of an error about text that is not UTF-8, of which
// nobody said what it is.
var ErrNotUTF8 = errors.New("the text is not UTF-8")

// decoded is the encoding that text was read in, and what that stands on.
type decoded struct{ name, why string }

// decode returns the text of r as UTF-8 without a byte order mark. Bytes that
// are not of the encoding become U+FFFD, except in UTF-8, which is passed on.
func decode(r io.Reader, name string) (io.Reader, decoded, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	as := decoded{name: "utf-8"}
	if name != "" {
		as.name = name
	}
	enc, err := encodingOf(name)
	if err != nil {
		return nil, as, err
	}
	// A short file gives fewer bytes and an error that the reader meets itself.
	mark, _ := in.Peek(3)
	switch {
	case string(mark) == "\uFEFF":
		_, err := in.Discard(len(mark))
		return in, decoded{"utf-8", markWhy}, err
	case strings.HasPrefix(string(mark), "\xff\xfe"), strings.HasPrefix(string(mark), "\xfe\xff"):
		enc, as = utf16, decoded{"utf-16", markWhy}
	}
	if enc == nil {
		return in, as, nil
	}
	return transform.NewReader(in, enc.NewDecoder()), as, nil
}

// ownEncoding is of sources whose text needs no choice.
type ownEncoding struct{}

func (ownEncoding) Encoding() (name, why string) { return "", "" }

const markWhy = "as the byte order mark says"

var utf16 = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)

// encodingOf returns nil for UTF-8.
func encodingOf(name string) (encoding.Encoding, error) {
	switch strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(name)) {
	case "", "utf8":
		return nil, nil
	case "gbk", "gb2312", "gb18030", "cp936":
		return simplifiedchinese.GB18030, nil
	case "utf16", "utf16le":
		return utf16, nil
	case "big5", "cp950":
		return traditionalchinese.Big5, nil
	case "latin1", "iso88591", "windows1252", "cp1252":
		return charmap.Windows1252, nil
	}
	return nil, fmt.Errorf("encoding %q is not known; known are utf-8, gbk, gb18030, utf-16, big5, latin1", name)
}
