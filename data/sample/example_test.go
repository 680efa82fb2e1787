package sample_test

import (
	"context"
	"fmt"
	"os"

	"kaimen/data/sample"
)

func ExampleWrite() {
	dir, err := os.MkdirTemp("", "dongxing-sample")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	counts, err := sample.Write(context.Background(), dir, sample.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(counts.Streets, "streets,", counts.Communities, "communities,",
		counts.OrdinaryGrids, "+", counts.DedicatedGrids, "grids,", counts.Residents, "residents")
	// Output: 3 streets, 47 communities, 284 + 19 grids, 219400 residents
}
