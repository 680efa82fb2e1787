// Package reach finds least travel costs on a Network: from seeds to every
// node, to the nearest of many facilities with its owner, and between many
// pairs of points. Costs of points count the straight way to their road and
// the part of its edge, so that nothing is rounded to a junction.
package reach
