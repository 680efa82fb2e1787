package processes

import (
	"encoding/json"
	"slices"
	"strings"
)

// schema is a JSON Schema.
type schema map[string]any

const schemaRoot = "#/components/schemas/"

// UnmarshalJSON keeps numbers as they are written, and schemas within as such.
func (s *schema) UnmarshalJSON(text []byte) error {
	in := json.NewDecoder(strings.NewReader(string(text)))
	in.UseNumber()
	var plain map[string]any
	if err := in.Decode(&plain); err != nil {
		return err
	}
	*s, _ = nested(plain).(schema)
	return nil
}

// nested has every object within a value as a schema.
func nested(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(schema, len(v))
		for name, member := range v {
			out[name] = nested(member)
		}
		return out
	case []any:
		for i := range v {
			v[i] = nested(v[i])
		}
	}
	return v
}

// plain is a schema of the API (OpenAPI 3.1) in the words of the standard, which
// are those of OpenAPI 3.0, with all that it refers to in its place: a
// description of a process stands alone.
func (d *document) plain(s schema) schema { return d.inlined(s, nil) }

func (d *document) inlined(s schema, within []string) schema {
	out := make(schema, len(s))
	if ref, ok := s["$ref"].(string); ok {
		of := strings.TrimPrefix(ref, schemaRoot)
		if slices.Contains(within, of) { // it holds itself: that far and no further
			return schema{"type": "object"}
		}
		out = d.inlined(d.Components.Schemas[of], append(slices.Clone(within), of))
	}
	for word, v := range s {
		switch word {
		case "$ref", "$schema":
		case "type":
			d.typed(out, v)
		case "examples":
			if list, ok := v.([]any); ok && len(list) > 0 {
				out["example"] = list[0]
			}
		case "exclusiveMinimum", "exclusiveMaximum": // a number in 3.1, a mark beside the number in 3.0
			out[word], out[strings.ToLower(strings.TrimPrefix(word, "exclusive"))] = true, v
		case "const":
			out["enum"] = []any{v}
		case "properties":
			members := make(schema)
			for name, member := range v.(schema) {
				members[name] = d.inlined(member.(schema), within)
			}
			out[word] = members
		case "items", "additionalProperties", "not":
			if of, ok := v.(schema); ok {
				v = d.inlined(of, within)
			}
			out[word] = v
		case "oneOf", "anyOf", "allOf":
			var list []any
			for _, of := range v.([]any) {
				list = append(list, d.inlined(of.(schema), within))
			}
			out[word] = list
		default:
			out[word] = v
		}
	}
	return out
}

// typed writes the type of a value that may be null as 3.0 does.
func (d *document) typed(out schema, v any) {
	list, ok := v.([]any)
	if !ok {
		out["type"] = v
		return
	}
	for _, t := range list {
		if t == "null" {
			out["nullable"] = true
		} else {
			out["type"] = t
		}
	}
}
