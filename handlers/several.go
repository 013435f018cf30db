package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"trackbot/bot"
	"trackbot/cards"
	"trackbot/webex"
)

// maxSeveral is how many codes one question is answered about: as many as a
// card has buttons, so that each can be opened alone.
const maxSeveral = cards.MaxActions

// several parts what a question is about at commas and "and": "1, 2 and Cost
// Center". A name in quotes is one.
func several(r bot.Request) []string {
	if r.Quoted {
		return nil
	}
	text := r.Text
	for _, and := range []string{" and ", " & ", ";", "\n"} {
		text = strings.ReplaceAll(text, and, ",")
	}
	var parts []string
	for part := range strings.SplitSeq(text, ",") {
		part = strings.Trim(strings.TrimPrefix(strings.TrimSpace(part), "and "), ` #"'`)
		if part != "" && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return parts
}

// severalParts answers about several codes of a site with one call. Where all
// the words are the name of one code, that one is meant.
func severalParts(ctx context.Context, admin Admin, r bot.Request, wanted []string) (bot.Reply, error) {
	list, err := codesOn(ctx, admin, r, r.Site.Host)
	if err != nil {
		return bot.Reply{}, err
	}
	if whole := named(list, r.Text); len(whole) == 1 {
		return showCode(r, whole[0])
	}
	wanted = slices.DeleteFunc(wanted, sameCode(list))
	var parts []cards.Part
	for _, text := range wanted[:min(len(wanted), maxSeveral)] {
		one := r
		one.Text, one.Quoted = text, true
		reply, title, err := part(one, list)
		if err != nil {
			return bot.Reply{}, err
		}
		parts = append(parts, cards.Part{Card: reply.Card, Markdown: reply.Markdown, Alone: cards.Button{
			Title: title, Data: cards.Data{Ask: r.Command, Text: text, Quoted: true, Site: r.Site.Host},
		}})
	}
	v := cards.Stack{Parts: parts}
	if n := len(wanted) - len(parts); n > 0 {
		v.Note = fmt.Sprintf("I answer about %d codes at once; ask again for %s.", maxSeveral, bot.Listed(wanted[len(parts):], maxSeveral))
	}
	return bot.Reply{Card: v.Card(), Markdown: v.Markdown()}, nil
}

// sameCode reports of one text after another whether an earlier one meant the
// same code, as 2 and Cost Center may.
func sameCode(list []webex.TrackingCode) func(string) bool {
	seen := make(map[string]bool)
	return func(text string) bool {
		found := named(list, text)
		if len(found) != 1 {
			return false
		}
		defer func() { seen[found[0].ID] = true }()
		return seen[found[0].ID]
	}
}

// part is the answer about one of several codes, and what its button is called.
func part(r bot.Request, list []webex.TrackingCode) (bot.Reply, string, error) {
	switch found := named(list, r.Text); len(found) {
	case 0:
		return noSuchCode(r, list), r.Text, nil
	case 1:
		reply, err := showCode(r, found[0])
		return reply, found[0].Name, err
	default:
		return severalCodes(r, found), r.Text, nil
	}
}
