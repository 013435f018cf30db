package webex

import (
	"context"
	"net/http"
	"net/url"
)

// Webhooks returns every webhook that was made with the bot's token, ours and
// others', active or not.
func (b *Bot) Webhooks(ctx context.Context) ([]Webhook, error) {
	hooks, _, err := collect[Webhook, wireWebhook](ctx, b.c, "/webhooks", url.Values{"max": {"100"}}, 0)
	return hooks, err
}

// CreateWebhook registers a webhook; Webex refuses a second one with the same
// target and filter.
func (b *Bot) CreateWebhook(ctx context.Context, w Webhook) (Webhook, error) {
	w.ID, w.Status = "", ""
	return b.writeWebhook(ctx, &request{method: http.MethodPost, path: "/webhooks"}, w)
}

// UpdateWebhook changes name, target, secret and status of the webhook w.ID.
// Status, where it is set, can only be active. Resource, event and filter stay
// as they are: Webex ignores changes to them.
func (b *Bot) UpdateWebhook(ctx context.Context, w Webhook) (Webhook, error) {
	q := &request{method: http.MethodPut, path: "/webhooks/{id}", id: w.ID}
	return b.writeWebhook(ctx, q, Webhook{Name: w.Name, TargetURL: w.TargetURL, Secret: w.Secret, Status: w.Status})
}

func (b *Bot) writeWebhook(ctx context.Context, q *request, w Webhook) (Webhook, error) {
	var out wireWebhook
	q.out, q.secret = &out, w.Secret
	if err := b.c.write(ctx, q, w); err != nil {
		return Webhook{}, err
	}
	return out.value(), nil
}

// DeleteWebhook removes a webhook.
func (b *Bot) DeleteWebhook(ctx context.Context, id string) error {
	return b.c.do(ctx, &request{method: http.MethodDelete, path: "/webhooks/{id}", id: id})
}
