package ogc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"kaimen/geo/geojson"
)

// readCQLJSON reads the JSON notation.
//
// Errors: what is wrong, with the way to it through the members.
func readCQLJSON(text string, s scope) (test, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var root any
	if err := decoder.Decode(&root); err != nil {
		at := len(text) + 1 // where it ends too early
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			at = int(syntax.Offset)
		}
		return nil, fmt.Errorf("at byte %d: not JSON: %w", at, err)
	}
	if decoder.More() {
		return nil, fmt.Errorf("at byte %d: the filter goes on where it should end", decoder.InputOffset()+1)
	}
	r := cqlReader{s}
	return r.expression("filter", root, 0)
}

type cqlReader struct{ scope }

func wrong(where, format string, args ...any) error {
	return fmt.Errorf("at %s: %s", where, fmt.Sprintf(format, args...))
}

// operation takes an object with op and args apart; the ways to the arguments
// are their names in errors.
func operation(where string, v any) (op string, args []any, err error) {
	object, _ := v.(map[string]any)
	op, isText := object["op"].(string)
	args, isList := object["args"].([]any)
	if !isText || !isList {
		return "", nil, wrong(where, "an object with op and args is wanted")
	}
	return op, args, nil
}

func argument(where string, i int) string { return fmt.Sprintf("%s.args[%d]", where, i) }

func (r cqlReader) expression(where string, v any, depth int) (test, error) {
	if depth > maxFilterDepth {
		return nil, wrong(where, "the filter is more than %d deep", maxFilterDepth)
	}
	if b, ok := v.(bool); ok {
		return func(*Feature) truth { return truthOf(b) }, nil
	}
	if object, ok := v.(map[string]any); ok && object["property"] != nil {
		a, err := r.operand(where, v)
		if err != nil {
			return nil, err
		}
		return r.built(where, a, "=", []operand{constant(true)})
	}
	op, args, err := operation(where, v)
	if err != nil {
		return nil, err
	}
	switch op = strings.ToLower(op); op {
	case "and", "or", "not":
		return r.logic(where, op, args, depth)
	case "s_intersects":
		return r.intersects(where, args)
	case "isnull", "like", "between", "in", "=", "<>", "<", "<=", ">", ">=":
		return r.compared(where, op, args)
	}
	return nil, wrong(where+".op", "%q is no operation here; there are and, or, not, =, <>, <, <=, >, >=, isNull, like, between, in, s_intersects", shown(op))
}

func (r cqlReader) logic(where, op string, args []any, depth int) (test, error) {
	if op == "not" && len(args) != 1 || len(args) == 0 {
		return nil, wrong(where+".args", "%s has %d arguments", op, len(args))
	}
	tests := make([]test, len(args))
	for i, v := range args {
		var err error
		if tests[i], err = r.expression(argument(where, i), v, depth+1); err != nil {
			return nil, err
		}
	}
	switch op {
	case "and":
		return all(tests...), nil
	case "or":
		return anyOf(tests...), nil
	}
	return not(tests[0]), nil
}

// compared reads the operations whose first argument is a value.
func (r cqlReader) compared(where, op string, args []any) (test, error) {
	counts := map[string]int{"isnull": 1, "between": 3}
	want, ok := counts[op]
	if !ok {
		want = 2
	}
	if len(args) != want {
		return nil, wrong(where+".args", "%s takes %d arguments, not %d", op, want, len(args))
	}
	a, err := r.operand(argument(where, 0), args[0])
	if err != nil {
		return nil, err
	}
	rest := args[1:]
	if op == "in" {
		list, ok := args[1].([]any)
		if !ok || len(list) == 0 {
			return nil, wrong(argument(where, 1), "a list of values is wanted")
		}
		rest = list
	}
	others := make([]operand, len(rest))
	for i, v := range rest {
		if others[i], err = r.operand(argument(where, i+1), v); err != nil {
			return nil, err
		}
	}
	return r.built(where, a, op, others)
}

// built makes the test of an operation on values.
func (r cqlReader) built(where string, a operand, op string, others []operand) (t test, err error) {
	switch op {
	case "isnull":
		return isNull(a), nil
	case "between":
		t, err = between(a, others[0], others[1])
	case "in":
		t, err = among(a, others)
	case "like":
		pattern, ok := others[0].of(&Feature{Values: make([]any, len(r.columns))}).(string)
		if !ok {
			return nil, wrong(argument(where, 1), "a pattern is wanted")
		}
		t, err = like(a, pattern)
	default:
		t, err = comparison(op, a, others[0])
	}
	if err != nil {
		return nil, wrong(where, "%s", err)
	}
	return t, nil
}

// operand reads a text, a number, true, false, a property, a date or a
// timestamp.
func (r cqlReader) operand(where string, v any) (operand, error) {
	switch v := v.(type) {
	case string, bool:
		return constant(v), nil
	case json.Number:
		return constant(plainNumber(v.String())), nil
	case map[string]any:
		if name, ok := v["property"].(string); ok {
			a, err := r.property(name)
			if err != nil {
				return a, wrong(where+".property", "%s", err)
			}
			return a, nil
		}
		for _, kind := range []string{"date", "timestamp"} {
			text, ok := v[kind].(string)
			if ok && (strings.Contains(text, "/") || momentsFault(text) != "") {
				return operand{}, wrong(where+"."+kind, "%q is no moment", shown(text))
			}
			if ok {
				return constant(text), nil
			}
		}
	}
	return operand{}, wrong(where, "a value, or an object with property, date or timestamp, is wanted")
}

func (r cqlReader) intersects(where string, args []any) (test, error) {
	if len(args) != 2 {
		return nil, wrong(where+".args", "s_intersects takes 2 arguments, not %d", len(args))
	}
	var sides [2]place
	for i, v := range args {
		side, err := r.place(v)
		if err != nil {
			return nil, wrong(argument(where, i), "%s", err)
		}
		sides[i] = side
	}
	return intersects(sides[0], sides[1]), nil
}

// place reads the geometry property, a bbox, or a GeoJSON geometry.
func (r cqlReader) place(v any) (place, error) {
	object, ok := v.(map[string]any)
	if !ok {
		return place{}, errors.New("a geometry is wanted")
	}
	if name, ok := object["property"].(string); ok {
		if name != geometryProperty {
			return place{}, fmt.Errorf("the property with a geometry is %s, not %q", geometryProperty, shown(name))
		}
		return r.geometry()
	}
	if list, ok := object["bbox"].([]any); ok {
		var numbers []float64
		for _, x := range list {
			n, ok := x.(json.Number)
			if !ok {
				return place{}, errors.New("bbox is a list of numbers")
			}
			numbers = append(numbers, float(plainNumber(n.String())))
		}
		g, err := r.boxShape(numbers)
		return place{g}, err
	}
	return r.shape(object)
}

// shape reads a GeoJSON geometry.
func (r cqlReader) shape(object map[string]any) (place, error) {
	text, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": []any{
		map[string]any{"type": "Feature", "properties": map[string]any{}, "geometry": object},
	}})
	if err != nil {
		return place{}, err
	}
	var out place
	err = geojson.Read(bytes.NewReader(text), func(f geojson.Feature) error {
		if f.Err != nil {
			return f.Err
		}
		out.shape = f.Geometry
		return nil
	})
	if err != nil {
		return place{}, fmt.Errorf("the geometry cannot be read: %w", err)
	}
	if out.shape == nil {
		return place{}, errors.New("a geometry is wanted, not null")
	}
	out.shape, err = r.literal(out.shape)
	return out, err
}
