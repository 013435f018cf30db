package simulator

import (
	"strings"
	"testing"
)

func TestMarkdown(t *testing.T) {
	s := start(t, Options{})
	alice := s.Person("alice")
	s.Group("Team", alice.ID)
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.order[0]
	for _, c := range []struct {
		markdown, text, html string
		people, groups       int
	}{
		{"**Department** (code 1)", "Department (code 1)", "<p><strong>Department</strong> (code 1)</p>", 0, 0},
		{"a_b_c and _em_", "a_b_c and em", "<p>a_b_c and <em>em</em></p>", 0, 0},
		{`1 \* 2 \_x\_ &lt;b&gt; R&D`, "1 * 2 _x_ <b> R&D", "<p>1 * 2 _x_ &lt;b&gt; R&amp;D</p>", 0, 0},
		{"one  \ntwo\n\nthree", "one two three", "<p>one<br />\ntwo</p>\n<p>three</p>", 0, 0},
		{"- a\n- b\n\n1. c", "a b c", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<ol>\n<li>c</li>\n</ol>", 0, 0},
		{"[x](https://example.com/?a=1&b) `*c*`", "x *c*", `<p><a rel="nofollow" href="https://example.com/?a=1&amp;b">x</a> <code>*c*</code></p>`, 0, 0},
		{"> said\n```\n**no**\n```", "said **no**", "<blockquote>\n<p>said</p>\n</blockquote>\n<pre><code>**no**\n</code></pre>", 0, 0},
		{"<@all> hi", "All hi", "<p>" + mentionTag("all", "All") + " hi</p>", 0, 1},
		{`\<@all>`, "All", "<p>" + mentionTag("all", "All") + "</p>", 0, 1},
		{"`<@all>`", "All", "<p><code>" + mentionTag("all", "All") + "</code></p>", 0, 1},
		{"&lt;@all&gt;", "<@all>", "<p>&lt;@all&gt;</p>", 0, 0},
		{"<@personEmail:alice@example.com|Al>", "Al", "<p>" + mentionTag(alice.ID, "Al") + "</p>", 1, 0},
		{"<@personId:" + alice.ID + ">", "Alice Adams", "<p>" + mentionTag(alice.ID, "Alice Adams") + "</p>", 1, 0},
		{"<@personEmail:bob@example.com>", "<@personEmail:bob@example.com>", "<p>&lt;@personEmail:bob@example.com&gt;</p>", 0, 0},
		{"# <b>no</b> <https://example.com>", "# <b>no</b> <https://example.com>", "<p># &lt;b&gt;no&lt;/b&gt; &lt;https://example.com&gt;</p>", 0, 0},
		{"**<@all>** [<@personEmail:alice@example.com>](https://example.com)", "All Alice Adams", "<p><strong>" + mentionTag("all", "All") + `</strong> <a rel="nofollow" href="https://example.com">` + mentionTag(alice.ID, "Alice Adams") + "</a></p>", 1, 1},
		{"株式会社 **", "株式会社 **", "<p>株式会社 **</p>", 0, 0},
	} {
		m := &Message{}
		if err := s.setText(m, r, "", c.markdown); err != nil {
			t.Fatal(err)
		}
		if m.Text != c.text || m.HTML != c.html || len(m.MentionedPeople) != c.people || len(m.MentionedGroups) != c.groups {
			t.Errorf("%q is stored as %q, %q, %v, %v; want %q, %q, %d, %d", c.markdown, m.Text, m.HTML, m.MentionedPeople, m.MentionedGroups, c.text, c.html, c.people, c.groups)
		}
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, seed := range []string{"**a** _b_ `c` [d](e) <@all> &amp; \\*", "```\n- x", "<@personId:|", "****", "[](", "1. ", "\\"} {
		f.Add(seed)
	}
	s := start(f, Options{})
	s.Group("Team", s.Person("alice").ID)
	f.Fuzz(func(t *testing.T, markdown string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		m := &Message{}
		if err := s.setText(m, s.order[0], "", markdown); err != nil || strings.Contains(m.HTML, "<script") {
			t.Errorf("%q lets markup through: %q, error %v", markdown, m.HTML, err)
		}
	})
}
