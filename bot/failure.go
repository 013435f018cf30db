package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"trackbot/cards"
	"trackbot/webex"
)

// failure turns an error into words for the asker and a line for the operator,
// tied by the reference. It returns an error instead where the question should
// be asked again later: on a shutdown, while the bot's own database is away, and
// when Webex named a time.
func (b *Bot) failure(ctx context.Context, q question, err error) (*Reply, error) {
	if isCut(ctx, err) || databaseAway(err) {
		return nil, err
	}
	if e, ok := errors.AsType[*webex.Error](err); ok && e.Status == 429 && e.After > 0 {
		return nil, errors.Join(err, b.tellPause(ctx, q, e.After))
	}
	q.entry.fail(err)
	b.o.Logger.Error("not answered", "key", q.key, "ref", q.ref, "error", err, "tracking_id", q.entry.TrackingID)
	r := b.explain(q, err)
	return &r, nil
}

// databaseAway reports whether it is the bot's own database that can't be used
// now, as the error of package store says by this method.
func databaseAway(err error) bool {
	e, ok := errors.AsType[interface {
		error
		DatabaseAway() bool
	}](err)
	return ok && e.DatabaseAway()
}

// pausePatience is how long somebody may wait for a pause of Webex's without a
// word. As soon as it is clear that the wait will be longer, they are told.
const pausePatience = 10 * time.Second

// tellPause tells somebody, once a question, that Webex wants a pause and that
// the answer comes after it by itself. Where the pause is one of the bot's own
// token that can't be said before its end, and is not said after it.
func (b *Bot) tellPause(ctx context.Context, q question, pause time.Duration) error {
	b.o.Logger.Warn("Webex asks for a pause; the answer comes later", "key", q.key, "ref", q.ref, "pause", pause)
	until := time.Now().Add(pause)
	n := cards.Notice{Title: "Webex asks me to slow down", Tone: cards.Warning, Lines: []string{
		fmt.Sprintf("Your answer comes by itself at %s UTC. There is no need to ask again.", comesAt(until)),
	}}
	q.key += pauseSuffix // and so a mark of its own: it must not be taken for the answer
	o, err := b.outgoing(ctx, q, Drawn(n))
	if err != nil {
		return err
	}
	o.Until = until
	return b.o.Enqueue(ctx, *o)
}

// pauseSlack is how much later than the end of a pause an answer may come.
const pauseSlack = 10 * time.Second

// comesAt says when an answer comes after a pause: in the first full minute in
// which it certainly is there.
func comesAt(end time.Time) string {
	return end.Add(pauseSlack).UTC().Truncate(time.Minute).Add(time.Minute).Format("15:04")
}

// explain says what happened, who can mend it, and what to quote. Nothing of
// the error's own text is in it.
func (b *Bot) explain(q question, err error) Reply {
	n := b.words(q, err)
	n.Tone, n.Ref = cards.Attention, q.ref
	if e, ok := errors.AsType[*webex.Error](err); ok {
		n.TrackingID = e.TrackingID
	}
	return Drawn(n)
}

// words finds the words for an error, from the particular to the general.
func (b *Bot) words(q question, err error) cards.Notice {
	if noSite, ok := errors.AsType[NoSuchSiteError](err); ok {
		return cards.Notice{
			Title: "Webex knows no such site",
			Lines: []string{
				fmt.Sprintf("Webex does not know %s, or does not show it to this bot's admin account.", noSite.Host),
				"Whoever runs this bot can look whether its admin account administers that site, and correct ALLOWED_SITES.",
			},
		}
	}
	if other, ok := errors.AsType[OtherSiteError](err); ok {
		return cards.Notice{
			Title: "Webex answered for another site",
			Lines: []string{
				fmt.Sprintf("I asked about %s, and Webex answered for %s. I show nothing rather than the wrong site.", other.Asked, other.Answered),
				"If the site was renamed, ask about its new name. Whoever runs this bot can change it in ALLOWED_SITES and DEFAULT_SITE.",
			},
		}
	}
	if unknown, ok := errors.AsType[askerError](err); ok && refusedForGood(unknown.error) {
		return unknown.words()
	}
	if e, ok := errors.AsType[*webex.Error](err); ok && (e.Status == 401 || e.Kind == webex.KindToken) {
		return signInWords(err)
	}
	if errors.Is(err, ErrNoSites) {
		return cards.Notice{
			Title: "I don't know which sites I may ask",
			Lines: []string{
				"Webex does not tell me the sites of this bot's admin account.",
				"Whoever runs this bot can set ALLOWED_SITES, or give the admin token the scope meeting:admin_preferences_read.",
			},
		}
	}
	if unread, ok := errors.AsType[unreadFileError](err); ok {
		return unread.words()
	}
	if e, ok := errors.AsType[*webex.Error](err); ok {
		return webexWords(e)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return slowWords()
	}
	return brokenNotice(q.ref)
}

