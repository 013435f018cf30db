package config

import (
	"cmp"
	"log/slog"
	"net"
	"slices"
	"strings"
)

// loader reads variables, and gathers their names and what is wrong with them.
type loader struct {
	need     Need
	env      map[string]string // the environment
	file     map[string]string // the .env file
	dotenv   string            // its path
	known    []string          // every variable that was looked up
	problems []Problem
	warnings []string
}

func newLoader(need Need, environ []string, dotenv string) *loader {
	l := &loader{need: need, env: map[string]string{}, dotenv: dotenv}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if _, twice := l.env[name]; !twice { // the first one counts, as in package os
			l.env[name] = value
		}
	}
	if dotenv == "" {
		return l
	}
	var err error
	if l.file, err = readDotenv(dotenv); err != nil {
		l.problem(dotenv, err.Error())
	}
	return l
}

// config reads every variable in the order of the fields of [Config].
func (l *loader) config() Config {
	receive := l.receive() // the webhook secret hangs on it
	c := Config{
		BotToken: l.token("WEBEX_BOT_TOKEN", l.serves(),
			"the token that developer.webex.com showed when the bot was created"),
		AdminToken:    l.adminToken(),
		AdminClientID: l.clientID(),
		AdminClientSecret: l.token("WEBEX_ADMIN_CLIENT_SECRET", l.signsIn(),
			"the client secret beside that id"),
		AdminRefreshToken: l.token("WEBEX_ADMIN_REFRESH_TOKEN", false, ""),
		TokenKey:          l.key("TOKEN_KEY"),
		WebhookSecrets: l.webhookSecrets("WEBEX_WEBHOOK_SECRET", l.serves() && receive != ReceiveWebsocket,
			"at least 20 random characters, such as openssl rand -hex 32 gives"),
		Receive:        receive,
		PublicURL:      parsed(l, "WEBEX_PUBLIC_URL", "", parseBase),
		U2CURL:         parsed(l, "WEBEX_U2C_URL", "https://u2c.wbx2.com/u2c/api/v1", parseBase),
		CatchUpMinutes: parsed(l, "CATCH_UP_MINUTES", 1440, numbers(0, 1440)),
		APIURL:         parsed(l, "WEBEX_API_URL", "https://webexapis.com/v1", parseBase),
		DefaultSite:    parsed(l, "DEFAULT_SITE", "", parseSite),
		AllowedSites:   parsed(l, "ALLOWED_SITES", nil, parseSites),
		CacheSeconds:   parsed(l, "CACHE_SECONDS", 30, numbers(0, 3600)),
		SiteNicknames:  parsed(l, "SITE_NICKNAMES", nil, parseNicknames),

		AllowedOrgs:       parsed(l, "ALLOWED_ORGS", nil, idsOf(kindOrg, "an organization", "own", "none")),
		AllowedDomains:    parsed(l, "ALLOWED_DOMAINS", nil, parseEntries),
		AllowedEmails:     parsed(l, "ALLOWED_EMAILS", nil, parseEntries),
		AllowedRooms:      parsed(l, "ALLOWED_ROOMS", nil, idsOf(kindRoom, "a space", "direct")),
		DeniedEmails:      parsed(l, "DENIED_EMAILS", nil, parseEntries),
		Admins:            parsed(l, "ADMINS", nil, parseEntries),
		Changes:           parsed(l, "CHANGES", ChangesOff, parseChanges),
		Editors:           parsed(l, "EDITORS", nil, parseEntries),
		Approvers:         parsed(l, "APPROVERS", nil, parseEntries),
		SelfApproval:      parsed(l, "SELF_APPROVAL", false, parseSwitch),
		ChangeMinutes:     parsed(l, "CHANGE_MINUTES", 60, numbers(1, 1440)),
		Contact:           parsed(l, "CONTACT", "", parseText),
		ControlHubURL:     parsed(l, "CONTROL_HUB_URL", "", parseLink),
		SiteAdminURL:      parsed(l, "SITE_ADMIN_URL", "", parseLink),
		ShareWithGuests:   parsed(l, "SHARE_WITH_GUESTS", false, parseSwitch),
		LimitPersonMinute: parsed(l, "LIMIT_PERSON_MINUTE", 20, numbers(0, 100_000)),
		LimitPersonHour:   parsed(l, "LIMIT_PERSON_HOUR", 200, numbers(0, 100_000)),
		LimitSpaceMinute:  parsed(l, "LIMIT_SPACE_MINUTE", 60, numbers(0, 100_000)),
		BulkPerMinute:     parsed(l, "BULK_PER_MINUTE", 120, numbers(1, 100_000)),
		AuditDays:         parsed(l, "AUDIT_DAYS", 400, numbers(1, 36_500)),
		WatchMinutes:      parsed(l, "WATCH_MINUTES", 15, numbers(0, 1440)),

		ListenAddr:     parsed(l, "LISTEN_ADDR", ":8080", parseListen),
		TrustedProxies: parsed(l, "TRUSTED_PROXIES", privateNetworks(), parseProxies),

		AdminAddr:     parsed(l, "ADMIN_ADDR", "", parseListen),
		AdminRoom:     parsed(l, "ADMIN_ROOM", "", parseID),
		DataDir:       parsed(l, "DATA_DIR", "data", parsePath),
		DatabaseURL:   l.database("DATABASE_URL"),
		Workers:       parsed(l, "WORKERS", 32, numbers(1, 1024)),
		DiskReserveMB: parsed(l, "DISK_RESERVE_MB", 64, numbers(1, 1<<20)),
		LogLevel:      parsed(l, "LOG_LEVEL", slog.LevelInfo, parseLevel),
		LogFormat:     parsed(l, "LOG_FORMAT", "", parseFormat),
	}
	l.compare(c)
	return c
}

