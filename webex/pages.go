package webex

import (
	"context"
	"net/http"
	"net/url"
)

// maxPages bounds a list: 100 pages of 100 are more webhooks or spaces than
// can be kept, and an end to a Link that leads in circles.
const maxPages = 100

// page is one page of a list; items that are missing make it a bad answer,
// because an empty list must be believed.
type page[W any] struct {
	Items []W `json:"items"`
}

func (p *page[W]) whole() bool { return p.Items != nil }

// collect reads a list page by page, at most limit items where limit is
// positive. It reports whether that is the whole list.
func collect[T any, W any, P interface {
	*W
	value() T
}](ctx context.Context, c *client, path string, query url.Values, limit int) (items []T, whole bool, err error) {
	return collectUntil[T, W, P](ctx, c, path, query, limit, func(T) bool { return false })
}

// collectUntil is [collect] that ends before the first item for which end
// reports true; that counts as the whole list.
func collectUntil[T any, W any, P interface {
	*W
	value() T
}](ctx context.Context, c *client, path string, query url.Values, limit int, end func(T) bool) (items []T, whole bool, err error) {
	q := &request{method: http.MethodGet, path: path, query: query}
	for range maxPages {
		p := new(page[W])
		q.out = p
		if err := c.do(ctx, q); err != nil {
			return nil, false, err
		}
		for i := range p.Items {
			item := P(&p.Items[i]).value()
			if end(item) {
				return items, true, nil
			}
			items = append(items, item)
		}
		switch {
		case limit > 0 && len(items) > limit:
			return items[:limit], false, nil
		case q.next == "":
			return items, true, nil
		case limit > 0 && len(items) == limit:
			return items, false, nil
		}
		if err := c.turn(q); err != nil {
			return nil, false, err
		}
	}
	return nil, false, &Error{Op: q.op(), Kind: KindBadAnswer, Message: "the list has no end"}
}

// turn points the request at the next page. The token goes nowhere but to its
// host, and a list that can't be read to its end is an error, not a short list.
func (c *client) turn(q *request) error {
	current := q.address(c.root)
	u, err := url.Parse(current)
	if err == nil {
		u, err = u.Parse(q.next)
	}
	if err != nil || !c.ours(u) || u.String() == current {
		return &Error{Op: q.op(), Kind: KindBadAnswer, Message: "the link to the next page leads elsewhere"}
	}
	u.Fragment = ""
	q.page = u.String()
	return nil
}
