// Package config turns the environment and a .env file into one checked [Config].
//
// [Load] reads every variable that trackbot knows, reports all problems at once
// by the name of the variable, and never repeats a value: what somebody put into
// the wrong variable may be a secret. Secrets are of type [Secret], which cannot
// be printed. The package imports nothing else of trackbot and changes neither the
// process's environment nor any file.
package config

import (
	"crypto/hmac"
	"crypto/sha256"
	"log/slog"
	"net/netip"
)

// Config is what the operator wants. The doc comment of each field is the manual of
// its variable. A Config that came from [Load] without an error is consistent and
// safe to print.
type Config struct {
	// BotToken (WEBEX_BOT_TOKEN, or a file named by WEBEX_BOT_TOKEN_FILE) posts and
	// reads messages, and keeps the webhooks. It is never used for admin calls.
	// Required to serve.
	BotToken Secret
	// AdminToken (WEBEX_ADMIN_TOKEN, or a file named by WEBEX_ADMIN_TOKEN_FILE) reads
	// tracking codes and the list of sites. It is never used for messages and must not
	// be the bot token. This or AdminClientID is required to serve and to ask, not both.
	AdminToken Secret
	// AdminClientID (WEBEX_ADMIN_CLIENT_ID) is the id of the integration or service app
	// through which access tokens are got and renewed, instead of AdminToken.
	AdminClientID string
	// AdminClientSecret (WEBEX_ADMIN_CLIENT_SECRET, or a file named by
	// WEBEX_ADMIN_CLIENT_SECRET_FILE) is its secret. Required with AdminClientID.
	AdminClientSecret Secret
	// AdminRefreshToken (WEBEX_ADMIN_REFRESH_TOKEN, or a file named by
	// WEBEX_ADMIN_REFRESH_TOKEN_FILE) is the first refresh token; the stored one counts
	// once it was exchanged. Empty: the one that trackbot login stored.
	AdminRefreshToken Secret
	// TokenKey (TOKEN_KEY, or a file named by TOKEN_KEY_FILE) encrypts the stored
	// tokens: 32 bytes, written as 64 hex digits or base64, here as they are. Empty: the
	// key in a file in DataDir that the first start makes. Required with AdminClientID on
	// a cluster, whose replicas share the tokens.
	TokenKey Secret
	// WebhookSecrets (WEBEX_WEBHOOK_SECRET, or a file named by WEBEX_WEBHOOK_SECRET_FILE)
	// is a comma-separated list of at least one secret of 20 characters or more. The
	// first signs new webhooks, all are accepted, so that a secret can be replaced
	// without a gap. Required to serve with webhooks.
	WebhookSecrets []Secret
	// Receive (RECEIVE) is how the bot hears: [ReceiveWebhook], [ReceiveWebsocket] or
	// [ReceiveBoth]. Default: websocket where WEBEX_PUBLIC_URL is not set, else webhook.
	Receive string
	// PublicURL (WEBEX_PUBLIC_URL) is where Webex reaches this bot, without a slash at
	// its end; it may have a path. When it is set, webhooks are registered at
	// PublicURL + "/webhook". HTTPS, or HTTP on loopback.
	PublicURL string
	// APIURL (WEBEX_API_URL) is the base of the Webex REST API, without a slash at its
	// end. HTTPS, or HTTP on loopback. Default: https://webexapis.com/v1.
	APIURL string
	// U2CURL (WEBEX_U2C_URL) is the base of Webex's service catalog, which names the
	// websocket's region, without a slash at its end. HTTPS, or HTTP on loopback.
	// Default: https://u2c.wbx2.com/u2c/api/v1.
	U2CURL string
	// CatchUpMinutes (CATCH_UP_MINUTES) is how old a question may be that was asked while
	// the bot could not hear, to be looked for afterwards: 0 (never) to 1440. Default: 1440.
	CatchUpMinutes int
	// DefaultSite (DEFAULT_SITE) is the site of a question that names none, as a host
	// name in lower case. Empty: the default site of the admin token. It must be among
	// AllowedSites where those are set.
	DefaultSite string
	// SiteNicknames (SITE_NICKNAMES) are further names of sites, as name=host separated
	// by commas: letters, digits and hyphens, in lower case here, to the host names.
	// Where AllowedSites are set, the hosts must be among them.
	SiteNicknames map[string]string
	// AllowedSites (ALLOWED_SITES) is a comma-separated list of the host names that may
	// be asked about, in lower case, each once. Nil: the sites that Get Site List gives
	// the admin token.
	AllowedSites []string
	// AllowedOrgs (ALLOWED_ORGS) are ids of the organizations whose people may ask
	// instead of the bot's own; "own" among them stands for that one, and "none" alone
	// for no organization. Nil: the bot's own.
	AllowedOrgs []string
	// AllowedDomains (ALLOWED_DOMAINS) are domains, each exact, whose addresses let
	// people ask beside those of the organizations.
	AllowedDomains []string
	// AllowedEmails (ALLOWED_EMAILS) are addresses of further people who may ask.
	AllowedEmails []string
	// AllowedRooms (ALLOWED_ROOMS) are ids of the only spaces in which anybody may ask;
	// "direct" among them stands for all 1:1 spaces. Nil: everywhere.
	AllowedRooms []string
	// DeniedEmails (DENIED_EMAILS) are addresses of people who may never ask.
	DeniedEmails []string
	// Admins (ADMINS) are addresses of those who may run the commands for admins, if
	// they may ask at all.
	Admins []string
	// Changes (CHANGES) is what may be changed: [ChangesOff], [ChangesPeople] or
	// [ChangesAll]. Default: off.
	Changes string
	// Editors (EDITORS) are addresses of those who may ask for changes, if they may
	// ask at all. Nil: Admins.
	Editors []string
	// Approvers (APPROVERS) are addresses of those who may approve changes. Nil: Admins.
	Approvers []string
	// SelfApproval (SELF_APPROVAL) lets an approver approve, in a second step, what they
	// asked for themselves. Default: false.
	SelfApproval bool
	// ChangeMinutes (CHANGE_MINUTES) is for how long a change waits for its approval, 1
	// to 1440. Default: 60.
	ChangeMinutes int
	// Contact (CONTACT) is whom the refused are told to ask, at most 200 bytes.
	Contact string
	// ControlHubURL (CONTROL_HUB_URL) and SiteAdminURL (SITE_ADMIN_URL) are pages to
	// which answers link that an admin can act on; {site} in them stands for the host
	// name of a site. HTTPS. Empty: no link.
	ControlHubURL string
	SiteAdminURL  string
	// ShareWithGuests (SHARE_WITH_GUESTS) shows answers in group spaces whoever reads
	// them there. Default: false.
	ShareWithGuests bool
	// LimitPersonMinute, LimitPersonHour and LimitSpaceMinute (LIMIT_PERSON_MINUTE,
	// LIMIT_PERSON_HOUR, LIMIT_SPACE_MINUTE) are how many questions and presses are
	// taken, 0 to 100000; 0 turns one off. Defaults: 20, 200 and 60.
	LimitPersonMinute int
	LimitPersonHour   int
	LimitSpaceMinute  int
	// BulkPerMinute (BULK_PER_MINUTE) is how many people a check of many looks up in a
	// minute, 1 to 100000. Default: 120, because Webex takes about 300 calls of a token
	// in a minute, and questions go first.
	BulkPerMinute int
	// AuditDays (AUDIT_DAYS) is for how many days the audit record is kept, and what
	// changed of tracking codes, 1 to 36500.
	// Default: 400.
	AuditDays int
	// WatchMinutes (WATCH_MINUTES) is how often the tracking codes of each site are read
	// to see what changed of them, in minutes: 0 turns that off, 1440 is the most. What
	// changed is kept for AuditDays. Default: 15.
	WatchMinutes int
	// CacheSeconds (CACHE_SECONDS) is how long a tracking code that was read is shown
	// from memory, in seconds: 0 turns that off, 3600 is the most. Default: 30.
	CacheSeconds int
	// ListenAddr (LISTEN_ADDR) is where the bot listens, as host:port; the host may be
	// empty for all addresses, and port 0 takes any free one. Default: ":8080".
	ListenAddr string
	// TrustedProxies (TRUSTED_PROXIES) are addresses and networks, such as 10.0.0.0/8,
	// of the proxies before the bot, whose X-Forwarded-For is taken for who asks; "none"
	// alone is nobody. The bounds at the door are by that address. Default: loopback and
	// the private networks of RFC 1918, 4193 and 3927, where proxies stand.
	TrustedProxies []netip.Prefix
	// AdminAddr (ADMIN_ADDR) is where metrics and profiles are served, as host:port, and
	// must not be ListenAddr: whoever reaches it reads them. Empty: nowhere.
	AdminAddr string
	// AdminRoom (ADMIN_ROOM) is the id of the space that is told when the admin sign-in
	// needs somebody, and when the bot was deaf for five minutes. The bot must be in it. Empty: the log alone is told.
	AdminRoom string
	// DataDir (DATA_DIR) is the folder of the database, and of the key file that stands
	// in for TOKEN_KEY. It must be on a local disk and belongs to one bot. Default: "data".
	DataDir string
	// DatabaseURL (DATABASE_URL, or a file named by DATABASE_URL_FILE) is a PostgreSQL
	// database, as postgres://user:password@host:5432/name, that any number of bots share.
	// It may name several hosts, with target_session_attrs=read-write. Empty: a database in
	// DataDir.
	DatabaseURL Secret
	// Workers (WORKERS) is how many questions are worked on at once, 1 to 1024.
	// Default: 32.
	Workers int
	// DiskReserveMB (DISK_RESERVE_MB) is how many MiB must stay free where DataDir is;
	// below that, new webhooks get 503. 1 to 1048576 (1 TiB). Default: 64.
	DiskReserveMB int
	// LogLevel (LOG_LEVEL) is debug, info, warn or error. Default: info.
	LogLevel slog.Level
	// LogFormat (LOG_FORMAT) is "text" or "json". Empty: text on a terminal, else JSON.
	LogFormat string

	// Warnings are sentences about what is allowed but probably not meant, such as a
	// variable that nobody reads. They hold names of variables and no values.
	Warnings []string
	// Problems is what is wrong. It is filled for [ForCheck] only: for every other need
	// a problem makes Load fail.
	Problems []Problem
}

