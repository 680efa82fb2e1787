package web_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"kaimen/web"
)

var update = flag.Bool("update", false, "rewrite the files of spec")

// The kept documents are those the code produces, so that a change of the API
// shows in review and clients are generated from what is served.
func TestDocumentIsKept(t *testing.T) {
	t.Parallel()
	for kept, make := range map[string]func() []byte{"spec/openapi.json": web.Document, "spec/openapi-3.0.json": web.Document30} {
		got := make()
		if *update {
			if err := os.WriteFile(kept, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(kept)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what the code produces; look at the difference after go test ./web -update, twice where answers have changed", kept)
		}
		if !bytes.Equal(got, make()) {
			t.Errorf("%s: two documents of the same code differ", kept)
		}
	}
}
