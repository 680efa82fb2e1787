package read

import (
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"

	"kaimen/data/read/internal/unzip"
)

// Unpack writes the files of an archive of packed bytes into dir, each under its
// own name and in its own folder, none outside of it.
//
// Errors: those of an archive that cannot be used: more than 10,000 files, a
// name that leads elsewhere, more bytes than any data unpacks to.
func Unpack(z *zip.Reader, packed int64, dir string) error {
	entries, err := unzip.Entries(z)
	if err != nil {
		return err
	}
	written := int64(0)
	for _, e := range entries {
		name := filepath.FromSlash(e.Name)
		if !filepath.IsLocal(name) {
			return fmt.Errorf("the archive holds a file with a name that cannot be used: %q", e.Name)
		}
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := unpackOne(e.File, path, packed, &written); err != nil {
			return fmt.Errorf("%s: %w", e.Name, err)
		}
	}
	return nil
}
