// Package instance reads published instances of choosing sites, and draws large
// ones after the same recipes, as problems of siting: what solvers are held
// against and measured on.
//
// In problems of covering alone, the Reach knows no cost of travel: it holds the
// pairs within the radius, by index. In all others its rows rise by cost, equals
// by index. Distances are taken as the authors of an instance took them, since
// the published values hold for nothing else.
package instance
