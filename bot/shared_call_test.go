package bot

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/webex"
)

// slowPeople is a Webex that takes a second to say who somebody is.
type slowPeople struct {
	*space
}

func (s slowPeople) Me(ctx context.Context) (webex.Person, error) { return s.after(ctx, s.me) }

func (s slowPeople) Person(ctx context.Context, _ string) (webex.Person, error) {
	return s.after(ctx, s.person)
}

func (s slowPeople) after(ctx context.Context, p webex.Person) (webex.Person, error) {
	select {
	case <-ctx.Done():
		return webex.Person{}, ctx.Err()
	case <-time.After(time.Second):
		return p, nil
	}
}

// Of two who ask Webex the same at once, the first one's end is not the
// second one's, whatever is asked.
func TestTheFirstOnesEndIsNotTheSecondOnes(t *testing.T) {
	for name, call := range map[string]func(context.Context, *Bot) error{
		"me":     func(ctx context.Context, b *Bot) error { _, err := b.Me(ctx); return err },
		"person": func(ctx context.Context, b *Bot) error { _, err := b.person(ctx, "ann"); return err },
		"sites":  func(ctx context.Context, b *Bot) error { _, err := b.o.Sites.All(ctx); return err },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, _ := newBot(asked(""), echoText)
				b.o.Webex = slowPeople{asked("")}
				b.o.Sites = &Sites{List: (&slowList{took: time.Second, answers: []lists{{sites: []webex.Site{{URL: "a.webex.com"}}}}}).list}
				first, cancel := context.WithCancel(t.Context())
				var wg sync.WaitGroup
				wg.Go(func() {
					if err := call(first, b); !errors.Is(err, context.Canceled) {
						t.Errorf("the first one got %v, want that it was cancelled", err)
					}
				})
				synctest.Wait()
				wg.Go(func() {
					if err := call(t.Context(), b); err != nil {
						t.Errorf("the second one got %v, want none", err)
					}
				})
				synctest.Wait()
				cancel()
				wg.Wait()
			})
		})
	}
}
