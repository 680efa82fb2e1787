// Package web answers over HTTP: the JSON API with its OpenAPI document, vector
// tiles, and the page. It turns requests into questions for the Engine and
// errors into application/problem+json; it computes nothing itself.
//
// Paths, parameters and answers are described by /openapi.json, which the code
// produces; a copy is kept in web/spec so that a change of the API shows in
// review.
package web
