package config

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
)

// parseSites returns the host names of a list, each once, in the order they stand.
func parseSites(text string) ([]string, error) {
	sites, err := parseList(text, parseSite)
	if err != nil {
		return nil, err
	}
	var unique []string
	for _, site := range sites {
		if !slices.Contains(unique, site) {
			unique = append(unique, site)
		}
	}
	return unique, nil
}

// parseEntries returns the entries of a list as they stand; what they mean is checked by
// whoever uses them.
func parseEntries(text string) ([]string, error) {
	return parseList(text, parseText)
}

func parseText(text string) (string, error) { return text, nil }

func parseSwitch(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, errors.New("is neither true nor false")
}

// parseChanges reads what may be changed.
func parseChanges(text string) (string, error) {
	switch text = strings.ToLower(text); text {
	case ChangesOff, ChangesPeople, ChangesAll:
		return text, nil
	}
	return "", errors.New("is none of off, people and all")
}

// parseNicknames returns names of sites and their hosts: each name once, of letters, digits
// and hyphens, as people type it after "on".
func parseNicknames(text string) (map[string]string, error) {
	nicknames := make(map[string]string)
	_, err := parseList(text, func(entry string) (string, error) {
		name, host, ok := strings.Cut(entry, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if !ok || name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return "", errors.New("is not name=host, with a name of letters, digits and hyphens")
		}
		if _, twice := nicknames[name]; twice {
			return "", errors.New("names a nickname for the second time")
		}
		host, err := parseSite(strings.TrimSpace(host))
		nicknames[name] = host
		return "", err
	})
	if err != nil {
		return nil, err
	}
	return nicknames, nil
}

// parseList parses each entry of a comma-separated list. The error names all that are
// wrong by their place. An empty entry is wrong: "," must not pass for an unset list.
func parseList(text string, parse func(string) (string, error)) ([]string, error) {
	var values, wrong []string
	for i, entry := range strings.Split(text, ",") {
		value, err := parse(strings.TrimSpace(entry))
		if strings.TrimSpace(entry) == "" {
			err = errors.New("is empty")
		}
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("entry %d %v", i+1, err))
		}
		values = append(values, value)
	}
	if len(wrong) > 0 {
		return nil, errors.New(strings.Join(wrong, "; "))
	}
	return values, nil
}

// parsePath refuses what no file system takes, and a ~ that only a shell would replace.
func parsePath(text string) (string, error) {
	if strings.HasPrefix(text, "~") {
		return "", errors.New("begins with ~, which nobody replaces here: write the whole path")
	}
	if strings.ContainsRune(text, 0) {
		return "", errors.New("holds a zero byte")
	}
	return text, nil
}

// numbers returns a parser of whole numbers from low to high.
func numbers(low, high int) func(string) (int, error) {
	return func(text string) (int, error) {
		if !inRange(text, low, high) {
			return 0, fmt.Errorf("is not a whole number from %d to %d", low, high)
		}
		return strconv.Atoi(text)
	}
}

func parseLevel(text string) (slog.Level, error) {
	switch strings.ToLower(text) {
	case "debug":
		return slog.LevelDebug, nil
	case "info":
		return slog.LevelInfo, nil
	case "warn":
		return slog.LevelWarn, nil
	case "error":
		return slog.LevelError, nil
	}
	return 0, errors.New("is none of debug, info, warn, error")
}

func parseReceive(text string) (string, error) {
	switch way := strings.ToLower(text); way {
	case ReceiveWebhook, ReceiveWebsocket, ReceiveBoth:
		return way, nil
	}
	return "", errors.New("is none of webhook, websocket, both")
}

func parseFormat(text string) (string, error) {
	switch format := strings.ToLower(text); format {
	case "text", "json":
		return format, nil
	}
	return "", errors.New("is neither text nor json")
}
