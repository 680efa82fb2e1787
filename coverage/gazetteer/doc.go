// Package gazetteer finds places by what people type: a name or a part of it, in
// Chinese characters, in pinyin or in the first letters of it, whatever the case,
// the width and the accents; an id; or coordinates. It knows no snapshot: who
// asks puts in the entries.
package gazetteer
