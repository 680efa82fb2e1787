// Package unzip says what of an archive is to be written out, and where to.
package unzip

import (
	"archive/zip"
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const (
	maxMembers    = 10_000
	maxNameLength = 200
)

// Entry is a file of an archive.
type Entry struct {
	File *zip.File
	// Name is the file's path within the archive, as text, with slashes. It
	// leads nowhere else; its last part is a usable file name.
	Name string
	// Folder numbers the folders of the archive from 0 in the order in which
	// they are met. Files unpacked into folders of these numbers cannot lead out
	// of where those are.
	Folder int
}

// Entries lists the files of an archive in its order, without folders, hidden
// files, and what macOS adds.
//
// Errors: more than 10,000 files; a name that cannot be used; a file that stands
// twice.
func Entries(z *zip.Reader) ([]Entry, error) {
	if len(z.File) > maxMembers {
		return nil, fmt.Errorf("the archive holds %d files; at most %d are read", len(z.File), maxMembers)
	}
	folders, names := make(map[string]int), make(map[string]bool)
	var out []Entry
	for _, f := range z.File {
		name := nameOf(f)
		base := path.Base(name)
		if f.FileInfo().IsDir() || strings.HasPrefix(base, ".") || strings.HasPrefix(name, "__MACOSX/") {
			continue
		}
		if !filepath.IsLocal(base) || len(base) > maxNameLength || strings.ContainsAny(base, "\\:\x00") {
			return nil, fmt.Errorf("the archive holds a file with a name that cannot be used: %q", base)
		}
		if names[name] {
			return nil, fmt.Errorf("the archive holds the file %q twice", name)
		}
		names[name] = true
		folder, met := folders[path.Dir(name)]
		if !met {
			folder = len(folders)
			folders[path.Dir(name)] = folder
		}
		out = append(out, Entry{f, name, folder})
	}
	return out, nil
}

// nameOf is the name as text: archivers on Chinese systems write GBK without
// saying so.
func nameOf(f *zip.File) string {
	name := strings.ReplaceAll(f.Name, `\`, "/")
	if f.NonUTF8 && !utf8.ValidString(f.Name) {
		if text, err := simplifiedchinese.GB18030.NewDecoder().String(f.Name); err == nil {
			name = strings.ReplaceAll(text, `\`, "/")
		}
	}
	return path.Clean("/" + name)[1:]
}
