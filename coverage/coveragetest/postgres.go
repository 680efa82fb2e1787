package coveragetest

import (
	"fmt"
	"net/url"
	"os"
	"sync/atomic"
	"testing"
	"time"
)

// schemas counts those that this process was given.
var schemas atomic.Int64

// Postgres is the address of the database in which tests may make schemas, by
// KAIMEN_TEST_POSTGRES, with a schema that is not there yet. Where no database is
// named the test is skipped.
func Postgres(t testing.TB) (address, schema string) {
	t.Helper()
	base := os.Getenv("KAIMEN_TEST_POSTGRES")
	if base == "" {
		t.Skip("skipped: KAIMEN_TEST_POSTGRES names no PostgreSQL with PostGIS, such as .ci/postgres.sh start prints")
	}
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	schema = fmt.Sprintf("kaimen_test_%d_%d", time.Now().UnixNano(), schemas.Add(1))
	query := u.Query()
	query.Set("search_path", schema)
	u.RawQuery = query.Encode()
	return u.String(), schema
}
