package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"
)

// filter is a where of the manifest, compiled once. It is an expression of
// expr-lang over the columns of a row: a cell that is a plain number is one,
// any other is text, a blank one is nil.
//
// A comparison with a blank cell is not true, whichever way it asks, unless it
// asks for nil itself ("healthcare == nil").
type filter struct {
	program *vm.Program
	columns []string // that it reads, ordered
	row     map[string]any
}

// The functions that comparisons and tests of text are turned into. With a
// blank inside, no expression can call them and no plain column is called so.
const (
	compareName = "compare cells"
	textName    = "text of cell"
)

// newFilter compiles the text of a where.
//
// Errors: what expr finds wrong with its form.
func newFilter(text string) (*filter, error) {
	v := &filterVisitor{columns: make(map[string]bool), locals: make(map[string]bool)}
	program, err := expr.Compile(text,
		expr.Env(map[string]any{}), expr.AllowUndefinedVariables(), expr.AsBool(), expr.Patch(v),
		expr.Function(compareName, compareCells, new(func(string, any, any) bool)),
		expr.Function(textName, textOfCell, new(func(any) string)),
	)
	if err != nil {
		return nil, errors.New(firstLine(err.Error()))
	}
	f := &filter{program: program, row: make(map[string]any)}
	for _, name := range slices.Sorted(maps.Keys(v.columns)) {
		if !v.locals[name] {
			f.columns = append(f.columns, name)
		}
	}
	return f, nil
}

// missing lists the columns that f reads and the source does not have.
func (f *filter) missing(columns []string) []string {
	var out []string
	for _, name := range f.columns {
		if !slices.Contains(columns, name) {
			out = append(out, name)
		}
	}
	return out
}

// takes tells whether a row is taken.
//
// Errors: cells that the expression cannot work with, unless one that it reads
// is blank: then the row is not taken.
func (f *filter) takes(cells map[string]any) (bool, error) {
	blank := false
	for _, name := range f.columns {
		f.row[name] = valueOf(cells[name])
		blank = blank || f.row[name] == nil
	}
	result, err := expr.Run(f.program, f.row)
	if taken, ok := result.(bool); ok && err == nil {
		return taken, nil
	}
	switch {
	case blank:
		return false, nil
	case err != nil:
		return false, errors.New(firstLine(err.Error()))
	}
	return false, fmt.Errorf("it gives %v, not true or false", result)
}

// filterVisitor notes which columns an expression reads and turns its
// comparisons into calls that know blanks.
type filterVisitor struct {
	columns, locals map[string]bool
}

// Visit implements ast.Visitor.
func (v *filterVisitor) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		if n.Value != "$env" {
			v.columns[n.Value] = true
		}
	case *ast.VariableDeclaratorNode:
		v.locals[n.Name] = true
	case *ast.MemberNode: // $env["a name with blanks"]
		env, ok := n.Node.(*ast.IdentifierNode)
		if name, named := n.Property.(*ast.StringNode); ok && named && env.Value == "$env" {
			v.columns[name.Value] = true
		}
	case *ast.BinaryNode:
		v.patch(node, n)
	}
}

func (v *filterVisitor) patch(node *ast.Node, n *ast.BinaryNode) {
	switch n.Operator {
	case "==", "!=", "<", "<=", ">", ">=":
		if isNil(n.Left) || isNil(n.Right) {
			return // the expression asks for blanks
		}
		fallthrough
	case "in":
		ast.Patch(node, call(compareName, &ast.StringNode{Value: n.Operator}, n.Left, n.Right))
	case "contains", "startsWith", "endsWith", "matches":
		blank := &ast.BinaryNode{Operator: "==", Left: n.Left, Right: &ast.NilNode{}}
		test := &ast.BinaryNode{Operator: n.Operator, Left: call(textName, n.Left), Right: n.Right}
		ast.Patch(node, &ast.ConditionalNode{Cond: blank, Exp1: &ast.BoolNode{Value: false}, Exp2: test})
	}
}

func call(name string, arguments ...ast.Node) ast.Node {
	return &ast.CallNode{Callee: &ast.IdentifierNode{Value: name}, Arguments: arguments}
}

func isNil(n ast.Node) bool {
	_, ok := n.(*ast.NilNode)
	return ok
}

// compareCells is called with an operator and two values.
func compareCells(args ...any) (any, error) {
	operator, _ := args[0].(string)
	a, b := args[1], args[2]
	if a == nil || b == nil {
		return false, nil
	}
	if operator == "in" {
		return among(a, b)
	}
	x, xIsNumber := numberOf(a)
	y, yIsNumber := numberOf(b)
	if xIsNumber && yIsNumber {
		return ordered(operator, x, y), nil
	}
	s, sIsText := a.(string)
	t, tIsText := b.(string)
	switch {
	case sIsText && tIsText:
		return ordered(operator, s, t), nil
	case operator == "==":
		return reflect.DeepEqual(a, b), nil // lists and objects too
	case operator == "!=":
		return !reflect.DeepEqual(a, b), nil
	}
	return nil, fmt.Errorf("%#v and %#v cannot be put in order", a, b)
}

// among tells whether a equals an element of a list.
func among(a, b any) (any, error) {
	list := reflect.ValueOf(b)
	if kind := list.Kind(); kind != reflect.Slice && kind != reflect.Array {
		return nil, fmt.Errorf("in: %#v is no list", b)
	}
	for i := range list.Len() {
		if same, err := compareCells("==", a, list.Index(i).Interface()); err != nil || same == true {
			return same, err
		}
	}
	return false, nil
}

// textOfCell is called with a value that is not blank.
func textOfCell(args ...any) (any, error) {
	switch v := args[0].(type) {
	case string:
		return v, nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	}
	return fmt.Sprint(args[0]), nil
}

func ordered[T float64 | string](operator string, a, b T) bool {
	switch operator {
	case "==":
		return a == b
	case "!=":
		return a != b
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	}
	return a >= b
}

// numberOf is a value as a number, if it is one or text that reads as one: so
// level == 8 and level == "8" ask the same.
func numberOf(v any) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case float64:
		return v, true
	case string:
		x, ok := valueOf(v).(float64)
		return x, ok
	}
	return 0, false
}

// plainNumber leaves codes such as "0012" text. Fifteen digits are what a
// float64 holds exactly; longer ones are ids.
var plainNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?$`)

// valueOf is a cell as an expression sees it.
func valueOf(cell any) any {
	switch cell := cell.(type) {
	case json.Number:
		x, err := cell.Float64()
		if err != nil {
			return cell.String()
		}
		if digits := strings.TrimPrefix(cell.String(), "-"); len(digits) > 15 && !strings.ContainsAny(digits, ".eE") {
			return cell.String()
		}
		return x
	case string:
		text := strings.TrimSpace(cell)
		if text == "" {
			return nil
		}
		if !plainNumber.MatchString(text) {
			return text
		}
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return text
		}
		return x
	}
	return cell
}
