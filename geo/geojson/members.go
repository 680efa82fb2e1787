package geojson

import "encoding/json"

// What is here works on text that encoding/json has found valid, so that a
// feature need not be checked again at each level.

// membersOf splits an object into its members; of a name that stands twice the
// last one is kept, as encoding/json does. False if the text is no object.
func membersOf(object json.RawMessage) (map[string]json.RawMessage, bool) {
	c := &cursor{text: object}
	if c.next() != '{' {
		return nil, false
	}
	members := make(map[string]json.RawMessage, 4)
	c.at++
	for {
		switch c.next() {
		case ',', ':':
			c.at++
		case '"':
			name := textOf(c.value())
			c.next()
			c.at++ // the colon
			c.next()
			members[name] = c.value()
		default: // the closing brace
			return members, true
		}
	}
}

// elementsOf splits a list; false if the text is no list.
func elementsOf(list json.RawMessage) (out []json.RawMessage, ok bool) {
	c := &cursor{text: list}
	c.list(func() { out = append(out, c.value()) })
	return out, c.err == nil
}

// textOf is the content of a string; empty for anything else.
func textOf(raw json.RawMessage) (s string) {
	_ = json.Unmarshal(raw, &s) // another type leaves it empty
	return s
}

// value passes over one value and returns its text.
func (c *cursor) value() json.RawMessage {
	start, open := c.at, 0
	for c.at < len(c.text) {
		switch b := c.text[c.at]; b {
		case '"':
			c.quoted()
			if open == 0 {
				return c.text[start:c.at]
			}
			continue
		case '[', '{':
			open++
		case ']', '}', ',', ' ', '\t', '\r', '\n':
			if open == 0 { // the end of a number or word
				return c.text[start:c.at]
			}
			if b == ']' || b == '}' {
				open--
				if open == 0 {
					c.at++
					return c.text[start:c.at]
				}
			}
		}
		c.at++
	}
	return c.text[start:c.at]
}

// quoted passes over a string.
func (c *cursor) quoted() {
	for c.at++; c.at < len(c.text); c.at++ {
		switch c.text[c.at] {
		case '\\':
			c.at++
		case '"':
			c.at++
			return
		}
	}
}

// depth is how many brackets stand inside each other in valid JSON text.
func depth(raw []byte) int {
	deepest, now, inString := 0, 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '[' || c == '{':
			now++
			deepest = max(deepest, now)
		case c == ']' || c == '}':
			now--
		}
	}
	return deepest
}