// receive tells how events are heard: as RECEIVE says, or else by what can reach the bot.
func (l *loader) receive() string {
	unset := ReceiveWebsocket
	if l.value("WEBEX_PUBLIC_URL") != "" {
		unset = ReceiveWebhook
	}
	return parsed(l, "RECEIVE", unset, parseReceive)
}

// serves tells whether the bot's own secrets are required.
func (l *loader) serves() bool { return l.need == ForServe || l.need == ForCheck }

// adminToken returns the administrator's token, where that is the way to be one.
func (l *loader) adminToken() Secret {
	const name = "WEBEX_ADMIN_TOKEN"
	token := l.token(name, !l.hasClient() && l.need != ForLogin, "a token of an administrator who may read tracking codes, or "+
		"WEBEX_ADMIN_CLIENT_ID and WEBEX_ADMIN_CLIENT_SECRET for one that renews itself")
	if l.isSet(name) && l.hasClient() && (l.serves() || l.need == ForAsk) {
		l.problem(name, "is set, and a client for sign-in (WEBEX_ADMIN_CLIENT_ID, WEBEX_ADMIN_CLIENT_SECRET, "+
			"WEBEX_ADMIN_REFRESH_TOKEN) too: keep one of the two")
	}
	return token
}

// hasClient tells whether anything of a sign-in is set.
func (l *loader) hasClient() bool {
	return l.value("WEBEX_ADMIN_CLIENT_ID") != "" || l.isSet("WEBEX_ADMIN_CLIENT_SECRET") || l.isSet("WEBEX_ADMIN_REFRESH_TOKEN")
}

// signsIn tells whether a sign-in is the way to be an administrator.
func (l *loader) signsIn() bool {
	return l.need == ForLogin || l.hasClient() && !l.isSet("WEBEX_ADMIN_TOKEN")
}

// clientID returns the id of the integration that signs in.
func (l *loader) clientID() string {
	const name = "WEBEX_ADMIN_CLIENT_ID"
	id := parsed(l, name, "", parseID)
	if l.signsIn() && l.value(name) == "" && l.need != ForQueue && l.need != ForHealth {
		l.problem(name, "is missing: the client id of the integration or service app on developer.webex.com")
	}
	return id
}

// isSet tells whether a secret or its file is named, rightly or not.
func (l *loader) isSet(name string) bool {
	return l.value(name) != "" || l.value(name+"_FILE") != ""
}

