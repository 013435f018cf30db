package bot

import (
	"encoding/json"
	"fmt"

	"trackbot/bot/ask"
	"trackbot/cards"
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
