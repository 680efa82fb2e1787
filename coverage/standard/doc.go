// Package standard holds what planning standards and the product's own tables
// say, as data: the kinds of facility with their names and groups, and the
// tiers of the service circle. Every figure names its source and tells whether
// it was read there.
package standard
