package bot

import (
	"encoding/base64"
	"strings"
	"testing"
	"unicode/utf8"

	"trackbot/bot/ask"
	"trackbot/webex"
)

const (
	meUUID    = "11111111-aaaa-4bbb-8ccc-000000000001"
	aliceUUID = "22222222-aaaa-4bbb-8ccc-000000000002"
)

func personID(uuid string) string {
	return base64.RawStdEncoding.EncodeToString([]byte("ciscospark://us/PEOPLE/" + uuid))
}

func me() webex.Person {
	return webex.Person{ID: personID(meUUID), DisplayName: "TrackBot Prod", Type: "bot"}
}

func mention(id, label string) string {
	return `<spark-mention data-object-type="person" data-object-id="` + id + `">` + label + `</spark-mention>`
}

func TestAskedHTML(t *testing.T) {
	bot, alice := personID(meUUID), personID(aliceUUID)
	for _, test := range []struct {
		name, html, want string
		ok               bool
	}{
		{"first", "<p>" + mention(bot, "TrackBot") + " tracking code 1 on example.webex.com</p>", "tracking code 1 on example.webex.com", true},
		{"no paragraph", mention(bot, "TrackBot") + " code 1", "code 1", true},
		{"two-word label", mention(bot, "TrackBot Prod") + " code 1", "code 1", true},
		{"any label", mention(bot, "Codes, please") + " code 1", "code 1", true},
		{"empty label", mention(bot, "") + "code 1", "code 1", true},
		{"bare uuid", mention(meUUID, "TrackBot") + " code 1", "code 1", true},
		{"padded id", mention(base64.StdEncoding.EncodeToString([]byte("ciscospark://us/PEOPLE/"+meUUID)), "T") + " code 1", "code 1", true},
		{"other region", mention(base64.RawStdEncoding.EncodeToString([]byte("ciscospark://eu/PEOPLE/"+meUUID)), "T") + " code 1", "code 1", true},
		{"no blank", mention(bot, "TrackBot") + "code 1", "code 1", true},
		{"no-break space", mention(bot, "TrackBot") + "&nbsp;code\u00a01", "code 1", true},
		{"last", "code 1 on example " + mention(bot, "TrackBot"), "code 1 on example", true},
		{"in the middle", "code " + mention(bot, "TrackBot") + " 1", "code 1", true},
		{"twice", mention(bot, "TrackBot") + " " + mention(bot, "TrackBot") + " code 1", "code 1", true},
		{"greeting before", "hello " + mention(bot, "TrackBot") + ", code 1", "hello , code 1", true},
		{"tags in the mention", mention(bot, "<b>Track</b><i>Bot</i>") + " code 1", "code 1", true},
		{"mention in tags", "<p><b><em>" + mention(bot, "TrackBot") + "</em></b> <strong>code 1</strong></p>", "code 1", true},
		{"mention in a mention", `<spark-mention data-object-id="` + bot + `">a` + mention(alice, "b") + "c</spark-mention> code 1", "code 1", true},
		{"mention not closed", `<p><spark-mention data-object-id="` + bot + `">TrackBot</p><p>code 1</p>`, "code 1", true},
		{"self-closing", `<spark-mention data-object-id="` + bot + `"/> code 1`, "code 1", true},
		{"single quotes and other order", `<spark-mention data-object-id='` + bot + `' data-object-type='person'>T</spark-mention> code 1`, "code 1", true},
		{"upper case tag", `<SPARK-MENTION DATA-OBJECT-ID="` + bot + `">T</SPARK-MENTION> code 1`, "code 1", true},
		{"newline after", mention(bot, "TrackBot") + "<br>tracking code 1", "tracking code 1", true},
		{"paragraph after", "<p>" + mention(bot, "TrackBot") + "</p><p>tracking code 1</p><p>on example</p>", "tracking code 1\non example", true},
		{"its name as a word", mention(bot, "TrackBot") + " tracking code TrackBot Prod", "tracking code TrackBot Prod", true},
		{"named as a code", mention(bot, "Code") + " code 1", "code 1", true},
		{"another person too", mention(bot, "TrackBot") + " codes of " + mention(alice, "Alice Smith"), "codes of Alice Smith", true},
		{"bare mention", "<p>" + mention(bot, "TrackBot") + "</p>", "", true},
		{"entities", mention(bot, "T") + " tracking code R&amp;D &lt;x&gt; &quot;y&quot; &#39;z&#39;", `tracking code R&D <x> "y" 'z'`, true},
		{"double entities stay", mention(bot, "T") + " code R&amp;amp;D", "code R&amp;D", true},
		{"link", mention(bot, "T") + ` code 1 on <a href="https://example.webex.com/">example.webex.com</a>`, "code 1 on example.webex.com", true},
		{"link by address", mention(bot, "T") + ` code 1 on <a href="https://example.webex.com/">https://example.webex.com/</a>`, "code 1 on https://example.webex.com/", true},
		{"link without words", mention(bot, "T") + ` code 1 on <a href="https://example.webex.com/"></a>`, "code 1 on example.webex.com", true},
		{"the words of a link count", mention(bot, "T") + ` code <a href="https://node.example/">Node.js</a>`, "code Node.js", true},
		{"mail link", mention(bot, "T") + ` codes of <a href="mailto:alice@example.com">alice@example.com</a>`, "codes of alice@example.com", true},
		{"list", mention(bot, "T") + "<ul><li>code 1</li><li>code 2</li></ul>", "code 1\ncode 2", true},
		{"ordered list after words", "<p>" + mention(bot, "T") + " who is missing Department on example</p><ol><li>a@example.com</li><li>b@example.com</li></ol>", "who is missing Department on example\na@example.com\nb@example.com", true},
		{"code", mention(bot, "T") + " <code>tracking code 1</code>", "tracking code 1", true},
		{"line ends in the source", "<p>" + mention(bot, "T") + " tracking\n  code 1</p>", "tracking code 1", true},
		{"script", mention(bot, "T") + "<script>evil()</script><style>p{}</style> code 1", "code 1", true},
		{"comment", mention(bot, "T") + "<!-- x --> code 1", "code 1", true},
		{"somebody else only", mention(alice, "TrackBot Prod") + " code 1", "TrackBot Prod code 1", false},
		{"everybody", `<spark-mention data-object-type="groupMention" data-group-type="all">All</spark-mention> code 1`, "All code 1", false},
		{"everybody and the bot", `<spark-mention data-object-type="groupMention" data-group-type="all">All</spark-mention> ` + mention(bot, "T") + " code 1", "All code 1", true},
		{"name without a mention", "<p>TrackBot code 1</p>", "TrackBot code 1", false},
		{"mention without id", "<spark-mention>TrackBot</spark-mention> code 1", "TrackBot code 1", false},
	} {
		text, ok := Asked(webex.Message{RoomType: "group", HTML: test.html, Text: "TrackBot something else"}, me())
		if text != test.want || ok != test.ok {
			t.Errorf("%s: Asked(%q) = %q, %v, want %q, %v", test.name, test.html, text, ok, test.want, test.ok)
		}
	}
}

