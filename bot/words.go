package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// words is a piece of one plain line beside the same in lower case. Both have
// the same length, so that one can be cut where the other was understood.
type words struct{ raw, low string }

func newWords(line string) words {
	return words{raw: line, low: strings.Map(sameSizeLower, line)}
}

// sameSizeLower lowers a letter unless that changes how many bytes it takes.
func sameSizeLower(r rune) rune {
	if r < utf8.RuneSelf {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	if low := unicode.ToLower(r); utf8.RuneLen(low) == utf8.RuneLen(r) {
		return low
	}
	return r
}

func (w words) from(i int) words { return words{raw: w.raw[i:], low: w.low[i:]} }
func (w words) to(i int) words   { return words{raw: w.raw[:i], low: w.low[:i]} }

func (w words) trimLeft(cut string) words {
	return w.from(len(w.raw) - len(strings.TrimLeft(w.raw, cut)))
}

func (w words) trimRight(cut string) words { return w.to(len(strings.TrimRight(w.raw, cut))) }

// first returns the first word.
func (w words) first() words {
	if i := strings.IndexByte(w.raw, ' '); i >= 0 {
		return w.to(i)
	}
	return w
}

// rest returns what follows the first word.
func (w words) rest() words { return w.from(len(w.first().raw)).trimLeft(" ") }

// last returns the last word and what stands before it.
func (w words) last() (before, word words) {
	w = w.trimRight(" ")
	i := strings.LastIndexByte(w.raw, ' ')
	return w.to(max(i, 0)), w.from(i + 1)
}

// count returns how many words there are.
func (w words) count() int {
	if w.raw == "" {
		return 0
	}
	return strings.Count(w.raw, " ") + 1
}

// punctuation is what may stand around a word without being part of it.
const punctuation = " ,;:.!?-*>\u2022\u3002\u2026"

// opening takes from the front a word that asks nothing by itself: a greeting,
// "please", "can you show me the", a bullet, a comma that a mention left.
func (w words) opening() (words, bool) {
	word := strings.Trim(w.first().low, punctuation)
	if w.raw == "" || word != "" && !isGreeting(word) && !isHailed(word) && !isFiller(word) && !isThanks(word) {
		return w, false
	}
	return w.rest(), true
}

// lead takes from the front all that only leads to a question.
func (w words) lead() words {
	for ok := true; ok; {
		w, ok = w.opening()
	}
	return w
}

// closing takes from the end what asks nothing: dots, question marks, please,
// thanks, a smile.
func (w words) closing() words {
	for {
		w = w.trimRight(" .?!,;\u3002\u2026")
		before, word := w.last()
		switch {
		case word.raw == "":
			return w
		case word.low == "you" || word.low == "advance" || word.low == "me":
			rest, two := before.last()
			if pair := two.low + " " + word.low; pair != "thank you" && pair != "in advance" && pair != "for me" {
				return w
			}
			w = rest
		case isPlease(word.low) || isThanks(word.low) || isPicture(word.raw):
			w = before
		default:
			return w
		}
	}
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// digits reports whether s is a number as ids are.
func digits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}
