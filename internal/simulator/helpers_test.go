package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// start runs a simulator for one test.
func start(tb testing.TB, o Options) *Simulator {
	tb.Helper()
	if o.Seed == 0 {
		o.Seed = 1
	}
	s, err := Start(tb.Context(), o)
	if err != nil {
		tb.Fatalf("Start: %v", err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("Close: %v", err)
		}
	})
	return s
}

// object is a JSON object as a client sees it.
type object = map[string]any

// call makes one call of the API and gives status, header and decoded body.
func call(tb testing.TB, s *Simulator, token, method, path string, body any) (int, http.Header, object) {
	tb.Helper()
	resp, raw := rawCall(tb, s, token, method, path, body)
	var out object
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &out); err != nil {
			tb.Fatalf("%s %s: body %q: %v", method, path, raw, err)
		}
	}
	return resp.StatusCode, resp.Header, out
}

func rawCall(tb testing.TB, s *Simulator, token, method, path string, body any) (*http.Response, []byte) {
	tb.Helper()
	resp, raw, err := tryCall(tb.Context(), s, token, method, path, body)
	if err != nil {
		tb.Fatalf("%s %s: %v", method, path, err)
	}
	return resp, raw
}

func tryCall(ctx context.Context, s *Simulator, token, method, path string, body any) (*http.Response, []byte, error) {
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		in = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			return nil, nil, err
		}
		in = bytes.NewReader(raw)
	}
	url := path
	if !strings.HasPrefix(path, "http") {
		url = s.URL() + path
	}
	req, err := http.NewRequestWithContext(ctx, method, url, in)
	if err != nil {
		return nil, nil, err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return trySend(req)
}

func trySend(req *http.Request) (*http.Response, []byte, error) {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	resp, err := client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	return resp, raw, err
}

// description returns the first error description of a body in the usual shape.
func descriptionOf(body object) string {
	list, _ := body["errors"].([]any)
	if len(list) == 0 {
		return ""
	}
	first, _ := list[0].(object)
	text, _ := first["description"].(string)
	return text
}

// receiver is a webhook target.
type receiver struct {
	*httptest.Server

	mu       sync.Mutex
	status   int
	received []received
	news     chan struct{}
}

type received struct {
	header http.Header
	raw    []byte
	body   object
	data   object
}

func listen(tb testing.TB) *receiver {
	tb.Helper()
	e := &receiver{status: http.StatusNoContent, news: make(chan struct{}, 10000)}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			tb.Errorf("read delivery: %v", err)
		}
		h := received{header: r.Header, raw: raw}
		if err := json.Unmarshal(raw, &h.body); err != nil {
			tb.Errorf("delivery %q: %v", raw, err)
		}
		h.data, _ = h.body["data"].(object)
		e.mu.Lock()
		e.received = append(e.received, h)
		status := e.status
		e.mu.Unlock()
		w.WriteHeader(status)
		e.news <- struct{}{}
	}))
	tb.Cleanup(e.Close)
	return e
}

func (e *receiver) answer(status int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.status = status
}

func (e *receiver) all() []received {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]received(nil), e.received...)
}

// settled waits for all deliveries and gives what was received.
func (e *receiver) settled(tb testing.TB, s *Simulator) []received {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), time.Minute)
	defer cancel()
	if err := s.Settle(ctx); err != nil {
		tb.Fatal(err)
	}
	return e.all()
}

// register makes a webhook of the bot and gives its id.
func register(tb testing.TB, s *Simulator, target, resource, event, filter string) string {
	tb.Helper()
	body := object{"name": "test " + resource, "targetUrl": target, "resource": resource, "event": event, "secret": "example-secret"}
	if filter != "" {
		body["filter"] = filter
	}
	status, _, out := call(tb, s, s.BotToken(), http.MethodPost, "/webhooks", body)
	if status != http.StatusOK {
		tb.Fatalf("POST /webhooks = %d %v", status, out)
	}
	return str(out["id"])
}

// specFile is a file of the reference data, which stands beside the project
// where there is any; the test is skipped without it.
func specFile(tb testing.TB, name string) string {
	tb.Helper()
	path := filepath.Join("..", "..", "..", "shared", "webex", "spec", name)
	if _, err := os.Stat(path); err != nil {
		tb.Skipf("the reference data ../shared/webex/spec/%s, seen from the module's root, is not there: %v", name, err)
	}
	return path
}

func quick(tb testing.TB) context.Context {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), time.Minute)
	tb.Cleanup(cancel)
	return ctx
}

// echoBot is the least of a bot: it fetches each message of another and
// answers in its thread. It gives the address of its receiver.
func echoBot(tb testing.TB, s *Simulator, client *http.Client) string {
	tb.Helper()
	do := func(method, path string, body any) object {
		raw, err := json.Marshal(body)
		if err != nil {
			tb.Error(err)
			return nil
		}
		req, err := http.NewRequestWithContext(context.Background(), method, s.URL()+path, bytes.NewReader(raw))
		if err != nil {
			tb.Error(err)
			return nil
		}
		req.Header.Set("Authorization", "Bearer "+s.BotToken())
		req.Header.Set("Content-Type", "application/json")
		resp, err := client.Do(req)
		if err != nil {
			return nil
		}
		defer resp.Body.Close()
		var out object
		if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
			tb.Error(err)
		}
		return out
	}
	bot := s.Bot().ID
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var e struct {
			Data struct{ ID, PersonID string }
		}
		if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
			tb.Error(err)
		}
		w.WriteHeader(http.StatusNoContent)
		if e.Data.PersonID == bot {
			return
		}
		go func() {
			m := do(http.MethodGet, "/messages/"+e.Data.ID, nil)
			do(http.MethodPost, "/messages", object{"roomId": m["roomId"], "parentId": m["id"], "markdown": "**" + str(m["text"]) + "**"})
		}()
	}))
	tb.Cleanup(server.Close)
	return server.URL
}

// str returns a value that should be a string.
func str(v any) string {
	s, _ := v.(string)
	return s
}

// objects returns the objects of a list in a body.
func objects(body object, key string) []object {
	list, _ := body[key].([]any)
	var out []object
	for _, one := range list {
		o, _ := one.(object)
		out = append(out, o)
	}
	return out
}
