package data

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"kaimen/coverage"
	"kaimen/data/export"
	"kaimen/data/read"
)

// feature is the row before as GeoJSON shows it.
func (ed *edition) feature() (map[string]any, error) {
	text, err := export.AppendFeature(nil, ed.old, ed.old.At(ed.at, nil))
	if err != nil {
		return nil, err
	}
	return objectOf(text)
}

// properties are those of the row before; none after a fault of the store.
func (ed *edition) properties() map[string]any {
	feature, err := ed.feature()
	if err != nil {
		return nil
	}
	properties, _ := feature["properties"].(map[string]any)
	return properties
}

// patched is the row before with the patch of the edit applied to its GeoJSON.
func (ed *edition) patched() ([]byte, error) {
	patch, err := objectOf(ed.edit.Text)
	if err != nil {
		return nil, coverage.Errorf(coverage.Invalid, "the patch is no JSON object: %v", err)
	}
	before, err := ed.feature()
	if err != nil {
		return nil, err
	}
	ed.given, _ = patch["properties"].(map[string]any)
	if properties, ok := before["properties"].(map[string]any); ok {
		openTags(properties, ed.given)
	}
	return json.Marshal(merged(before, patch))
}

// openTags makes an object of tags that are shown as text, where a patch is one.
func openTags(properties, given map[string]any) {
	if _, ok := given["tags"].(map[string]any); !ok {
		return
	}
	if text, ok := properties["tags"].(string); ok {
		if tags, err := objectOf([]byte(text)); err == nil {
			properties["tags"] = tags
		} else {
			properties["tags"] = map[string]any{}
		}
	}
}

// objectOf reads a JSON object, its numbers as they are written.
func objectOf(text []byte) (map[string]any, error) {
	var object map[string]any
	in := json.NewDecoder(bytes.NewReader(text))
	in.UseNumber()
	if err := in.Decode(&object); err != nil {
		return nil, err
	}
	if in.More() || object == nil {
		return nil, fmt.Errorf("an object was expected, and nothing behind it")
	}
	return object, nil
}

// merged is target with a patch applied, which may use it up.
//
// Source: RFC 7396, section 2.
func merged(target, patch any) any {
	changes, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	out, ok := target.(map[string]any)
	if !ok {
		out = make(map[string]any)
	}
	for name, value := range changes {
		if value == nil {
			delete(out, name)
		} else {
			out[name] = merged(out[name], value)
		}
	}
	return out
}

// addRoad reads what may change of a single road: all but its line.
func (ed *edition) addRoad(r *row, into *coverage.Layers) {
	road := coverage.Road{ID: r.id(), Name: r.text("name"), Class: r.text("class")}
	before := &ed.base.Roads[ed.at]
	if road.Class != before.Class && !slices.Contains(roadClasses(), road.Class) {
		r.fault(coverage.ReasonBadValue, "class: %q is not one of %s", road.Class, strings.Join(roadClasses(), ", "))
	}
	road.Tags = r.roadTags(before.Tags)
	if r.keep(road.ID) {
		into.Roads = append(into.Roads, road)
	}
}

// roadTags reads the tags of a road: an object of texts, or the text of one.
func (r *row) roadTags(before map[string]string) map[string]string {
	tags, ok := r.Fields["tags"].(map[string]any)
	if text := ""; !ok {
		if text, ok = r.Fields["tags"].(string); ok && strings.TrimSpace(text) != "" {
			var err error
			tags, err = objectOf([]byte(text))
			ok = err == nil
		}
	}
	if !ok && r.Fields["tags"] != nil {
		r.fault(coverage.ReasonBadValue, "tags: an object of texts was expected, or the text of one")
		return nil
	}
	if len(tags) == 0 {
		return nil // as a store gives them back
	}
	out := make(map[string]string, len(tags))
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		text, isText := tags[key].(string)
		switch {
		case !isText || text == "":
			r.fault(coverage.ReasonBadValue, "tags: %s: a text was expected; null in a patch removes it", key)
		case !read.IsRoadTag(key) && before[key] != text:
			r.fault(coverage.ReasonBadValue, "tags: %s is no key that roads keep, as no network reads it", key)
		}
		out[key] = text
	}
	return out
}
