package bot

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// isPicture reports whether a word is made of emoji.
func isPicture(word string) bool {
	for _, r := range word {
		if r < utf8.RuneSelf || !unicode.In(r, unicode.So, unicode.Sk, unicode.Mn, unicode.Cf) {
			return false
		}
	}
	return word != ""
}

func isGreeting(word string) bool {
	switch word {
	case "hi", "hello", "hey", "hiya", "howdy", "greetings", "dear", "morning", "afternoon", "evening", "yo", "hallo", "bonjour", "hola":
		return true
	}
	return false
}

// isHailed reports whether a word goes along with a greeting.
func isHailed(word string) bool {
	switch word {
	case "good", "day", "there", "all", "team", "everyone", "everybody", "folks", "bot", "again", "to", "you":
		return true
	}
	return false
}

func isPlease(word string) bool {
	switch word {
	case "please", "pls", "plz", "kindly":
		return true
	}
	return false
}

func isThanks(word string) bool {
	switch word {
	case "thanks", "thank", "thx", "ty", "cheers", "danke", "merci":
		return true
	}
	return false
}

// isPraise reports whether a word is a way to say thanks without thanking.
func isPraise(word string) bool {
	switch word {
	case "ok", "okay", "great", "perfect", "cool", "nice", "awesome", "super", "excellent", "brilliant":
		return true
	}
	return false
}

// isThankful reports whether a word goes along with thanks.
func isThankful(word string) bool {
	switch word {
	case "you", "a", "lot", "so", "very", "much", "many", "in", "advance", "again", "that", "helps", "helped", "for", "your", "the",
		"job", "well", "done", "got", "it", "works", "worked":
		return true
	}
	return false
}

// isRegards reports whether a word ends a letter.
func isRegards(word string) bool {
	switch word {
	case "regards", "rgds", "wishes", "best", "sincerely", "yours", "br", "kr", "mfg", "vg", "lg", "gruß", "gruss", "grüße", "grüßen", "cordialement", "saludos":
		return true
	}
	return false
}

// isWarm reports whether a word goes along with the end of a letter.
func isWarm(word string) bool {
	switch word {
	case "kind", "kindest", "warm", "warmest", "with", "my", "many", "all", "the", "and", "very", "truly", "faithfully",
		"viele", "beste", "liebe", "schöne", "mit", "freundlichen":
		return true
	}
	return false
}

// isFiller reports whether a word only leads to the question.
func isFiller(word string) bool {
	switch word {
	case "a", "about", "all", "an", "and", "any", "anyone", "are", "available", "back", "bring", "can", "could", "display", "do", "existing",
		"every", "fetch", "find", "for", "get", "give", "have", "i", "i'd", "id", "i'm", "is", "know", "let", "like", "look", "lookup", "looking", "may",
		"me", "might", "need", "now", "of", "on", "our", "out", "print", "pull", "query", "quick", "read", "retrieve", "search", "see",
		"show", "some", "somebody", "someone", "tell", "the", "there", "these", "this", "to", "up", "us", "view", "want", "wants", "was", "we",
		"what", "what's", "whats", "which", "will", "with", "would", "you", "your", "check", "ask", "asking", "question", "help", "hear", "configured":
		return true
	}
	return isPlease(word)
}

// isChange reports whether a word asks that something be made different.
func isChange(word string) bool {
	switch word {
	case "add", "change", "clear", "create", "deactivate", "delete", "disable", "edit", "enable", "erase", "modify", "remove", "rename",
		"replace", "reset", "set", "unset", "update":
		return true
	}
	return false
}

// change reports whether the words ask for a change, and gives what follows
// the word that does.
func (w words) change() (rest string, ok bool) {
	w = w.lead()
	verb, object := strings.Trim(w.first().low, punctuation), w.rest().first().low
	if !isChange(verb) || verb == "update" && (object == "me" || object == "us") {
		return "", false
	}
	return strings.Trim(w.rest().raw, punctuation), true
}

// polite says whether the words greet, or thank, and do nothing else. A
// greeting may hold one more word that is a name.
func (w words) polite(far func(string) bool) (greeting, thanks bool) {
	var greets, thanked, praised, helps, along int
	var name string
	for rest := w; rest.raw != ""; rest = rest.rest() {
		word := strings.Trim(rest.first().low, punctuation)
		switch {
		case word == "" || isPlease(word) || isPicture(word) || isHailed(word):
		case isThanks(word):
			thanked++
		case isPraise(word):
			praised++
		case isGreeting(word):
			greets++
		case word == "help": // thanks for it, or a question
			helps++
		case isThankful(word):
			along++
		case greets > 0 && name == "":
			name = word
		default:
			return false, false
		}
	}
	thanks = thanked > 0 || praised > 0 && helps == 0
	greeting = greets > 0 && !thanks && along+helps == 0
	if name != "" && !far(name) {
		return false, false
	}
	return greeting, thanks
}

// closes reports whether a line ends a letter, as "Kind regards" does.
func closes(line string) bool {
	low := strings.ToLower(strings.TrimSpace(line))
	if low == "--" || strings.HasPrefix(low, "sent from my ") || strings.HasPrefix(low, "get outlook for ") {
		return true
	}
	ends := false
	for word := range strings.FieldsSeq(low) {
		switch word = strings.Trim(word, punctuation); {
		case isRegards(word):
			ends = true
		case word != "" && !isWarm(word) && !isThanks(word):
			return false
		}
	}
	return ends
}

// maxSignature is how many lines a name and what belongs to it may be.
const maxSignature = 5

// unsigned is a plain text without the end of a letter, which is no question:
// thanks or regards, with a name below.
func (p *Parser) unsigned(text string) string {
	lines := strings.Split(text, "\n")
	for i := max(1, len(lines)-maxSignature-1); i < len(lines); i++ {
		_, thanks := newWords(lines[i]).polite(p.far)
		if (thanks || closes(lines[i])) && !slices.ContainsFunc(lines[i+1:], p.mayAsk) {
			return strings.Join(lines[:i], "\n")
		}
	}
	return text
}

// mayAsk reports whether a line may be more than a name.
func (p *Parser) mayAsk(line string) bool {
	return !closes(line) && (hasAddress(line) || strings.Contains(line, "?") || !p.far(line) || p.line(newWords(line)).Command != "")
}
