package reference

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// document is an OpenAPI document, as far as it is shown.
type document struct {
	Info struct{ Title, Version, Description string }
	Tags []struct{ Name, Description string }

	Paths      map[string]map[string]*operation
	Components struct{ Schemas map[string]*schema }

	lost []string // what is referred to and not there
}

type operation struct {
	OperationID, Summary, Description string
	Tags                              []string
	Parameters                        []parameter
	RequestBody                       struct{ Content map[string]media }
	Responses                         map[string]response
}

type parameter struct {
	Name, In, Description string
	Required              bool
	Schema                *schema
	Example               json.RawMessage
}

type response struct {
	Description string
	Headers     map[string]parameter
	Content     map[string]media
}

type media struct {
	Schema   *schema
	Examples map[string]struct {
		Summary string
		Value   json.RawMessage
	}
}

type schema struct {
	Ref                  string `json:"$ref"`
	Type                 words
	Format, Description  string
	Pattern              string
	Enum                 []json.RawMessage
	Default              json.RawMessage
	Examples             []json.RawMessage
	Minimum, Maximum     json.RawMessage
	MinItems, MaxItems   json.RawMessage
	MaxLength            json.RawMessage
	Items                *schema
	Properties           map[string]*schema
	Required             []string
	AdditionalProperties json.RawMessage
	AnyOf                []*schema
}

// words are one word or a list of them.
type words []string

// UnmarshalJSON reads both.
func (w *words) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*w = words{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(w))
}

func read(text []byte) (*document, error) {
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	return &d, nil
}

// member is a parameter, a header, or a member of an object.
type member struct {
	Name, Text       string
	Type             phrase
	Required         bool
	Default, Example string
	Values           []string // those that are allowed, if only some are
	Bounds           string   // such as ≥ 1
	Pattern          string
}

// phrase is a type in words, of which some are names of schemas.
type phrase []word

type word struct {
	Text   string
	Schema bool // the name of a schema of the document
}

func (s *schema) text() string {
	if s == nil {
		return ""
	}
	return s.Description
}

const schemasRoot = "#/components/schemas/"

// resolve follows a reference.
func (d *document) resolve(s *schema) *schema {
	if s == nil || s.Ref == "" {
		return s
	}
	name := strings.TrimPrefix(s.Ref, schemasRoot)
	target := d.Components.Schemas[name]
	if target == nil {
		d.lost = append(d.lost, s.Ref)
	}
	return target
}

// phrase says what values fit a schema.
func (d *document) phrase(s *schema) phrase {
	if s == nil {
		return nil
	}
	if s.Ref != "" {
		d.resolve(s)
		return phrase{{strings.TrimPrefix(s.Ref, schemasRoot), true}}
	}
	var p phrase
	for i, choice := range s.AnyOf {
		if i > 0 {
			p = append(p, word{Text: " or "})
		}
		p = append(p, d.phrase(choice)...)
	}
	for i, t := range s.Type {
		if i > 0 {
			p = append(p, word{Text: " or "})
		}
		p = append(p, d.typed(s, t)...)
	}
	if len(p) == 0 {
		return phrase{{Text: "anything"}}
	}
	return p
}

// typed is the phrase of one type of a schema.
func (d *document) typed(s *schema, name string) phrase {
	var more schema
	switch {
	case name == "array" && s.Items != nil:
		return append(phrase{{Text: "list of "}}, d.phrase(s.Items)...)
	case name == "object" && len(s.Properties) == 0 && json.Unmarshal(s.AdditionalProperties, &more) == nil && len(s.AdditionalProperties) > 0:
		return append(phrase{{Text: "object of "}}, d.phrase(&more)...)
	case s.Format != "" && name != "null":
		return phrase{{Text: name + " (" + s.Format + ")"}}
	}
	return phrase{{Text: name}}
}

// members are those of an object, or of what a list is of: what must be there
// first, then by name.
func (d *document) members(s *schema) []member {
	for s != nil && s.Items != nil && s.Ref == "" {
		s = s.Items
	}
	if s == nil {
		return nil
	}
	var list []member
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		m := s.Properties[name]
		list = append(list, d.parameter(parameter{Name: name, Description: m.Description, Schema: m, Required: slices.Contains(s.Required, name)}))
	}
	slices.SortStableFunc(list, func(a, b member) int {
		switch {
		case a.Required == b.Required:
			return 0
		case a.Required:
			return -1
		}
		return 1
	})
	return list
}

func (d *document) parameter(p parameter) member {
	m := member{Name: p.Name, Text: p.Description, Type: d.phrase(p.Schema), Required: p.Required, Example: inline(p.Example)}
	s := p.Schema
	if s == nil {
		return m
	}
	if m.Text == "" {
		m.Text = s.Description
	}
	if m.Example == "" && len(s.Examples) > 0 {
		m.Example = inline(s.Examples[0])
	}
	m.Default, m.Pattern = inline(s.Default), s.Pattern
	values := s.Enum
	if s.Items != nil && len(values) == 0 {
		values = s.Items.Enum
	}
	for _, v := range values {
		m.Values = append(m.Values, inline(v))
	}
	var bounds []string
	for _, b := range []struct {
		sign  string
		limit json.RawMessage
	}{{"≥ ", s.Minimum}, {"≤ ", s.Maximum}, {"items ≥ ", s.MinItems}, {"items ≤ ", s.MaxItems}, {"length ≤ ", s.MaxLength}} {
		if len(b.limit) > 0 {
			bounds = append(bounds, b.sign+string(b.limit))
		}
	}
	m.Bounds = strings.Join(bounds, ", ")
	return m
}

// inline is a value in a line of text: a string without its quotes.
func inline(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	return string(value)
}
