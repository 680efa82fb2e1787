package analysis

import (
	"context"
	"sync"
)

// cache keeps the most recently used values, each built once however many ask
// for it at the same time. A build that fails is forgotten.
type cache[K comparable, V any] struct {
	mu      sync.Mutex
	size    int
	clock   int
	entries map[K]*cached[V]
}

type cached[V any] struct {
	used  int
	ready chan struct{} // closed when value and err are set
	value V
	err   error
}

func newCache[K comparable, V any](size int) *cache[K, V] {
	return &cache[K, V]{size: size, entries: make(map[K]*cached[V])}
}

// get returns the value of key, building it if needed. The build goes on when
// the caller that started it gives up, since others may wait for it.
func (c *cache[K, V]) get(ctx context.Context, key K, build func(context.Context) (V, error)) (V, error) {
	c.mu.Lock()
	c.clock++
	e, ok := c.entries[key]
	if !ok {
		e = &cached[V]{ready: make(chan struct{})}
		c.entries[key] = e
		c.evict(e)
		go func() {
			e.value, e.err = build(context.WithoutCancel(ctx))
			if e.err != nil {
				c.forget(key, e)
			}
			close(e.ready)
		}()
	}
	e.used = c.clock
	c.mu.Unlock()
	select {
	case <-e.ready:
		return e.value, e.err
	case <-ctx.Done():
		var zero V
		return zero, ctx.Err()
	}
}

// evict drops the entries least recently used, save the newest. c.mu is held.
func (c *cache[K, V]) evict(newest *cached[V]) {
	for len(c.entries) > c.size {
		var oldest K
		least := -1
		for k, e := range c.entries {
			if e != newest && (least < 0 || e.used < least) {
				oldest, least = k, e.used
			}
		}
		delete(c.entries, oldest)
	}
}

func (c *cache[K, V]) forget(key K, e *cached[V]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries[key] == e {
		delete(c.entries, key)
	}
}