func TestAskedText(t *testing.T) {
	bot := []string{personID(meUUID)}
	for _, test := range []struct {
		name   string
		m      webex.Message
		want   string
		wantOK bool
	}{
		{"group, whole name", webex.Message{RoomType: "group", Text: "TrackBot Prod tracking code 1"}, "tracking code 1", true},
		{"group, first word", webex.Message{RoomType: "group", Text: "TrackBot tracking code 1"}, "tracking code 1", true},
		{"group, other case", webex.Message{RoomType: "group", Text: "trackbot: tracking code 1"}, "tracking code 1", true},
		{"group, no-break space", webex.Message{RoomType: "group", Text: "TrackBot\u00a0Prod\u00a0code 1"}, "code 1", true},
		{"group, at sign", webex.Message{RoomType: "group", Text: "@TrackBot, code 1"}, "code 1", true},
		{"group, newline", webex.Message{RoomType: "group", Text: "TrackBot\ncode 1"}, "code 1", true},
		{"group, name only", webex.Message{RoomType: "group", Text: "TrackBot"}, "", true},
		{"group, not named", webex.Message{RoomType: "group", Text: "code 1"}, "code 1", false},
		{"group, longer word", webex.Message{RoomType: "group", Text: "TrackBots are fine"}, "TrackBots are fine", false},
		{"group, listed", webex.Message{RoomType: "group", Text: "Codes code 1", MentionedPeople: bot}, "Codes code 1", true},
		{"group, listed by uuid", webex.Message{RoomType: "group", Text: "code 1", MentionedPeople: []string{aliceUUID, meUUID}}, "code 1", true},
		{"group, listed in one string", webex.Message{RoomType: "group", Text: "code 1", MentionedPeople: []string{aliceUUID + ", " + bot[0]}}, "code 1", true},
		{"group, listed, html without the mention", webex.Message{RoomType: "group", HTML: "<p>TrackBot code 1</p>", MentionedPeople: bot}, "code 1", true},
		{"group, listed, empty html", webex.Message{RoomType: "group", HTML: "<p></p>", Text: "TrackBot code 1", MentionedPeople: bot}, "code 1", true},
		{"group, everybody", webex.Message{RoomType: "group", Text: "All code 1", MentionedGroups: []string{"all"}}, "All code 1", false},
		{"unknown kind of space", webex.Message{Text: "code 1"}, "code 1", false},
		{"direct", webex.Message{RoomType: "direct", Text: "tracking code 1"}, "tracking code 1", true},
		{"direct, named", webex.Message{RoomType: "direct", Text: "TrackBot Prod code 1"}, "code 1", true},
		{"direct, first word with a comma", webex.Message{RoomType: "direct", Text: "trackbot, code 1"}, "code 1", true},
		{"direct, html", webex.Message{RoomType: "direct", HTML: "<p><b>code</b> R&amp;D</p>"}, "code R&D", true},
		{"direct, empty", webex.Message{RoomType: "direct"}, "", true},
		{"direct, not UTF-8", webex.Message{RoomType: "direct", Text: "code \xff"}, "code \uFFFD", true},
	} {
		text, ok := Asked(test.m, me())
		if text != test.want || ok != test.wantOK {
			t.Errorf("%s: Asked(%+v) = %q, %v, want %q, %v", test.name, test.m, text, ok, test.want, test.wantOK)
		}
	}
}

