package webex

import (
	"context"
	"net/http"
	"net/url"
	"strings"
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
	items, whole, err = collectUntil[T, W, P](ctx, c, path, query, limit, func(T) bool { return false })
	if err != nil {
		return nil, false, err
	}
	return items, whole, nil
}

// collectUntil is [collect] that ends before the first item for which end
// reports true; that counts as the whole list. Where a further page can't be
// read, the error comes with the items of the pages before it.
func collectUntil[T any, W any, P interface {
	*W
	value() T
}](ctx context.Context, c *client, path string, query url.Values, limit int, end func(T) bool) (items []T, whole bool, err error) {
	q := &request{method: http.MethodGet, path: path, query: query}
	for range maxPages {
		p := new(page[W])
		q.out = p
		if err := c.do(ctx, q); err != nil {
			return items, false, err
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
			return items, false, err
		}
	}
	return items, false, &Error{Op: q.op(), Kind: KindBadAnswer, Message: "the list has no end"}
}

// turn points the request at the next page. The token goes nowhere but to its
// host, and a list that can't be read to its end is an error, not a short list.
func (c *client) turn(q *request) error {
	current, err := url.Parse(q.address(c.root))
	var u *url.URL
	if err == nil {
		u, err = current.Parse(q.next)
	}
	if err == nil {
		restoreQuery(u, q.query)
		u.Fragment = ""
	}
	if err != nil || !c.ours(u) || samePage(u, current) {
		return &Error{Op: q.op(), Kind: KindBadAnswer, Message: "the link to the next page leads elsewhere"}
	}
	q.page = u.String()
	return nil
}

// restoreQuery adds to the address of a further page what the first page was
// asked with and the link lost, such as mentionedPeople, without which a bot
// gets a 403, or roomId, without which the page is about other spaces. Where a
// page begins is for the link to say.
func restoreQuery(u *url.URL, first url.Values) {
	has, lost := u.Query(), url.Values{}
	for key, values := range first {
		if key != "before" && key != "beforeMessage" && has.Get(key) == "" {
			lost[key] = values
		}
	}
	if len(lost) == 0 {
		return
	}
	u.RawQuery = strings.TrimPrefix(u.RawQuery+"&"+lost.Encode(), "&")
}

// samePage reports whether two addresses name one page, in whatever order
// their queries stand.
func samePage(a, b *url.URL) bool {
	return strings.EqualFold(a.Host, b.Host) && a.Path == b.Path && a.Query().Encode() == b.Query().Encode()
}
