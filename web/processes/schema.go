package processes

import (
	"encoding/json"
	"maps"
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

// plain is a schema of the API with all that it refers to in its place: a
// description of a process stands alone. The words of the standard are those of
// OpenAPI 3.0, in which the document is.
func (d *document) plain(s schema) schema { return d.inlined(s, nil) }

func (d *document) inlined(s schema, within []string) schema {
	out := make(schema, len(s))
	if ref, ok := s["$ref"].(string); ok {
		of := strings.TrimPrefix(ref, schemaRoot)
		if slices.Contains(within, of) { // it holds itself: that far and no further
			return schema{"type": "object"}
		}
		return d.inlined(d.Components.Schemas[of], append(slices.Clone(within), of))
	}
	for word, v := range s {
		switch word {
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
	return alone(out)
}

// alone has a single schema beside which something is said in the place of the
// list that 3.0 asks for; what is said goes before what the schema says itself.
func alone(s schema) schema {
	list, _ := s["allOf"].([]any)
	if len(list) != 1 {
		return s
	}
	out := maps.Clone(list[0].(schema))
	for word, v := range s {
		if word != "allOf" {
			out[word] = v
		}
	}
	return out
}
