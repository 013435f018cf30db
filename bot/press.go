package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/internal/text"
	"trackbot/webex"
)

// Signer signs what buttons carry, and checks what presses bring back, for one
// space and until a time.
type Signer interface {
	Sign(parts []string, room string, until time.Time) string
	Check(parts []string, room string, until time.Time, sig string, now time.Time) error
}

// buttonLife is how long a button works after its card was made.
const buttonLife = 24 * time.Hour

// Where a card stands, as [cards.Data.Room] says it beside the signature. A
// group space and a 1:1 space that is known are named by their id; an answer
// that goes to a person has no space yet, so its buttons are bound to them.
const (
	inGroup    = ""
	inDirect   = "direct"
	withPerson = "person"
)

// FormPrefix begins the ids of a form's inputs, so that nothing that is typed
// can pass for what was signed. Those that [cards] names stand in for what a
// question's button leaves open, and are read like typed words.
const FormPrefix = "form."

// Bounds of what is taken of a press, in bytes: a code's name has 120
// characters, an id of Webex about 80; a form may hold 500 pasted addresses.
const (
	maxInput    = 600
	maxForm     = 40_000
	maxQuestion = 2_000 // of a button
	maxInputs   = 20
	maxPage     = 1000 // of a list
)

// press is a button that was pressed.
type press struct {
	data    cards.Data
	message string // the message that holds the card
}

// pressedData reads what a press brought back. Whoever pressed could have sent
// anything, so only the known keys are taken, and the inputs of a form.
func pressedData(inputs map[string]any) (cards.Data, map[string]string) {
	words := func(key string) string {
		s, _ := inputs[key].(string)
		if len(s) > maxInput {
			return ""
		}
		return s
	}
	flag := func(key string) bool {
		v, _ := inputs[key].(bool)
		return v || inputs[key] == "true"
	}
	question, _ := inputs["question"].(string)
	if len(question) > maxQuestion {
		question = ""
	}
	page := number(inputs["page"])
	if page > maxPage {
		page = 0
	}
	return cards.Data{
		Ask: words("ask"), Question: question, Filter: words("filter"), Page: int(page), Form: flag("form"), Fresh: flag("fresh"),
		Root: words("root"), Room: words("room"), Until: number(inputs["until"]), Sig: words("sig"),
	}, pressedForm(inputs)
}

func number(v any) int64 {
	switch v := v.(type) {
	case float64:
		if v >= 0 && v < 1<<53 {
			return int64(v)
		}
	case string:
		n, _ := strconv.ParseInt(v, 10, 64)
		return n
	}
	return 0
}

// pressedForm takes what was typed or chosen in a form, as plain text.
func pressedForm(inputs map[string]any) map[string]string {
	form := make(map[string]string)
	for key, v := range inputs {
		s, ok := v.(string)
		name, ours := strings.CutPrefix(key, FormPrefix)
		if ok && ours && len(key) <= maxInput && len(s) <= maxForm {
			form[name] = ask.Plain(s)
		}
	}
	if len(form) > maxInputs {
		return map[string]string{}
	}
	return form
}

// fill puts what was typed into a form where the question of its button leaves
// something open. The box of a list counts for the list's own button alone,
// whose data says Form: the next page is that of what is shown.
func fill(q ask.Question, ofForm bool, form map[string]string) ask.Question {
	if q.Code == nil && form["code"] != "" {
		q.Code = &ask.Code{Written: short(form["code"])}
	}
	if q.Term == "" {
		q.Term = short(form["term"])
	}
	if len(q.People) == 0 {
		q.People = ask.People(form["person"] + "\n" + form["people"])
	}
	if name := form["person"]; len(q.People) == 0 && name != "" {
		q.People = []ask.Person{{Name: short(name), Me: strings.EqualFold(name, "me")}}
	}
	if len(q.Sites) == 0 && form["site"] != "" {
		q.Sites = []string{short(form["site"])}
	}
	if form["also"] != "" {
		q.Sites = append(q.Sites, short(form["also"]))
	}
	if q.Rule == "" {
		q.Rule = ask.Rule(short(form["rule"]))
	}
	if len(q.Lines) == 0 && form["options"] != "" {
		q.Lines = strings.Split(form["options"], "\n")
	}
	if ofForm && form["filter"] != "" {
		q.Filter = short(form["filter"])
	}
	return q
}

