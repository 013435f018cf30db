package app

import (
	"context"

	"trackbot/internal/config"
	"trackbot/internal/signin"
	"trackbot/webex"
)

// ClientOptions are those of a client with a token of the settings; base is the
// address of the API.
func ClientOptions(base string, token config.Secret) webex.Options {
	return webex.Options{BaseURL: base, Token: func(context.Context) (string, error) { return token.Reveal(), nil }}
}

// AdminOptions are those of the admin's client, with its token or, where tokens
// is not nil, with those of a sign-in.
func AdminOptions(c config.Config, tokens *signin.Tokens) webex.Options {
	o := ClientOptions(c.APIURL, c.AdminToken)
	if tokens != nil {
		o.Token, o.Renew = tokens.Token, tokens.Renew
	}
	return o
}
