package web_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"kaimen/web"
)

var update = flag.Bool("update", false, "rewrite spec/openapi.json")

// The kept document is the one the code produces, so that a change of the API
// shows in review and clients are generated from what is served.
func TestDocumentIsKept(t *testing.T) {
	t.Parallel()
	const kept = "spec/openapi.json"
	got := web.Document()
	if *update {
		if err := os.WriteFile(kept, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the code produces; look at the difference after go test ./web -update", kept)
	}
	if !bytes.Equal(got, web.Document()) {
		t.Error("two documents of the same code differ")
	}
}
