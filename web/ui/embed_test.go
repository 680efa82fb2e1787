package ui_test

import (
	"io/fs"
	"strings"
	"testing"

	"kaimen/web/ui"
)

// A built page names only files that are there, and no other host; an unbuilt
// one is an empty folder, not an error.
func TestFiles(t *testing.T) {
	t.Parallel()
	files := ui.Files()
	if _, err := fs.Stat(files, "."); err != nil {
		t.Fatalf("the root of the page: %v", err)
	}
	index, err := fs.ReadFile(files, "index.html")
	if err != nil {
		t.Skip("the page is not built: run npm ci && npm run build in web/ui")
	}
	for _, attribute := range []string{`src="`, `href="`} {
		for _, rest := range strings.Split(string(index), attribute)[1:] {
			name, _, _ := strings.Cut(rest, `"`)
			if !strings.HasPrefix(name, "/") || strings.HasPrefix(name, "//") {
				t.Errorf("index.html points outside: %s", name)
				continue
			}
			if _, err := fs.Stat(files, strings.TrimPrefix(name, "/")); err != nil {
				t.Errorf("index.html points to %s: %v", name, err)
			}
		}
	}
}
