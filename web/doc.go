// Package web answers over HTTP: the JSON API with its OpenAPI document, vector
// tiles, and the page. It turns requests into questions for the Engine and
// errors into application/problem+json; it computes nothing itself.
//
// Paths, parameters and answers are described by /openapi.json, which the code
// produces, by the same in OpenAPI 3.0, and by the page /docs. Copies of the
// documents are kept in web/spec so that a change of the API shows in review,
// and with them what the examples of the API are answered with: exampleTable
// lists the examples, and every operation needs one.
package web
