package readings_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"trackbot/internal/history"
	"trackbot/internal/readings"
	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
	"trackbot/webex"
)

// largeSite is a site of 100 codes with 500 options each.
func largeSite(site string) []webex.TrackingCode {
	codes := make([]webex.TrackingCode, 100)
	for i := range codes {
		codes[i] = webex.TrackingCode{ID: strconv.Itoa(i + 1), Name: fmt.Sprint("Code ", i+1), SiteURL: site, InputMode: "select", HostProfileCode: "optional"}
		for j := range 500 {
			codes[i].Options = append(codes[i].Options, webex.Option{Value: fmt.Sprintf("Cost center %03d-%04d", i, j)})
		}
		codes[i].ScheduleStartCodes = []webex.ScheduleStart{{Service: "MeetingCenter", Type: "required"}, {Service: "EventCenter", Type: "optional"}}
	}
	return codes
}

// encode is how Webex writes a list of codes.
func encode(b *testing.B, codes []webex.TrackingCode) []byte {
	b.Helper()
	body, err := json.Marshal(struct {
		Items []webex.TrackingCode `json:"items"`
	}{codes})
	if err != nil {
		b.Error(err)
	}
	return body
}

// BenchmarkRead reads a large site over HTTP. The aim is 50 ms of CPU.
func BenchmarkRead(b *testing.B) {
	const site = "example.webex.com"
	codes := largeSite(site)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		codes[0].Options[0].Value = r.Header.Get("TrackingID") // a change a reading
		body := encode(b, codes)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	}))
	defer server.Close()
	admin := webex.NewAdmin(webex.Options{BaseURL: server.URL, Token: func(context.Context) (string, error) { return "token", nil }, Logger: slog.New(slog.DiscardHandler)})
	db := storetest.SQLite(b).Open(b)
	r := readings.NewReader(readings.Options{
		DB: db, Every: time.Hour, Logger: slog.New(slog.DiscardHandler), Found: func(int) {},
		Sites: func(context.Context) ([]string, error) { return []string{site}, nil },
		Codes: admin.TrackingCodes,
	})
	if err := r.Read(b.Context(), 0); err != nil { // the first one stores all
		b.Fatal(err)
	}
	before := cpu(b)
	for b.Loop() {
		if err := r.Read(b.Context(), 0); err != nil {
			b.Fatal(err)
		}
	}
	serving := cpu(b) // and what the server took of it
	for range b.N {
		encode(b, codes)
	}
	b.ReportMetric(float64((serving-before-(cpu(b)-serving)).Milliseconds())/float64(b.N), "ms-cpu/op")
}

// cpu is how long this process has computed.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkYear reads ten large sites for a year, of which one has 20 changes a
// day, and asks what changed within a week. The aims are 200 MB and 20 ms.
func BenchmarkYear(b *testing.B) {
	e := storetest.SQLite(b)
	db := e.Open(b)
	var sites []string
	all := map[string][]webex.TrackingCode{}
	for i := range 10 {
		site := fmt.Sprintf("site%d.example.webex.com", i)
		sites, all[site] = append(sites, site), largeSite(site)
	}
	r := readings.NewReader(readings.Options{
		DB: db, Every: time.Hour, Logger: slog.New(slog.DiscardHandler), Found: func(int) {},
		Sites: func(context.Context) ([]string, error) { return sites, nil },
		Codes: func(_ context.Context, site string) ([]webex.TrackingCode, error) { return all[site], nil },
	})
	day := func(i int) {
		for j := range 10 {
			all[sites[i%10]][i%100].Options[j].Value = fmt.Sprintf("Cost center of day %d-%d", i, j)
		}
		if err := r.Read(b.Context(), 0); err != nil {
			b.Fatal(err)
		}
		err := db.Update(b.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE code_change SET since = since - $1, seen = seen - $1", (24 * time.Hour).Milliseconds())
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	for i := range 366 {
		day(i)
	}
	m := readings.Memory{DB: db}
	for b.Loop() {
		list, err := m.Changes(b.Context(), history.Query{Sites: sites, Since: time.Now().AddDate(0, 0, -7)})
		if err != nil || len(list) < 100 {
			b.Fatalf("%d changes in a week, %v", len(list), err)
		}
	}
	size := int64(0)
	files, err := filepath.Glob(filepath.Join(e.Options.Dir, "*"))
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range files {
		if info, err := os.Stat(f); err == nil {
			size += info.Size()
		}
	}
	b.ReportMetric(float64(size)/(1<<20), "MB")
}
