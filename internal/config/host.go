package config

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"trackbot/internal/hostname"
)

// parseSite returns the host name of a Webex site in lower case. The errors of this file
// are words for a [Problem] and never hold the text itself.
func parseSite(text string) (string, error) {
	site, ok := hostname.Site(text)
	switch {
	case ok:
		return site, nil
	case hostname.Valid(text) && strings.Contains(strings.ToLower(text), "xn--"):
		return "", errors.New("holds a part that begins with xn--, which stands for letters that may look like others; Webex sites have none")
	}
	return "", errors.New("is not a host name such as example.webex.com, without https:// and path")
}

// parseBase returns the base URL in text without slashes at its end and with its host in
// lower case. Plain HTTP would send a token or a question in the clear, so it is for
// loopback only.
func parseBase(text string) (string, error) {
	const scheme = "must begin with https:// (http:// is for loopback only)"
	u, err := parseURL(text, scheme, "https", "http")
	if err != nil {
		return "", err
	}
	if u.Scheme == "http" && !isLoopback(u.Hostname()) {
		return "", errors.New(scheme)
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// parseLink returns the address of a page that people open, as it is written. {site} in it
// stands for a host name.
func parseLink(text string) (string, error) {
	if _, err := parseURL(strings.ReplaceAll(text, "{site}", "example.webex.com"), "must begin with https://", "https"); err != nil {
		return "", err
	}
	return text, nil
}

// parseURL takes a URL apart that has one of the schemes, a host, and nothing that a base
// URL can't carry; the words are about another scheme. Errors of package url repeat the
// text, so they are left out.
func parseURL(text, words string, schemes ...string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || strings.ContainsAny(text, " \\"):
		return nil, errors.New("is not a URL")
	case !slices.Contains(schemes, u.Scheme):
		return nil, errors.New(words)
	case u.User != nil:
		return nil, errors.New("must not hold a user or password")
	case strings.ContainsAny(text, "?#"):
		return nil, errors.New("must not have a ? or #")
	case !isHost(u.Hostname()) || !isPort(u):
		return nil, errors.New("has no valid host, such as bot.example.com or bot.example.com:8443")
	}
	u.Host = strings.ToLower(u.Host)
	return u, nil
}

func isHost(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil || hostname.Valid(host)
}

func isPort(u *url.URL) bool {
	if strings.HasSuffix(u.Host, ":") {
		return false
	}
	return u.Port() == "" || inRange(u.Port(), 1, 65535)
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return strings.EqualFold(host, "localhost")
	}
	return addr.IsLoopback()
}

// parseListen checks an address to listen on. Port 0 asks for a free one.
func parseListen(text string) (string, error) {
	host, port, err := net.SplitHostPort(text)
	if err != nil || !inRange(port, 0, 65535) || host != "" && !isHost(host) {
		return "", errors.New("is not host:port, such as :8080 or 127.0.0.1:8080")
	}
	return text, nil
}

// inRange tells whether text is a decimal number of digits alone from low to high.
func inRange(text string, low, high int) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	n, err := strconv.Atoi(text)
	return err == nil && low <= n && n <= high
}

// privateNetworks are where proxies stand: loopback, RFC 1918, RFC 4193, and the
// link-local networks.
func privateNetworks() []netip.Prefix {
	var networks []netip.Prefix
	for _, text := range []string{"127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "169.254.0.0/16", "fe80::/10"} {
		networks = append(networks, netip.MustParsePrefix(text))
	}
	return networks
}

// parseProxies returns the networks of a list, an address as one of its own.
func parseProxies(text string) ([]netip.Prefix, error) {
	if strings.EqualFold(text, "none") {
		return nil, nil
	}
	var networks []netip.Prefix
	_, err := parseList(text, func(entry string) (string, error) {
		network, err := netip.ParsePrefix(entry)
		if address, notOne := netip.ParseAddr(entry); notOne == nil {
			network, err = netip.PrefixFrom(address.WithZone(""), address.BitLen()), nil
		}
		if err != nil {
			return "", errors.New("is neither an address such as 10.0.0.1 nor a network such as 10.0.0.0/8")
		}
		networks = append(networks, network.Masked())
		return "", nil
	})
	if err != nil {
		return nil, err
	}
	return networks, nil
}
