package config

import (
	"cmp"
	"log/slog"
	"slices"
	"strings"
)

// loader reads variables, and gathers their names and what is wrong with them.
type loader struct {
	need     Need
	env      map[string]string // the environment
	file     map[string]string // the .env file
	known    []string          // every variable that was looked up
	problems []Problem
	warnings []string
}

func newLoader(need Need, environ []string, dotenv string) *loader {
	l := &loader{need: need, env: map[string]string{}}
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
	c := Config{
		BotToken: l.token("WEBEX_BOT_TOKEN", l.need != ForAsk,
			"the token that developer.webex.com showed when the bot was created"),
		AdminToken: l.token("WEBEX_ADMIN_TOKEN", true,
			"a token of an administrator who may read tracking codes"),
		WebhookSecrets: l.webhookSecrets("WEBEX_WEBHOOK_SECRET", l.need != ForAsk,
			"at least 20 random characters, such as openssl rand -hex 32 gives"),
		PublicURL:     parsed(l, "WEBEX_PUBLIC_URL", "", parseBase),
		APIURL:        parsed(l, "WEBEX_API_URL", "https://webexapis.com/v1", parseBase),
		DefaultSite:   parsed(l, "DEFAULT_SITE", "", parseSite),
		AllowedSites:  parsed(l, "ALLOWED_SITES", nil, parseSites),
		ListenAddr:    parsed(l, "LISTEN_ADDR", ":8080", parseListen),
		DataDir:       parsed(l, "DATA_DIR", "data", parsePath),
		NATSURL:       parsed(l, "NATS_URL", "", parseServers),
		NATSCreds:     parsed(l, "NATS_CREDS", "", parseReadable),
		NATSReplicas:  parsed(l, "NATS_REPLICAS", 3, numbers(1, 5)),
		Workers:       parsed(l, "WORKERS", 32, numbers(1, 1024)),
		DiskReserveMB: parsed(l, "DISK_RESERVE_MB", 64, numbers(1, 1<<20)),
		LogLevel:      parsed(l, "LOG_LEVEL", slog.LevelInfo, parseLevel),
		LogFormat:     parsed(l, "LOG_FORMAT", "", parseFormat),
	}
	l.compare(c)
	return c
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
	if strings.HasSuffix(c.PublicURL, "/webhook") {
		l.warn("WEBEX_PUBLIC_URL ends in /webhook, and the bot adds /webhook to it once more")
	}
	if c.NATSCreds != "" && c.NATSURL == "" {
		l.warn("NATS_CREDS is not used without NATS_URL")
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
