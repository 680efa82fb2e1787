// Package coveragetest is for tests alone: towns drawn as text, generators, and
// the suite that every Store passes.
package coveragetest
