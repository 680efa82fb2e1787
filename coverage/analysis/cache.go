package analysis

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
)

// cache keeps the most recently used values, each built once however many ask
// for it at the same time. A build that fails is forgotten.
type cache[K comparable, V any] struct {
	mu      sync.Mutex
	size    int
	clock   int
	entries map[K]*cached[V]
	// weigh tells how large a value is, and room how much all may weigh; without
	// it only their number counts.
	weigh func(V) int
	room  int
	held  int
}

type cached[V any] struct {
	used   int
	weight int
	ready  chan struct{} // closed when value and err are set
	value  V
	err    error
}

func newCache[K comparable, V any](size int) *cache[K, V] {
	return &cache[K, V]{size: size, entries: make(map[K]*cached[V])}
}

// newWeighedCache is newCache for values of very different size.
func newWeighedCache[K comparable, V any](size, room int, weigh func(V) int) *cache[K, V] {
	c := newCache[K, V](size)
	c.weigh, c.room = weigh, room
	return c
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
			defer close(e.ready)
			e.value, e.err = c.try(context.WithoutCancel(ctx), build)
			switch {
			case e.err != nil:
				c.forget(key, e)
			case c.weigh != nil:
				c.settle(key, e)
			}
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

// drop forgets what is kept of a key; who waits for it gets it all the same.
func (c *cache[K, V]) drop(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.entries[key]; ok {
		c.held -= e.weight
		delete(c.entries, key)
	}
}

// peek returns a value that is there already; it neither builds nor waits.
func (c *cache[K, V]) peek(key K) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, known := c.entries[key]
	if !known {
		return value, false
	}
	select {
	case <-e.ready:
		c.clock++
		e.used = c.clock
		return e.value, e.err == nil
	default:
		return value, false
	}
}

// try builds, and turns a panic, a bug in this program, into an error: it must
// not end a server from a goroutine of our own.
func (c *cache[K, V]) try(ctx context.Context, build func(context.Context) (V, error)) (value V, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("internal: %v\n%s", p, debug.Stack())
		}
	}()
	return build(ctx)
}

// evict drops the entries least recently used, save the newest, while there are
// too many or they weigh too much. c.mu is held.
func (c *cache[K, V]) evict(newest *cached[V]) {
	for len(c.entries) > 1 && (len(c.entries) > c.size || c.weigh != nil && c.held > c.room) {
		var oldest K
		least := -1
		for k, e := range c.entries {
			if e != newest && (least < 0 || e.used < least) {
				oldest, least = k, e.used
			}
		}
		c.held -= c.entries[oldest].weight
		delete(c.entries, oldest)
	}
}

// settle weighs a value that was built, and makes room for it.
func (c *cache[K, V]) settle(key K, e *cached[V]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries[key] != e {
		return
	}
	e.weight = c.weigh(e.value)
	c.held += e.weight
	c.evict(e)
}

func (c *cache[K, V]) forget(key K, e *cached[V]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries[key] == e {
		delete(c.entries, key)
	}
}