// The ways to hear of [Config.Receive].
const (
	ReceiveWebhook   = "webhook"
	ReceiveWebsocket = "websocket"
	ReceiveBoth      = "both"
)

// What may be changed, of [Config.Changes].
const (
	ChangesOff    = "off"
	ChangesPeople = "people" // values that people have
	ChangesAll    = "all"    // and tracking codes
)

// Webhooks reports whether events come by webhook.
func (c Config) Webhooks() bool { return c.Receive != ReceiveWebsocket }

// Websocket reports whether events come over a websocket.
func (c Config) Websocket() bool { return c.Receive != ReceiveWebhook }

// StoreKey returns the 32 bytes that encrypt the database, or nil without TOKEN_KEY: a key
// in a file beside the database would keep nothing from who reads both. It is made from
// TOKEN_KEY, which encrypts other things as well.
func (c Config) StoreKey() []byte {
	if c.TokenKey.IsZero() {
		return nil
	}
	sum := hmac.New(sha256.New, []byte(c.TokenKey.Reveal()))
	sum.Write([]byte("trackbot queue store v1"))
	return sum.Sum(nil)
}

// Need is what a command needs of the configuration.
type Need int

const (
	// ForServe requires both tokens and, with webhooks, their secret.
	ForServe Need = iota
	// ForAsk requires the admin token. The other secrets are checked if they are set.
	ForAsk
	// ForCheck fails never: what ForServe would refuse is listed in [Config.Problems],
	// and the fields that have a problem hold their zero value.
	ForCheck
	// ForQueue reads no secret at all: for commands that look after stored questions.
	ForQueue
	// ForHealth reads no secret at all: for the command that asks a running bot
	// whether it is alive.
	ForHealth
	// ForLogin requires the client's id and secret, and no token.
	ForLogin
)

// Load reads the configuration: environ has the form of os.Environ, and dotenv is
// the path of a .env file, which may be missing (or "" for none). The environment wins
// over the file, and an empty value counts as unset in both. What is set is checked
// whether or not the command needs it, except for secrets with [ForQueue] and
// [ForHealth]. The error is an [*InvalidError] that holds every problem, and the Config
// is then empty. Each of checks finds further problems in what was read.
func Load(need Need, environ []string, dotenv string, checks ...func(Config) []Problem) (Config, error) {
	l := newLoader(need, environ, dotenv)
	c := l.config()
	for _, check := range checks {
		for _, p := range check(c) {
			l.problem(p.Variable, p.Words)
		}
	}
	l.warnUnknown()
	c.Warnings = l.warnings
	if len(l.problems) == 0 {
		return c, nil
	}
	if need == ForCheck {
		c.Problems = l.problems
		return c, nil
	}
	return Config{}, &InvalidError{Problems: l.problems}
}
