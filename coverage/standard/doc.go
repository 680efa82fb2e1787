// Package standard holds what planning standards and the product's own tables
// say, as data: the kinds of facility with their names and groups, the tiers of
// the service circle, the figures of published standards (Rule), and what a
// circle should hold (Circle). Every figure names its source and tells whether
// it was read there; a town lays its own on top (Library.With).
package standard
