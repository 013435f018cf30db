// Package handlers holds what people can ask, one command a file. [All] lists
// them; parser, help, authorization and buttons follow from the values.
package handlers

import (
	"context"

	"trackbot/bot"
	"trackbot/webex"
)

// Admin is what the commands need of Webex with the admin token.
type Admin interface {
	TrackingCode(ctx context.Context, site, id string) (webex.TrackingCode, error)
	TrackingCodes(ctx context.Context, site string) ([]webex.TrackingCode, error)
}

// All returns every command, in the order in which help shows them.
func All(admin Admin, sites *bot.Sites) []bot.Command {
	shown := []bot.Command{
		code(admin),
		codes(admin),
	}
	return append(shown, help(shown, sites), welcome(shown, sites))
}
