// Package lru keeps the values used last.
package lru

import (
	"container/list"
	"sync"
)

// Cache keeps the values used last, up to a total cost. Any number of goroutines
// may share it.
type Cache[K comparable, V any] struct {
	mu    sync.Mutex
	max   int
	used  int
	cost  func(V) int
	order *list.List // of *kept, the one used last in front
	byKey map[K]*list.Element
}

type kept[K comparable, V any] struct {
	key   K
	value V
}

// New returns an empty cache; cost is what a value takes of max.
func New[K comparable, V any](max int, cost func(V) int) *Cache[K, V] {
	return &Cache[K, V]{max: max, cost: cost, order: list.New(), byKey: make(map[K]*list.Element)}
}

// Get returns the value of a key, which is now the one used last.
func (c *Cache[K, V]) Get(key K) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byKey[key]
	if !ok {
		var zero V
		return zero, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*kept[K, V]).value, true
}

// Put keeps value, and lets those go that were not used for longest. A value
// that alone costs more than all may cost is not kept.
func (c *Cache[K, V]) Put(key K, value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cost(value) > c.max {
		return
	}
	if e, ok := c.byKey[key]; ok {
		c.drop(e)
	}
	c.byKey[key] = c.order.PushFront(&kept[K, V]{key, value})
	c.used += c.cost(value)
	for c.used > c.max {
		c.drop(c.order.Back())
	}
}

func (c *Cache[K, V]) drop(e *list.Element) {
	k := c.order.Remove(e).(*kept[K, V])
	delete(c.byKey, k.key)
	c.used -= c.cost(k.value)
}
