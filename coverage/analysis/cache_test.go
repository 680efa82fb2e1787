package analysis

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func TestCacheBuildsOnceForAll(t *testing.T) {
	t.Parallel()
	c := newCache[string, int](4)
	var builds atomic.Int32
	gate := make(chan struct{})
	var asking sync.WaitGroup
	for range 20 {
		asking.Go(func() {
			v, err := c.get(context.Background(), "k", func(context.Context) (int, error) {
				builds.Add(1)
				<-gate
				return 7, nil
			})
			if v != 7 || err != nil {
				t.Errorf("got %d, %v", v, err)
			}
		})
	}
	close(gate)
	asking.Wait()
	if builds.Load() != 1 {
		t.Errorf("built %d times", builds.Load())
	}
}

func TestCacheForgetsTheLeastRecentlyUsedAndWhatFailed(t *testing.T) {
	t.Parallel()
	c := newCache[string, string](2)
	builds := map[string]int{}
	ask := func(key string, fail error) error {
		_, err := c.get(context.Background(), key, func(context.Context) (string, error) {
			builds[key]++
			return key, fail
		})
		return err
	}
	for _, key := range []string{"a", "b", "a", "c", "a", "b"} { // c pushes b out, b then c
		if err := ask(key, nil); err != nil {
			t.Fatal(err)
		}
	}
	if builds["a"] != 1 || builds["b"] != 2 || builds["c"] != 1 {
		t.Errorf("builds %v", builds)
	}
	broken := errors.New("broken")
	if err := ask("d", broken); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	if err := ask("d", nil); err != nil || builds["d"] != 2 {
		t.Errorf("a failed build is kept: %v, built %d times", err, builds["d"])
	}
}

func TestCacheOutlivesWhoeverAskedFirst(t *testing.T) {
	t.Parallel()
	c := newCache[string, int](1)
	ctx, cancel := context.WithCancel(context.Background())
	gate := make(chan struct{})
	build := func(ctx context.Context) (int, error) {
		<-gate
		return 1, ctx.Err()
	}
	cancel()
	if _, err := c.get(ctx, "k", build); !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up got %v", err)
	}
	close(gate)
	if v, err := c.get(context.Background(), "k", build); v != 1 || err != nil {
		t.Errorf("who asked next got %d, %v", v, err)
	}
	_, err := c.get(context.Background(), "panics", func(context.Context) (int, error) { panic("a bug") })
	if err == nil || !strings.Contains(err.Error(), "a bug") {
		t.Errorf("a panic became %v", err)
	}
}

func TestCacheMakesRoomForWhatIsLarge(t *testing.T) {
	t.Parallel()
	c := newWeighedCache[string](10, 10, func(n int) int { return n })
	builds := map[string]int{}
	ask := func(key string, weight int) {
		if _, err := c.get(context.Background(), key, func(context.Context) (int, error) { builds[key]++; return weight, nil }); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{"a", "b", "a"} { // 4 + 4: both are kept
		ask(key, 4)
	}
	ask("large", 9) // pushes both out
	ask("a", 4)     // and is pushed out itself
	ask("large", 9)
	ask("huge", 99) // alone it is kept, however large
	ask("huge", 99)
	if builds["a"] != 2 || builds["b"] != 1 || builds["large"] != 2 || builds["huge"] != 1 {
		t.Errorf("builds %v", builds)
	}
}
