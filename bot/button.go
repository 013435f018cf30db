package bot

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/internal/text"
)

// Button is a button that asks a question.
func Button(title string, q ask.Question) cards.Button {
	return cards.Button{Title: title, Data: Data(q)}
}

// Data is what a button or a row carries that asks a question. Commands make
// their buttons with it; [questionOf] reads it when one is pressed. What was
// written, and what else it might have meant, stays behind.
func Data(q ask.Question) cards.Data {
	d := cards.Data{Ask: q.Command, Filter: q.Filter, Page: q.Page}
	q.Command, q.Filter, q.Page, q.Said, q.Above = "", "", 0, "", false
	if q.Code != nil {
		c := ask.Code{ID: q.Code.ID, Name: q.Code.Name}
		if c.ID == "" && c.Name == "" {
			c.Written = q.Code.Written
		}
		q.Code = &c
	}
	b, err := json.Marshal(q)
	if err != nil {
		panic(err) // it holds only strings, numbers and lists of them
	}
	if string(b) != "{}" {
		d.Question = string(b)
	}
	return d
}

// questionOf is the question that a button carries.
func questionOf(d cards.Data) (ask.Question, error) {
	var q ask.Question
	if d.Question != "" {
		if err := json.Unmarshal([]byte(d.Question), &q); err != nil {
			return ask.Question{}, fmt.Errorf("the question of a button: %w", err)
		}
	}
	q.Command, q.Filter, q.Page = d.Ask, d.Filter, d.Page
	return q, nil
}

// title is how a button names a question.
func (b *Bot) title(q ask.Question) string {
	words := []string{cmp.Or(b.commands[q.Command].Title, q.Command)}
	if about := subject(q); about != "" {
		words = append(words, about)
	} else {
		words[0] = strings.TrimSuffix(words[0], " of") // "options of" asks which code
	}
	if len(q.Sites) > 0 {
		words = append(words, "on", strings.Join(q.Sites, " and "))
	}
	return strings.Join(words, " ")
}

// subject is what a question is about, as the record and "why" say it.
func subject(q ask.Question) string {
	words := []string{q.Topic}
	if q.Code != nil {
		words = append(words, cmp.Or(q.Code.Written, q.Code.Name, q.Code.ID))
	}
	words = append(words, q.Option, q.Term, q.Filter, string(q.Rule), string(q.Service), string(q.Format))
	for i, p := range q.People {
		if i == maxNamed {
			words = append(words, fmt.Sprintf("and %d more", len(q.People)-i))
			break
		}
		if p.Me {
			p.Name = "me"
		}
		words = append(words, cmp.Or(p.Address, p.Name, p.ID))
	}
	return clip(strings.Join(strings.Fields(strings.Join(words, " ")), " "))
}

// maxNamed is how many people of a question are named.
const maxNamed = 3

// clip ends what is repeated of a person's words after 80 of their characters.
func clip(words string) string { return text.CutRunes(words, 81) }

// Listed joins at most n names and says how many more there are.
func Listed(names []string, n int) string {
	if len(names) <= n {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:n], ", "), len(names)-n)
}
