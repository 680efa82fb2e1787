package reference_test

import (
	"regexp"
	"strings"
	"testing"

	"kaimen/web/reference"
)

const document = `{"openapi": "3.1.0", "info": {"title": "T", "version": "1", "description": "About <all>."},
 "tags": [{"name": "A", "description": "First."}, {"name": "B", "description": "Second."}],
 "paths": {
  "/a/{id}": {"get": {"operationId": "get-a", "tags": ["A"], "summary": "Read <a>", "description": "D.",
   "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}, "example": "x1"},
    {"name": "n", "in": "query", "schema": {"type": ["integer", "null"], "minimum": 1, "default": 7, "description": "How many."}},
    {"name": "f", "in": "query", "schema": {"type": "string", "enum": ["json", "csv"]}}],
   "responses": {"200": {"description": "Good.", "headers": {"ETag": {"description": "Strong.", "schema": {"type": "string"}}},
     "content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}}, "examples": {"e": {"summary": "Two", "value": [{"at": [105.07, 29.59]}]}}}}},
    "404": {"description": "Not there."}}}},
  "/b": {"post": {"operationId": "post-b", "tags": ["B"], "summary": "Send b",
   "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Row"}}}}, "responses": {"204": {"description": "Done."}}}}},
 "components": {"schemas": {"Row": {"type": "object", "required": ["z"], "properties": {
  "b": {"type": "string", "examples": ["beta"]}, "z": {"anyOf": [{"$ref": "#/components/schemas/Row"}, {"type": "null"}]}}}}}}`

func page(t *testing.T) string {
	t.Helper()
	p, err := reference.New([]byte(document), []reference.Command{
		{Operation: "get-a", Title: "First", Text: "curl '" + reference.Origin + "/a/x1?n=2&f=csv'", Status: 200},
		{Operation: "post-b", Title: "Send", Text: "curl " + reference.Origin + "/b -d '{}'", Status: 204},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(p.At("https://maps.example.org"))
}

// All that the document says stands on the page, escaped.
func TestEverythingIsShown(t *testing.T) {
	t.Parallel()
	text := page(t)
	for _, part := range []string{
		"About &lt;all&gt;.", `<article id="get-a"`, "Read &lt;a&gt;", "<code>/a/{id}</code>", "<code>x1</code>", "integer or null", "<code>≥ 1</code>", "<code>7</code>",
		"How many.", "<code>json</code> <code>csv</code>", "list of <a href=\"#schema-Row\">Row</a>", "Strong.", "Not there.", "<code>beta</code>",
		`<article id="schema-Row"`, `<a href="#schema-Row">Row</a> or null`, "[105.07, 29.59]", "First → 200",
		`<a href="/a/x1?n=2&amp;f=csv"`, "curl &#39;https://maps.example.org/a/x1?n=2&amp;f=csv&#39;",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not on the page", part)
		}
	}
	if strings.Contains(text, reference.Origin) || strings.Contains(text, "<all>") {
		t.Error("the origin is not filled in, or a text is not escaped")
	}
	if strings.Index(text, `<code class="name">z</code>`) > strings.Index(text, `<code class="name">b</code>`) {
		t.Error("a member that must be there stands behind one that may")
	}
}

// Links within the page lead somewhere, and nothing is loaded from elsewhere nor
// runs inline, which the server's policy forbids.
func TestThePageStandsAlone(t *testing.T) {
	t.Parallel()
	text := page(t)
	for _, link := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(text, -1) {
		if n := strings.Count(text, `id="`+link[1]+`"`); n != 1 {
			t.Errorf("#%s leads to %d places", link[1], n)
		}
	}
	for _, loaded := range regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(text, -1) {
		if !strings.HasPrefix(loaded[1], "/") && !strings.HasPrefix(loaded[1], "#") {
			t.Errorf("%s is elsewhere", loaded[1])
		}
	}
	if regexp.MustCompile(`<script[^>]*>[^<]|\son[a-z]+="|@import|url\(`).MatchString(text) {
		t.Error("a script stands inline, or a style loads something")
	}
	if len(reference.Script()) == 0 || !strings.Contains(text, `src="`+reference.ScriptPath+`"`) {
		t.Error("the script is not where the page looks")
	}
}

func TestWhatIsNoDocument(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "[]", strings.Replace(document, `"#/components/schemas/Row"`, `"#/components/schemas/Lost"`, 1)} {
		if _, err := reference.New([]byte(bad), nil); err == nil {
			t.Errorf("%.60q is shown", bad)
		}
	}
}
