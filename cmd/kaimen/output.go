package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"kaimen/coverage"
)

// writer writes an answer in one format.
type writer func(io.Writer) error

// asJSON writes an answer whole.
func asJSON(v any) writer {
	return func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(v)
	}
}

// writeFile writes an answer to path in the format of its ending. The file
// appears whole or not at all: it is written beside its place and moved there.
//
// Errors: unsupported, naming the endings there are.
func writeFile(path string, formats map[string]writer, endings ...string) (err error) {
	var write writer
	for _, ending := range endings {
		if strings.HasSuffix(strings.ToLower(path), ending) {
			write = formats[ending]
		}
	}
	if write == nil {
		return coverage.Errorf(coverage.Unsupported, "-o %s: the file must end in %s", path, strings.Join(endings, ", "))
	}
	temp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".part-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(temp.Name()))
		}
	}()
	out := bufio.NewWriterSize(temp, 1<<16)
	if err := write(out); err != nil {
		return errors.Join(err, temp.Close())
	}
	if err := errors.Join(out.Flush(), temp.Chmod(0o644), temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}
