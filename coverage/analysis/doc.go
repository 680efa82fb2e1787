// Package analysis joins networks, reach, zones and standards into answers.
// The Engine is asked with a Request and gives a result that names the
// snapshot, the rule and the profile it holds for, and warns of what may be
// wrong with it. The same request on the same snapshot gives the same result.
package analysis

// EngineVersion is part of every key: it goes up whenever a number, or how it is told, may change.
const EngineVersion = "3"