// short cuts off what no name is as long as.
func short(s string) string { return text.Cut(s, maxInput) }

// bound is what a button is signed for.
func bound(kind, roomID, personID string) string {
	if kind == withPerson {
		return "person " + webex.UUID(personID)
	}
	return "space " + webex.UUID(roomID)
}

// signed is what of a button's data is signed: all but the signature.
func signed(d cards.Data) ([]string, error) {
	d.Sig = ""
	b, err := json.Marshal(d)
	return []string{string(b)}, err
}

// sign fills in where the card's buttons belong, and signs them.
func (b *Bot) sign(ctx context.Context, q question, card *cards.Card) error {
	s, err := b.o.Signer(ctx)
	if err != nil {
		return fmt.Errorf("the key for buttons: %w", err)
	}
	kind, root := inGroup, q.root
	switch {
	case q.private:
		kind, root = withPerson, ""
	case q.room.Direct:
		kind = inDirect
	}
	until := time.Now().Add(buttonLife)
	var failed error
	card.EachData(func(d *cards.Data) {
		d.Filter = strings.ToValidUTF8(d.Filter, "\uFFFD")
		d.Root, d.Room, d.Until = root, kind, until.Unix()
		parts, err := signed(*d)
		failed = cmp.Or(failed, err)
		d.Sig = s.Sign(parts, bound(kind, q.room.ID, q.asker.ID), until)
	})
	return failed
}

// genuine reports whether a press is of a button that this installation made
// for this space and that still works. Anything else than a press is.
func (b *Bot) genuine(ctx context.Context, q *question) (bool, error) {
	if q.press == nil {
		return true, nil
	}
	s, err := b.o.Signer(ctx)
	if err != nil {
		return false, fmt.Errorf("the key for buttons: %w", err)
	}
	d := q.press.data
	parts, err := signed(d)
	if err == nil {
		err = s.Check(parts, bound(d.Room, q.room.ID, q.asker.ID), time.Unix(d.Until, 0), d.Sig, time.Now())
	}
	if err == nil && d.Room == withPerson {
		err = b.isDirect(ctx, q)
	}
	if err != nil {
		q.entry.deny("button: " + err.Error())
		b.o.Logger.Warn("a button that does not work", "key", q.key, "ref", q.ref, "person", q.asker.ID, "reason", err.Error())
	}
	return err == nil, nil
}

// isDirect makes sure that a button that is bound to a person was pressed in
// their 1:1 space: a press does not tell, the message with the card does.
func (b *Bot) isDirect(ctx context.Context, q *question) error {
	m, err := b.o.Webex.Message(ctx, q.press.message)
	switch {
	case err != nil:
		return fmt.Errorf("the message with the button: %w", err)
	case m.RoomType != "direct" || !webex.SameID(m.RoomID, q.room.ID):
		return errors.New("the button belongs into a 1:1 space")
	}
	return nil
}

// pressedTwice reports whether the same person pressed the same button within
// the second before: one answer is enough.
func (b *Bot) pressedTwice(ctx context.Context, q *question) (bool, error) {
	if q.press == nil {
		return false, nil
	}
	form := make([]string, 0, len(q.form))
	for name, v := range q.form {
		form = append(form, name+"="+v)
	}
	slices.Sort(form)
	button := Ref(fmt.Sprint(webex.UUID(q.asker.ID), webex.UUID(q.press.message), q.press.data, form))
	again, err := b.o.Again(ctx, button, q.key, q.asked)
	if err != nil {
		return false, fmt.Errorf("whether it was pressed before: %w", err)
	}
	if again {
		q.entry.Outcome = Ignored
		q.entry.note("pressed twice")
		b.o.Logger.Info("pressed twice", "key", q.key, "ref", q.ref)
	}
	return again, nil
}

func askAgain(ref string) *Reply {
	n := cards.Notice{Title: "This button no longer works", Tone: cards.Warning, Ref: ref, Lines: []string{
		"Buttons work for 24 hours, and only in the space for which they were made. Please ask again.",
	}}
	return new(Drawn(n))
}
