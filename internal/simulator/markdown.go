package simulator

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/parser"
	goldmarkhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// mentionSource is a mention in markdown: <@all>, <@personId:ID|label> or
// <@personEmail:address|label>, the label being optional.
var mentionSource = regexp.MustCompile(`\\?<@(?:(all)|personId:([^|>]*)|personEmail:([^|>]*))(?:\|([^>]*))?>`)

// newMarkdown reads the markdown that Webex supports and no more: bold,
// italic, links, lists, quotes, inline and fenced code. HTML in it is text.
func newMarkdown() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithParser(parser.NewParser(
			parser.WithBlockParsers(
				util.Prioritized(parser.NewListParser(), 300),
				util.Prioritized(parser.NewListItemParser(), 400),
				util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
				util.Prioritized(parser.NewBlockquoteParser(), 800),
				util.Prioritized(parser.NewParagraphParser(), 1000),
			),
			parser.WithInlineParsers(
				util.Prioritized(parser.NewCodeSpanParser(), 100),
				util.Prioritized(parser.NewLinkParser(), 200),
				util.Prioritized(parser.NewEmphasisParser(), 500),
			),
		)),
		goldmark.WithRendererOptions(goldmarkhtml.WithHardWraps(), goldmarkhtml.WithXHTML()),
	)
}

// htmlOf turns markdown into the HTML that the service stores beside it. The
// caller holds s.mu.
//
// A mention counts wherever it stands, after a backslash and in code as well:
// nothing documents that markdown's escapes hold for it. So markdown is read
// with a private-use character in place of each mention.
func (s *Simulator) htmlOf(r *room, markdown string) (string, error) {
	var tags []string // alternately a placeholder and its tag, as strings.NewReplacer takes them
	source := mentionSource.ReplaceAllStringFunc(markdown, func(mention string) string {
		tag := s.mentionOf(r, mentionSource.FindStringSubmatch(mention))
		if tag == "" {
			return mention
		}
		placeholder := fmt.Sprintf("\uE000%d\uE001", len(tags))
		tags = append(tags, placeholder, tag)
		return placeholder
	})
	var out bytes.Buffer
	if err := s.markdown.Convert([]byte(source), &out); err != nil {
		return "", fmt.Errorf("markdown: %w", err)
	}
	tags = append(tags, "<a ", `<a rel="nofollow" `) // as the service writes links
	return strings.NewReplacer(tags...).Replace(strings.TrimSpace(out.String())), nil
}

// mentionOf is the tag of a mention that mentionSource found, in its parts;
// empty where it names nobody in the room, and so is no mention.
func (s *Simulator) mentionOf(r *room, parts []string) string {
	all, id, email, label := parts[1], canonical(parts[2]), parts[3], parts[4]
	if all != "" {
		return mentionTag("all", "All")
	}
	if email != "" {
		id = s.emails[strings.ToLower(email)]
	}
	if r.member(id) == nil {
		return ""
	}
	if label == "" {
		label = s.people[id].shown()
	}
	return mentionTag(id, label)
}