// askerError is why Webex did not tell who asks. The bot's own token asks for
// that, so it says nothing of the admin's.
type askerError struct{ error }

func (e askerError) Unwrap() error { return e.error }

// words says that Webex does not show the asker to the bot.
func (askerError) words() cards.Notice {
	return cards.Notice{Title: "I can't tell who you are", Lines: []string{
		"Webex doesn't let this bot see your account, so I can't check whether you have access.",
		"Whoever runs this bot can check its own token (WEBEX_BOT_TOKEN) and whether your organization lets bots see its people.",
	}}
}

// signInWords says what a missing or refused admin token means for the asker.
func signInWords(err error) cards.Notice {
	if _, passing := errors.AsType[*webex.NoTokenError](err); passing {
		return cards.Notice{Title: "Webex does not renew this bot's sign-in just now", Lines: []string{
			"I must renew it before I can ask Webex, and that did not work. I go on trying by myself.",
			"Ask again in a few minutes. If it stays, whoever runs this bot finds more in “trackbot check”.",
		}}
	}
	return cards.Notice{Title: "Webex does not accept this bot's sign-in", Lines: []string{
		"The token with which I ask Webex has run out or was withdrawn.",
		"Whoever runs this bot can mend it: “trackbot login” signs in anew, or WEBEX_ADMIN_TOKEN takes a new token. “trackbot check” says what is refused.",
	}}
}

// webexWords says what an answer of the Webex API means for the asker.
func webexWords(e *webex.Error) cards.Notice {
	switch {
	case e.Status == 403:
		return cards.Notice{Title: "Webex does not let this bot look there", Lines: []string{
			"The admin account behind this bot may not read tracking codes of this site.",
			"A full administrator can mend it: the account must administer the site, and its token needs the scopes meeting:admin_schedule_read and meeting:admin_schedule_write.",
		}}
	case e.Status == 429:
		return cards.Notice{Title: "Webex asks me to slow down", Lines: []string{
			"Too many questions were asked at once. Nothing is broken; ask again in a few minutes.",
		}}
	case e.Kind == webex.KindBadAnswer || e.Kind == webex.KindGarbled:
		return cards.Notice{Title: "Webex sent something that I can't read", Lines: []string{
			"The answer was not what the Webex API promises, so I show nothing rather than something wrong.",
			"Ask again in a few minutes. If it stays, whoever runs this bot can report it to Webex with the tracking id.",
		}}
	case e.Temporary():
		return slowWords()
	}
	return cards.Notice{Title: "Webex refused the question", Lines: []string{
		fmt.Sprintf("Webex answered with status %d, which I did not expect.", e.Status),
		"Whoever runs this bot finds the details in its log under the reference.",
	}}
}

func slowWords() cards.Notice {
	return cards.Notice{Title: "Webex did not answer", Lines: []string{
		"I asked Webex, and it did not answer in time or had a failure of its own.",
		"Ask again in a few minutes; status.webex.com shows whether Webex knows of it.",
	}}
}

func brokenNotice(ref string) cards.Notice {
	return cards.Notice{
		Title: "Something in this bot went wrong", Tone: cards.Attention,
		Lines: []string{"I could not answer your question, and that is a fault of mine.", "Whoever runs this bot finds it in the log under the reference."},
		Ref:   ref,
	}
}
