package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"kaimen/coverage"
	"kaimen/data"
	"kaimen/data/sample"
	"kaimen/web"
	"kaimen/web/ui"
)

type serveCommand struct {
	engineFlags
	jobsFlags
	Manage string `help:"Whether to offer imports and the saving of scenarios over HTTP, and the pages of the queue under /admin/jobs: on, off, or auto for on when listening on a loopback address." enum:"auto,on,off" default:"auto" env:"KAIMEN_MANAGE" placeholder:"WHETHER"`
	Listen string `help:"Address to listen on." default:"127.0.0.1:8080" env:"KAIMEN_LISTEN" placeholder:"HOST:PORT"`
	basemapFlags
	Sample bool `help:"See that the sample district is in the store before serving."`
}

// Time limits of the server. Answers stream, so that there is no limit on
// writing; a client that stops reading holds one goroutine.
const (
	readHeaderTimeout = 10 * time.Second
	idleTimeout       = 2 * time.Minute
	shutdownTimeout   = 10 * time.Second
)

// basemapFlags name a base map of someone else.
type basemapFlags struct {
	Basemap            string `help:"Offer raster tiles of someone else below the map: their address with {z}, {x} and {y}. Browsers then ask that host while it is switched on." env:"KAIMEN_BASEMAP" placeholder:"URL"`
	BasemapAttribution string `help:"Whose the base map is, as shown on it." env:"KAIMEN_BASEMAP_ATTRIBUTION" placeholder:"TEXT"`
	BasemapCoords      string `help:"The coordinates that the base map is drawn in: wgs84, also for CGCS2000, or gcj02." enum:"wgs84,gcj02" default:"wgs84" env:"KAIMEN_BASEMAP_COORDS" placeholder:"SYSTEM"`
}

// basemap is what the flags name; nil for nothing.
func (f basemapFlags) basemap() (*web.Basemap, error) {
	if f.Basemap == "" {
		return nil, nil
	}
	return web.NewBasemap(f.Basemap, f.BasemapAttribution, f.BasemapCoords)
}

// Run serves until ctx ends, then finishes the requests in hand.
func (s serveCommand) Run(ctx context.Context, c console) (err error) {
	basemap, err := s.basemap()
	if err != nil {
		return err
	}
	if dir := filepath.Dir(s.Store); s.Sample {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	store, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if s.Sample {
		if err := c.ensureSample(ctx, store); err != nil {
			return err
		}
	}
	listener, err := net.Listen("tcp", s.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w; choose another address with --listen or KAIMEN_LISTEN", s.Listen, err)
	}
	options, err := s.webOptions(c, store)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	options.Basemap = basemap
	return s.serveJobs(ctx, c, listener, options)
}

// serveJobs serves, and does jobs beside it, until ctx ends.
func (s serveCommand) serveJobs(ctx context.Context, c console, listener net.Listener, o web.Options) (err error) {
	o.Page = ui.Files()
	queue, err := s.openJobs(ctx, c, s.Store, o)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, queue.Close()) }()
	o.Jobs = queue
	if o.Manage = s.manages(listener); o.Manage {
		if o.JobsPage, err = queue.Panel(ctx, web.AdminPath); err != nil {
			return errors.Join(err, listener.Close())
		}
	} else {
		o.Importer, o.Editor, o.Inspector = nil, nil, nil
	}
	both, ctx := errgroup.WithContext(ctx)
	o.Ending = ctx.Done()
	both.Go(func() error { return queue.Run(ctx) })
	both.Go(func() error {
		fmt.Fprintf(c.stderr, "listening on http://%s\n", listener.Addr())
		return serve(ctx, listener, web.New(o))
	})
	return both.Wait()
}

// manages tells whether whoever reaches this server may also change what it
// serves.
func (s serveCommand) manages(listener net.Listener) bool {
	if s.Manage != "auto" {
		return s.Manage == "on"
	}
	address, ok := listener.Addr().(*net.TCPAddr)
	return ok && address.IP.IsLoopback()
}

func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: readHeaderTimeout, IdleTimeout: idleTimeout}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	err := server.Shutdown(finish)
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// ensureSample imports the sample district unless the store has this very one,
// which its attribution tells: it names the edition.
func (c console) ensureSample(ctx context.Context, store coverage.Store) error {
	info, err := store.Current(ctx, sample.Study)
	if err == nil && len(info.Study.Attribution) > 0 && info.Study.Attribution[0] == sample.Attribution {
		return nil
	}
	if err != nil && coverage.CodeOf(err) != coverage.NotFound {
		return err
	}
	fmt.Fprintln(c.stderr, "making the sample district (once)")
	dir, err := os.MkdirTemp("", "kaimen-sample-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a leftover in the temporary folder does no harm
	if _, err := sample.Write(ctx, dir, sample.Options{}); err != nil {
		return fmt.Errorf("make the sample district: %w", err)
	}
	step, finish := c.progress()
	defer finish()
	snapshot, _, err := data.Import(ctx, filepath.Join(dir, "study.yaml"), data.Options{Now: time.Now(), Progress: step})
	if err != nil {
		return fmt.Errorf("import the sample district: %w", err)
	}
	return store.Put(ctx, snapshot)
}