// compare finds what is wrong between two variables.
func (l *loader) compare(c Config) {
	if !c.BotToken.IsZero() && c.BotToken.Equal(c.AdminToken) {
		l.problem("WEBEX_ADMIN_TOKEN", "is the same as WEBEX_BOT_TOKEN; the bot's token can't read "+
			"tracking codes, and an administrator's must not post messages")
	}
	if c.DefaultSite != "" && c.AllowedSites != nil && !slices.Contains(c.AllowedSites, c.DefaultSite) {
		l.problem("DEFAULT_SITE", "is not among ALLOWED_SITES")
	}
	l.compareAddress(c)
	l.compareNicknames(c)
	if !c.DatabaseURL.IsZero() && c.AdminClientID != "" && !l.isSet("TOKEN_KEY") {
		l.problem("TOKEN_KEY", "is missing: with DATABASE_URL the replicas share the sign-in, and need one key for it; "+keyHint)
	}
	l.compareChanges(c)
	if c.AdminAddr != "" && c.AdminAddr == c.ListenAddr {
		l.problem("ADMIN_ADDR", "is the same as LISTEN_ADDR; metrics and profiles must not stand where everybody can ask")
	}
	if host, _, err := net.SplitHostPort(c.AdminAddr); err == nil && !isLoopback(host) {
		l.warn("ADMIN_ADDR is open to other machines: whoever reaches it reads metrics and profiles without a password")
	}
}

// compareChanges finds changes that nobody could ask for or approve.
func (l *loader) compareChanges(c Config) {
	off := c.Changes != ChangesPeople && c.Changes != ChangesAll
	editors, approvers := c.Editors, c.Approvers
	if editors == nil {
		editors = c.Admins
	}
	if approvers == nil {
		approvers = c.Admins
	}
	switch {
	case off:
	case len(editors) == 0:
		l.problem("EDITORS", "is missing, and ADMINS too: with CHANGES somebody must be able to ask for them")
	case len(approvers) == 0:
		l.problem("APPROVERS", "is missing, and ADMINS too: with CHANGES somebody must be able to approve them")
	case len(approvers) == 1 && !c.SelfApproval && slices.Equal(editors, approvers):
		l.warn("one person alone may ask for changes and approve them, and SELF_APPROVAL is false: nothing can be changed")
	case c.SelfApproval && slices.ContainsFunc(editors, func(e string) bool { return slices.Contains(approvers, e) }):
		l.warn("SELF_APPROVAL is true: one stolen account of an editor who is an approver can change what CHANGES allows")
	}
}

func (l *loader) compareNicknames(c Config) {
	for _, host := range c.SiteNicknames {
		if c.AllowedSites != nil && !slices.Contains(c.AllowedSites, host) {
			l.problem("SITE_NICKNAMES", "names a site that is not among ALLOWED_SITES")
			break
		}
	}
}

// value returns what is set under a name, or "": the environment wins over the file.
func (l *loader) value(name string) string {
	l.known = append(l.known, name)
	return cmp.Or(l.env[name], l.file[name])
}

// parsed returns the value of a variable that is no secret, and unset where it is unset or
// blank. A wrong value gives the zero value: the check must not take a token to the default
// address when another one was meant.
func parsed[T any](l *loader, name string, unset T, parse func(string) (T, error)) T {
	text := strings.TrimSpace(l.value(name))
	if text == "" {
		return unset
	}
	value, err := parse(text)
	if err != nil {
		l.problem(name, err.Error())
	}
	return value
}

// problem adds words about a variable to what was said about it before.
func (l *loader) problem(variable, words string) {
	for i, p := range l.problems {
		if p.Variable == variable {
			l.problems[i].Words += "; " + words
			return
		}
	}
	l.problems = append(l.problems, Problem{Variable: variable, Words: words})
}

func (l *loader) warn(words string) {
	l.warnings = append(l.warnings, words)
}

// compareAddress finds what is wrong between how events are heard and the
// bot's public address.
func (l *loader) compareAddress(c Config) {
	const name = "WEBEX_PUBLIC_URL"
	webhooks := c.Receive == ReceiveWebhook || c.Receive == ReceiveBoth
	switch {
	case webhooks && l.serves() && l.value(name) == "":
		l.problem(name, "is missing: webhooks need an address that Webex can reach; without one set RECEIVE=websocket")
	case c.Receive == ReceiveWebsocket && c.PublicURL != "":
		l.warn("WEBEX_PUBLIC_URL is not used with RECEIVE=websocket")
	}
	if strings.HasSuffix(c.PublicURL, "/webhook") {
		l.warn("WEBEX_PUBLIC_URL ends in /webhook, and the bot adds /webhook to it once more")
	}
}
