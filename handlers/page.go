package handlers

import (
	"strings"

	"trackbot/bot"
	"trackbot/cards"
)

// pageSize is how many entries of a list a card shows.
const pageSize = 10

// page cuts a list to what a question asks for: the entries that hold the
// filter in any of their words, and of those one page. A list that fits one
// page comes whole. The page leads to the others by buttons of the question's
// own kind.
func page[T any](r bot.Request, all []T, words func(T) []string) ([]T, cards.Pages) {
	fit := all
	if want := fold(r.Question.Filter); want != "" {
		fit = nil
		for _, one := range all {
			if holds(words(one), want) {
				fit = append(fit, one)
			}
		}
	}
	of := max(1, (len(fit)+pageSize-1)/pageSize)
	n := min(max(r.Question.Page, 1), of)
	from, to := min((n-1)*pageSize, len(fit)), min(n*pageSize, len(fit))
	return fit[from:to], cards.Pages{
		Page: n, Of: of, First: from + 1, Last: to, Total: len(fit), All: len(all), Filter: r.Question.Filter,
		Ask: bot.Data(here(r)),
	}
}

func holds(words []string, want string) bool {
	for _, w := range words {
		if strings.Contains(fold(w), want) {
			return true
		}
	}
	return false
}

// paged is a page of a list; a further one takes the place of the one before.
func paged(r bot.Request, v interface{ View() cards.View }) bot.Reply {
	reply := bot.Drawn(v)
	reply.Replace = r.Question.Page > 0
	return reply
}
