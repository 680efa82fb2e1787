package ogc

import (
	"bytes"
	"encoding/json"

	"kaimen/web/lru"
)

// keptPaths is how many bytes of the paths of collections are kept as JSON.
// Clients read the whole document before anything else, and with a thousand
// collections making it anew would take them a second.
const keptPaths = 32 << 20

// pathsKept is the paths of one collection, by address.
type pathsKept map[string]json.RawMessage

func newPathCache() *lru.Cache[string, pathsKept] {
	return lru.New[string](keptPaths, func(p pathsKept) (n int) {
		for _, text := range p {
			n += len(text)
		}
		return n
	})
}

// addPaths adds the paths of one collection, which follow from what its hash
// stands for.
func (s *server) addPaths(to object, info *Info) error {
	key := info.ID + " " + info.Hash
	kept, ok := s.paths.Get(key)
	if !ok {
		made := make(object)
		collectionPaths(made, info)
		kept = make(pathsKept, len(made))
		for path, of := range made {
			var text bytes.Buffer
			encoder := json.NewEncoder(&text)
			encoder.SetEscapeHTML(false)
			if err := encoder.Encode(of); err != nil {
				return err
			}
			kept[path] = bytes.TrimSpace(text.Bytes())
		}
		s.paths.Put(key, kept)
	}
	for path, text := range kept {
		to[path] = text
	}
	return nil
}
