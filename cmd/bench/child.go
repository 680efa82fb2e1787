package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"kaimen/coverage/analysis"
	"kaimen/coverage/standard"
	"kaimen/data/gpkg"
	"kaimen/web"
)

// What is said of a server is measured on one in a process of its own, so that
// its memory and its time are not those of the clients.

// freePath is an address that only the server of a measurement has: it gives
// back to the system all memory that nothing holds.
const freePath = "/bench/free"

// serveChild serves a store on a free port of the loopback address, which it
// prints, until its standard input ends.
func serveChild(ctx context.Context, path string) (err error) {
	store, err := gpkg.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	library, err := standard.Load()
	if err != nil {
		return err
	}
	product := web.New(web.Options{Engine: analysis.New(store, library), Store: store})
	mux := http.NewServeMux()
	mux.Handle("/", product)
	mux.HandleFunc(freePath, func(w http.ResponseWriter, _ *http.Request) {
		debug.FreeOSMemory()
		w.WriteHeader(http.StatusNoContent)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	fmt.Fprintln(os.Stdout, listener.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin) // whatever ends it ends this process
	if err := server.Shutdown(ctx); err != nil {
		return err
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// child is such a server.
type child struct {
	base    string // its origin, as http://127.0.0.1:40000
	process *exec.Cmd
	stop    io.Closer
}

// startChild serves a store in a process of its own.
func startChild(ctx context.Context, store string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{process: exec.CommandContext(ctx, self, "-serve", store)}
	c.process.Stderr = os.Stderr
	if c.stop, err = c.process.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.process.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("serve %s in a child: %w", store, err), c.close())
	}
	c.base = "http://" + strings.TrimSpace(line)
	return c, nil
}

func (c *child) close() error { return errors.Join(c.stop.Close(), c.process.Wait()) }

// get reads an answer to its end and tells its length.
func (c *child) get(ctx context.Context, client *http.Client, path string) (status int, n int64, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return 0, 0, err
	}
	answer, err := client.Do(r)
	if err != nil {
		return 0, 0, err
	}
	n, err = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, n, errors.Join(err, answer.Body.Close())
}

// must reads an answer that has to be good.
func (c *child) must(ctx context.Context, path string) (int64, error) {
	status, n, err := c.get(ctx, http.DefaultClient, path)
	if err == nil && status >= http.StatusBadRequest {
		err = fmt.Errorf("%s is answered with %d", path, status)
	}
	return n, err
}

// settle has the server give back what it does not hold, and forget the largest
// that it has been; it tells how large it is, in megabytes, or 0 where the system
// does not say.
func (c *child) settle(ctx context.Context) (float64, error) {
	if _, err := c.must(ctx, freePath); err != nil {
		return 0, err
	}
	forget := fmt.Sprintf("/proc/%d/clear_refs", c.process.Process.Pid)
	err := os.WriteFile(forget, []byte("5"), 0) // proc(5): resets VmHWM
	if err != nil && (errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.EACCES)) {
		return 0, nil
	}
	return c.peak(), err
}

// peak is the largest that the server has been since it settled, in megabytes.
func (c *child) peak() float64 {
	mb, err := peakMegabytes(c.process.Process.Pid)
	if err != nil {
		return 0
	}
	return mb
}