// In a 1:1 space the first word of the bot's name may be part of a question.
func TestAskedDirectFirstWord(t *testing.T) {
	bot := webex.Person{ID: meUUID, DisplayName: "Tracking Codes"}
	text, ok := Asked(webex.Message{RoomType: "direct", Text: "tracking code 1"}, bot)
	if text != "tracking code 1" || !ok {
		t.Errorf("Asked = %q, %v, want the question whole", text, ok)
	}
	if text, ok := Asked(webex.Message{RoomType: "group", Text: "hello"}, webex.Person{}); text != "hello" || ok {
		t.Errorf("Asked of a bot without name and id = %q, %v", text, ok)
	}
}

func FuzzAsked(f *testing.F) {
	f.Add(mention(personID(meUUID), "TrackBot")+" tracking code 1 on <a href='https://example.webex.com/'>x</a>", "", true)
	f.Add("<p><spark-mention data-object-id=", "TrackBot Prod code 1", true)
	f.Add("", "trackbot\u00a0code \u200b1\xff", false)
	f.Fuzz(func(t *testing.T, html, text string, group bool) {
		m := webex.Message{RoomType: "direct", HTML: html, Text: text}
		if group {
			m.RoomType = "group"
		}
		got, ok := Asked(m, me())
		if !utf8.ValidString(got) || ask.Plain(got) != got {
			t.Errorf("Asked(%q, %q) = %q, which is not plain", html, text, got)
		}
		if !ok && !group {
			t.Errorf("Asked(%q, %q): a 1:1 message does not count", html, text)
		}
		if ok && group && !strings.Contains(strings.ToLower(html), "spark-mention") && html != "" && strings.TrimSpace(text) == "" {
			t.Errorf("Asked(%q, %q) counts without a mention", html, text)
		}
	})
}

func BenchmarkParseMention(b *testing.B) {
	p := NewParser(questions())
	m := webex.Message{
		RoomType: "group", MentionedPeople: []string{personID(meUUID)},
		HTML: "<p>" + mention(personID(meUUID), "TrackBot") + " tracking code 1 on example.webex.com</p>",
		Text: "TrackBot tracking code 1 on example.webex.com",
	}
	bot := me()
	b.ReportAllocs()
	for b.Loop() {
		text, ok := Asked(m, bot)
		if q := p.Parse(text); !ok || q.Text != "1" {
			b.Fatalf("not understood: %+v", q)
		}
	}
}

func BenchmarkParseLong(b *testing.B) {
	p := NewParser(questions())
	text := strings.Repeat("Hello everybody, what do you think of ", 180)
	b.ReportAllocs()
	for b.Loop() {
		if q := p.Parse(text); q.Command != "" {
			b.Fatalf("understood: %+v", q)
		}
	}
}
