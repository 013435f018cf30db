package cards

import (
	"slices"
	"strconv"
	"strings"
)

// Longest texts of a view, in runes. Names and options have at most 120 in
// Webex, a host name at most 253; the rest is ours and shorter by far.
const (
	maxName    = 160
	maxWords   = 160
	maxSite    = 253
	maxID      = 80
	maxDefault = 24 // in a row: ten codes of 120 characters each fit one card
	maxLine    = 600
	maxButton  = 60
	maxValue   = 300
	shortTitle = 16 // of a fact, in 110 pixels or two lines of them
)

const (
	// fillRoom is kept free for each button: the bot fills in two ids of at
	// most 110 bytes, a time and a signature of 64.
	fillRoom = 360
	// maxData is the longest data of one button; a longer one is left out.
	maxData = 1200
	// envelope is the length of a card without elements and actions, and of
	// the id that marks it.
	envelope = 250
	// smallRoom is kept free for [Card.Small].
	smallRoom = 280
	// moreRoom is kept free for each list's last line, "and 480 more",
	// and for the card that a button unfolds.
	moreRoom = 160
)

// page is a card that is being filled. What does not fit is refused, so a card
// is within [MaxCard] however long the data is.
type page struct {
	card    Card
	left    int // bytes
	scratch []byte
}

func newPage() *page {
	return &page{left: MaxCard - envelope - smallRoom - 5*moreRoom, scratch: make([]byte, 0, 1024)}
}

// buttons adds the buttons that fit, until the card has limit actions, and
// returns how many they are. They are added before the rest, because an answer
// without its last lines is better than one without its way on.
func (p *page) buttons(buttons []Button, limit int) int {
	before := len(p.card.Actions)
	for _, x := range buttons {
		if a := x.action(); a != nil && len(p.card.Actions) < limit && p.fits(a) {
			p.card.Actions = append(p.card.Actions, a)
		}
	}
	return len(p.card.Actions) - before
}

// fits takes the room of an action or element, and of what the bot fills in.
func (p *page) fits(x interface{ encode(b []byte) []byte }) bool {
	p.scratch = x.encode(p.scratch[:0])
	n := len(p.scratch) + 1 + fillRoom*taps(x)
	if n > p.left {
		return false
	}
	p.left -= n
	return true
}

// taps counts the data that an action or element carries.
func taps(x any) int {
	n := 0
	switch x := x.(type) {
	case *Submit:
		n++
	case *Container:
		if x.Select != nil {
			n++
		}
		for _, e := range x.Items {
			n += taps(e)
		}
	case *ColumnSet:
		for _, c := range x.Columns {
			for _, e := range c.Items {
				n += taps(e)
			}
		}
	}
	return n
}

// keep returns the elements that fit.
func (p *page) keep(items ...Element) []Element {
	kept := items[:0]
	for _, e := range items {
		if p.fits(e) {
			kept = append(kept, e)
		}
	}
	return kept
}

// list returns the first of n elements, as many as fit.
func (p *page) list(n int, item func(i int) Element) []Element {
	items := make([]Element, 0, n+1)
	for i := range n {
		e := item(i)
		if !p.fits(e) {
			break
		}
		items = append(items, e)
	}
	return items
}

// rest is the line that tells how many elements of a list are left out, and
// nothing where all are there. Its room is kept from the start.
func rest(n int) []Element {
	if n == 0 {
		return nil
	}
	return []Element{&TextBlock{Text: more(n), Tone: Subtle, Spacing: SmallSpacing}}
}

// done returns the card with the parts of its body below each other.
func (p *page) done(parts ...[]Element) *Card {
	p.card.Body = slices.Concat(parts...)
	p.card.size = MaxCard - p.left
	return &p.card
}

func more(n int) string { return "and " + strconv.Itoa(n) + " more" }

// action is the button in the card, or nil where it can't be one.
func (x Button) action() Action {
	title := clip(clean(x.Title), maxButton)
	if title == "" {
		return nil
	}
	if x.URL != "" {
		if !isWeb(x.URL) {
			return nil
		}
		return &OpenURL{Title: title, URL: x.URL, Style: x.Style}
	}
	if len(x.Data.append(nil)) > maxData {
		return nil
	}
	return &Submit{Title: title, Data: x.Data, Style: x.Style}
}

func isWeb(url string) bool {
	return len(url) <= 2000 && (strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://"))
}

// header is the part of a card that is read across the room.
func header(tone Tone, title, under string) *Container {
	items := []Element{&TextBlock{Text: title, Size: ExtraLarge, Bold: true}}
	if under != "" {
		items = append(items, &TextBlock{Text: under, Tone: Subtle, Spacing: NoSpacing})
	}
	return &Container{Items: items, Tone: tone, Bleed: true}
}

// heading stands above a part of a card.
func heading(s string) *TextBlock {
	return &TextBlock{Text: s, Bold: true, Spacing: LargeSpacing}
}

// fact is one row of the two-column part: 110 of a phone's 340 pixels for the
// title. It is no [FactSet], whose values some clients read as markdown and
// some do not, and which has no colours.
func fact(title, value string, tone Tone, gap Spacing) Element {
	return &ColumnSet{Spacing: gap, Columns: []Column{
		{Width: "110px", Items: []Element{&TextBlock{Text: EscapeText(clip(title, maxWords)), Tone: Subtle}}},
		{Width: "stretch", Items: []Element{&TextBlock{Text: EscapeText(clip(value, maxValue)), Tone: tone, Bold: isLoud(tone)}}},
	}}
}

// longFact is a fact whose title takes a line of its own.
func longFact(title, value string, tone Tone, _ Spacing) Element {
	return &Container{Spacing: MediumSpacing, Items: []Element{
		&TextBlock{Text: EscapeText(clip(title, maxWords)), Bold: true},
		&TextBlock{Text: EscapeText(clip(value, maxValue)), Tone: tone, Spacing: NoSpacing},
	}}
}

// isLoud says whether a tone asks for something; then weight goes with the
// colour, for those who do not see it.
func isLoud(t Tone) bool { return t == Attention || t == Warning }

// paragraphs are lines of running text, as many as fit.
func (p *page) paragraphs(lines []string) []Element {
	items := p.list(len(lines), func(i int) Element {
		return &TextBlock{Text: EscapeText(clip(lines[i], maxLine)), Spacing: MediumSpacing}
	})
	return append(items, rest(len(lines)-len(items))...)
}

// footer is the small print, or nothing.
func footer(s string) []Element {
	if s == "" {
		return nil
	}
	return []Element{&TextBlock{Text: s, Size: Small, Tone: Subtle, Spacing: MediumSpacing, Separator: true}}
}

// join puts dots between the parts that are not empty.
func join(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

// label is "word text", or nothing where the text is empty.
func label(word, text string) string {
	if text == "" {
		return ""
	}
	return word + " " + text
}
