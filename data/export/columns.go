package export

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
)

// column is a member of a row, by the name it has in JSON.
type column struct {
	name string
	kind coverage.ColumnType
	of   func(row reflect.Value) any // nil, string, coverage.Amount, float64, int, bool, orb.Point or a line
}

// columnsOf lists the members of rows, those of embedded and nested structs
// among them, in the order in which the type names them.
func columnsOf[R any](rows []R) []column {
	return flatten("", reflect.ValueOf(rows), reflect.TypeFor[R](), func(v reflect.Value) reflect.Value { return v })
}

// flatten lists the columns of a struct type that get finds in a row.
func flatten(prefix string, rows reflect.Value, t reflect.Type, get func(reflect.Value) reflect.Value) []column {
	var list []column
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		member := func(v reflect.Value) reflect.Value { return get(v).Field(i) }
		switch {
		case field.Anonymous:
			list = append(list, flatten(prefix, rows, field.Type, member)...)
		case field.Type == reflect.TypeFor[orb.Point]():
			list = append(list, column{name: prefix + name, kind: ColumnPlace, of: func(v reflect.Value) any { return member(v).Interface() }})
		case field.Type == reflect.TypeFor[[][2]float64]():
			list = append(list, column{name: prefix + name, kind: ColumnLine, of: func(v reflect.Value) any { return member(v).Interface() }})
		case field.Type.Kind() == reflect.Slice && field.Type.Elem().Kind() == reflect.Struct:
			continue // a table of its own: JSON alone has it
		case field.Type.Kind() == reflect.Struct:
			list = append(list, flatten(prefix+name+"_", rows, field.Type, member)...)
		case field.Type.Kind() == reflect.Map:
			list = append(list, byKey(prefix+name+"_", rows, field.Type.Elem(), member)...)
		default:
			list = append(list, column{name: prefix + name, kind: kindOf(field.Type), of: func(v reflect.Value) any { return cell(member(v)) }})
		}
	}
	return list
}

// byKey makes a column for each key that a map has in any row, in order.
func byKey(prefix string, rows reflect.Value, of reflect.Type, member func(reflect.Value) reflect.Value) []column {
	keys := make(map[string]bool)
	for i := range rows.Len() {
		for _, key := range member(rows.Index(i)).MapKeys() {
			keys[key.String()] = true
		}
	}
	var list []column
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		list = append(list, column{name: prefix + key, kind: kindOf(of), of: func(v reflect.Value) any {
			return cell(member(v).MapIndex(reflect.ValueOf(key)))
		}})
	}
	return list
}

// kindOf is the type of the cells of a member.
func kindOf(t reflect.Type) coverage.ColumnType {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[coverage.Amount]() || t.Kind() == reflect.Float64:
		return coverage.ColumnReal
	case t.Kind() == reflect.Int || t.Kind() == reflect.Int32 || t.Kind() == reflect.Int64:
		return coverage.ColumnInteger
	case t.Kind() == reflect.Bool:
		return coverage.ColumnBoolean
	}
	return coverage.ColumnText
}

// cell is a plain value of a member: what a pointer points to, or nil.
func cell(v reflect.Value) any {
	if !v.IsValid() {
		return nil
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if a, ok := v.Interface().(coverage.Amount); ok {
		return a
	}
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Float64:
		return v.Float()
	case reflect.Int, reflect.Int32, reflect.Int64:
		return int(v.Int())
	case reflect.Bool:
		return v.Bool()
	case reflect.Slice:
		words := make([]string, v.Len())
		for i := range words {
			words[i] = fmt.Sprint(cell(v.Index(i)))
		}
		return strings.Join(words, ";")
	}
	panic(fmt.Sprintf("export: no cell takes a %s", v.Type()))
}

// Words writes the plain members of a struct as name=value, those of nested
// structs as parent_member; maps, and lists of structs or places, are left out.
func Words(v any) string {
	value := reflect.ValueOf(v)
	var words []string
	for _, c := range flatten("", reflect.Zero(reflect.SliceOf(value.Type())), value.Type(), func(v reflect.Value) reflect.Value { return v }) {
		if c.kind == ColumnLine {
			continue
		}
		text := ""
		switch x := c.of(value).(type) {
		case nil:
		case float64:
			text = strconv.FormatFloat(x, 'f', -1, 64)
		default:
			text = fmt.Sprint(x)
		}
		words = append(words, c.name+"="+text)
	}
	return strings.Join(words, " ")
}

// Lists writes every list of structs that a struct holds, a line for each item:
// the name of the list, then Words.
func Lists(v any) []string {
	value := reflect.ValueOf(v)
	var lines []string
	for i := range value.NumField() {
		field := value.Type().Field(i)
		if field.Type.Kind() != reflect.Slice || field.Type.Elem().Kind() != reflect.Struct {
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		for k := range value.Field(i).Len() {
			lines = append(lines, name+": "+Words(value.Field(i).Index(k).Interface()))
		}
	}
	return lines
}
