// Package siting chooses sites for facilities and proves how far the choice can
// be from the best one.
//
// A Problem is plain data: sites, demand, and who reaches what at which cost of
// travel. It knows no map. A Solver gives a Plan with its objective and a bound
// that no plan can pass; where the two meet, the plan is proven best.
package siting
