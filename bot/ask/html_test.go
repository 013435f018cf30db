package ask

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const (
	meUUID    = "11111111-aaaa-4bbb-8ccc-000000000001"
	aliceUUID = "22222222-aaaa-4bbb-8ccc-000000000002"
)

func personID(uuid string) string {
	return base64.RawStdEncoding.EncodeToString([]byte("ciscospark://us/PEOPLE/" + uuid))
}

func me() Bot {
	return Bot{ID: personID(meUUID), Name: "TrackBot Prod"}
}

func mention(id, label string) string {
	return `<spark-mention data-object-type="person" data-object-id="` + id + `">` + label + `</spark-mention>`
}

func TestWordsHTML(t *testing.T) {
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
		{"another person too", mention(bot, "TrackBot") + " codes of " + mention(alice, "Alice Smith"), "codes of @", true},
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
		{"somebody else only", mention(alice, "TrackBot Prod") + " code 1", "@ code 1", false},
		{"everybody", `<spark-mention data-object-type="groupMention" data-group-type="all">All</spark-mention> code 1`, "All code 1", false},
		{"everybody and the bot", `<spark-mention data-object-type="groupMention" data-group-type="all">All</spark-mention> ` + mention(bot, "T") + " code 1", "All code 1", true},
		{"name without a mention", "<p>TrackBot code 1</p>", "TrackBot code 1", false},
		{"mention without id", "<spark-mention>TrackBot</spark-mention> code 1", "TrackBot code 1", false},
	} {
		said, ok := Words(Message{HTML: test.html, Text: "TrackBot something else"}, me())
		if text := strings.ReplaceAll(said.Words, string(Mark), "@"); text != test.want || ok != test.ok {
			t.Errorf("%s: Words(%q) = %q, %v, want %q, %v", test.name, test.html, said.Words, ok, test.want, test.ok)
		}
	}
}

func TestWordsText(t *testing.T) {
	bot := []string{personID(meUUID)}
	for _, test := range []struct {
		name   string
		m      Message
		want   string
		wantOK bool
	}{
		{"group, whole name", Message{Text: "TrackBot Prod tracking code 1"}, "tracking code 1", true},
		{"group, first word", Message{Text: "TrackBot tracking code 1"}, "tracking code 1", true},
		{"group, other case", Message{Text: "trackbot: tracking code 1"}, "tracking code 1", true},
		{"group, no-break space", Message{Text: "TrackBot\u00a0Prod\u00a0code 1"}, "code 1", true},
		{"group, at sign", Message{Text: "@TrackBot, code 1"}, "code 1", true},
		{"group, newline", Message{Text: "TrackBot\ncode 1"}, "code 1", true},
		{"group, name only", Message{Text: "TrackBot"}, "", true},
		{"group, not named", Message{Text: "code 1"}, "code 1", false},
		{"group, longer word", Message{Text: "TrackBots are fine"}, "TrackBots are fine", false},
		{"group, listed", Message{Text: "Codes code 1", Mentioned: bot}, "Codes code 1", true},
		{"group, listed by uuid", Message{Text: "code 1", Mentioned: []string{aliceUUID, meUUID}}, "code 1", true},
		{"group, listed in one string", Message{Text: "code 1", Mentioned: []string{aliceUUID + ", " + bot[0]}}, "code 1", true},
		{"group, listed, html without the mention", Message{HTML: "<p>TrackBot code 1</p>", Mentioned: bot}, "code 1", true},
		{"group, listed, empty html", Message{HTML: "<p></p>", Text: "TrackBot code 1", Mentioned: bot}, "code 1", true},
		{"group, everybody", Message{Text: "All code 1"}, "All code 1", false},
		{"unknown kind of space", Message{Text: "code 1"}, "code 1", false},
		{"direct", Message{Direct: true, Text: "tracking code 1"}, "tracking code 1", true},
		{"direct, named", Message{Direct: true, Text: "TrackBot Prod code 1"}, "code 1", true},
		{"direct, first word with a comma", Message{Direct: true, Text: "trackbot, code 1"}, "code 1", true},
		{"direct, html", Message{Direct: true, HTML: "<p><b>code</b> R&amp;D</p>"}, "code R&D", true},
		{"direct, empty", Message{Direct: true}, "", true},
		{"direct, not UTF-8", Message{Direct: true, Text: "code \xff"}, "code \uFFFD", true},
	} {
		said, ok := Words(test.m, me())
		if text := strings.ReplaceAll(said.Words, string(Mark), "@"); text != test.want || ok != test.wantOK {
			t.Errorf("%s: Words(%+v) = %q, %v, want %q, %v", test.name, test.m, said.Words, ok, test.want, test.wantOK)
		}
	}
}

// In a 1:1 space the first word of the bot's name may be part of a question.
func TestWordsDirectFirstWord(t *testing.T) {
	bot := Bot{ID: meUUID, Name: "Tracking Codes"}
	said, ok := Words(Message{Direct: true, Text: "tracking code 1"}, bot)
	if said.Words != "tracking code 1" || !ok {
		t.Errorf("Asked = %q, %v, want the question whole", said.Words, ok)
	}
	if said, ok := Words(Message{Text: "hello"}, Bot{}); said.Words != "hello" || ok {
		t.Errorf("Asked of a bot without name and id = %q, %v", said.Words, ok)
	}
}

func FuzzWords(f *testing.F) {
	f.Add(mention(personID(meUUID), "TrackBot")+" tracking code 1 on <a href='https://example.webex.com/'>x</a>", "", true)
	f.Add("<p><spark-mention data-object-id=", "TrackBot Prod code 1", true)
	f.Add("", "trackbot\u00a0code \u200b1\xff", false)
	f.Fuzz(func(t *testing.T, html, text string, group bool) {
		m := Message{Direct: !group, HTML: html, Text: text}
		said, ok := Words(m, me())
		got := said.Words
		if !utf8.ValidString(got) || Plain(got) != got {
			t.Errorf("Words(%q, %q) = %q, which is not plain", html, text, got)
		}
		if !ok && !group {
			t.Errorf("Words(%q, %q): a 1:1 message does not count", html, text)
		}
		if ok && group && !strings.Contains(strings.ToLower(html), "spark-mention") && html != "" && strings.TrimSpace(text) == "" {
			t.Errorf("Words(%q, %q) counts without a mention", html, text)
		}
	})
}

func TestMentions(t *testing.T) {
	bot, alice := personID(meUUID), personID(aliceUUID)
	said, ok := Words(Message{HTML: "<p>" + mention(bot, "TrackBot") + " what is " + mention(alice, "@Alice Smith") + "'s department, and the codes of " + mention("bare", "") + "</p>"}, me())
	if want := []Mention{{alice, "Alice Smith"}, {"bare", ""}}; !ok || !slices.Equal(said.Mentions, want) {
		t.Errorf("mentions %+v, want %+v", said.Mentions, want)
	}
	got := shorts(grammar().Read(said, world(), From{Site: exampleHost}))
	if want := "values Department person=id:" + alice + " | values person=id:bare"; got != want {
		t.Errorf("read as %s, want %s", got, want)
	}
}
