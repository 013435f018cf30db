package simulator

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// page returns one page of a list and the address of the next. A max above
// limit is lowered without an error. The caller holds s.mu.
func page[T any](s *Simulator, r *request, all []T, standard, limit int) (reply, error) {
	q := r.URL.Query()
	size, err := number(q, "max", standard)
	if err != nil || size < 1 {
		return reply{}, refuse(http.StatusBadRequest, "Invalid value for max.")
	}
	from, err := number(q, "cursor", 0)
	if err != nil || from < 0 {
		return reply{}, refuse(http.StatusBadRequest, "Invalid value for cursor.")
	}
	size = min(size, limit)
	if s.quirks.PageCap > 0 {
		size = min(size, s.quirks.PageCap)
	}
	from = min(from, len(all))
	to := min(from+size, len(all))
	if s.quirks.EmptyPages && q.Get("cursor") == "" && len(all) > 0 {
		to = from // the first page is empty and has a next
	}
	out := ok(map[string]any{"items": append([]T{}, all[from:to]...)})
	if to < len(all) {
		q.Set("cursor", strconv.Itoa(to))
		out.next = "http://" + r.Host + r.URL.EscapedPath() + "?" + q.Encode()
	}
	return out, nil
}

func number(q url.Values, key string, standard int) (int, error) {
	v := q.Get(key)
	if v == "" {
		return standard, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", key, err)
	}
	return n, nil
}
