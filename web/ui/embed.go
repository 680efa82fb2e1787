// Package ui holds the page that the server gives to browsers: the built
// files of the Vue application in this folder, embedded in the binary.
package ui

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files is the built page, with index.html at its root.
//
// Before the page was built (npm run build) it holds nothing but a place
// holder; whoever serves it must expect index.html to be missing.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("ui: the embedded folder is named dist: " + err.Error())
	}
	return files
}
