// Package tile knows the z/x/y pyramid of web maps and cuts shapes into Mapbox
// Vector Tiles (specification 2.1).
//
// Shapes are prepared once. A Set projects them to whole units of the innermost
// zoom and finds for each of their points the zoom from which it is needed,
// such that areas side by side keep one line between them. A Level is what of a
// Set is seen at one zoom, in whole units of that zoom: rings without spikes and
// wound as the specification asks, nothing too small to see, and points that
// would hide each other thinned out. A tile is then only cut out of its Level;
// orb/encoding/mvt, which leaves all of that to its caller, writes the bytes.
package tile
