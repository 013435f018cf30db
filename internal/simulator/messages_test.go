package simulator

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSayMentions(t *testing.T) {
	s := start(t, Options{BotName: "TrackBot Deluxe"})
	alice, bob, bot := s.Person("alice"), s.Person("bob"), s.Bot()
	space := s.Group("Team", alice.ID, bob.ID)
	tag := `<spark-mention data-object-type="person" data-object-id="` + bot.ID + `">TrackBot</spark-mention>`
	for _, c := range []struct {
		say            string
		text, html     string
		people, groups int
	}{
		{"@trackbot tracking code 1", "TrackBot tracking code 1", "<p>" + tag + " tracking code 1</p>", 1, 0},
		{"hey @TrackBot, R&D", "hey TrackBot, R&D", "<p>hey " + tag + ", R&amp;D</p>", 1, 0},
		{"@trackbot deluxe help", "TrackBot help", "<p>" + tag + " help</p>", 1, 0},
		{"@trackbot\nhelp", "TrackBot\nhelp", "<p>" + tag + "<br/>help</p>", 1, 0},
		{"@bob ask @trackbot.", "Bob Brown ask TrackBot.", `<p><spark-mention data-object-type="person" data-object-id="` + bob.ID +
			`">Bob Brown</spark-mention> ask ` + tag + `.</p>`, 2, 0},
		{"@all hello", "All hello", `<p><spark-mention data-object-type="groupMention" data-group-type="all">All</spark-mention> hello</p>`, 0, 1},
		{"code 1 @ example.webex.com", "code 1 @ example.webex.com", "", 0, 0},
		{"write to x@trackbot.example or @trackbot.example", "write to x@trackbot.example or @trackbot.example", "", 0, 0},
		{"@trackbots", "@trackbots", "", 0, 0},
	} {
		m := s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: c.say})
		if m.Text != c.text || m.HTML != c.html || len(m.MentionedPeople) != c.people || len(m.MentionedGroups) != c.groups {
			t.Errorf("Say(%q) = text %q, html %q, %d people, %d groups; want %q, %q, %d, %d",
				c.say, m.Text, m.HTML, len(m.MentionedPeople), len(m.MentionedGroups), c.text, c.html, c.people, c.groups)
		}
	}
}

func TestSayHTML(t *testing.T) {
	s := start(t, Options{})
	alice := s.Person("alice")
	space := s.Group("Team", alice.ID)
	m := s.Say(t.Context(), Say{
		Space: space.ID, Person: alice.ID,
		HTML: `<p>Hi <spark-mention data-object-type="person" data-object-id="` + keyOf(s.Bot().ID) + `">the bot</spark-mention>&nbsp;R&amp;D<br/>x</p>`,
	})
	if m.Text != "Hi the bot\u00a0R&D\nx" || !cmp.Equal(m.MentionedPeople, []string{s.Bot().ID}) {
		t.Errorf("text %q, mentions %v", m.Text, m.MentionedPeople)
	}
}

func TestBotSeesOnlyMentions(t *testing.T) {
	s := start(t, Options{})
	alice := s.Person("alice")
	space := s.Group("Team", alice.ID)
	loud := s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "@trackbot help"})
	quiet := s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "lunch?"})
	inDirect := s.Say(t.Context(), Say{Space: s.Direct(alice.ID).ID, Person: alice.ID, Text: "help"})
	elsewhere := s.UserToken(s.Person("bob").ID)
	for _, c := range []struct {
		name, token, id string
		want            int
	}{
		{"mention", s.BotToken(), loud.ID, 200},
		{"padded id", s.BotToken(), loud.ID + "=", 200},
		{"no mention", s.BotToken(), quiet.ID, 404},
		{"own human token", s.UserToken(alice.ID), quiet.ID, 200},
		{"direct", s.BotToken(), inDirect.ID, 200},
		{"stranger", elsewhere, loud.ID, 404},
		{"raw uuid", s.BotToken(), keyOf(loud.ID), 404},
		{"nonsense", s.BotToken(), "xyz", 404},
		{"admin", s.AdminToken(), loud.ID, 403},
		{"unknown token", "nope", loud.ID, 401},
		{"no token", "", loud.ID, 401},
	} {
		status, header, body := call(t, s, c.token, http.MethodGet, "/messages/"+c.id, nil)
		if status != c.want {
			t.Errorf("%s: GET = %d %v, want %d", c.name, status, body, c.want)
		}
		if c.want != 200 && (body["message"] == "" || body["trackingId"] == "" || body["trackingId"] != header.Get("Trackingid")) {
			t.Errorf("%s: error body %v, header %q", c.name, body, header.Get("Trackingid"))
		}
	}
}

func TestPostMessageRefusals(t *testing.T) {
	s := start(t, Options{})
	alice := s.Person("alice")
	space, other := s.Group("Team", alice.ID), s.Direct(alice.ID)
	root := s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "@trackbot help"})
	answer := s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "@trackbot again", ParentID: root.ID})
	card := object{"contentType": cardType, "content": object{"type": "AdaptiveCard", "version": "1.3", "body": []any{}}}
	for _, c := range []struct {
		name string
		body any
		want int
	}{
		{"text", object{"roomId": space.ID, "text": "x"}, 200},
		{"to person", object{"toPersonId": alice.ID, "text": "x"}, 200},
		{"to address", object{"toPersonEmail": "Alice@example.com", "text": "x"}, 200},
		{"no destination", object{"text": "x"}, 400},
		{"two destinations", object{"roomId": space.ID, "toPersonId": alice.ID, "text": "x"}, 400},
		{"unknown room", object{"roomId": encodeID(kindRoom, "x"), "text": "x"}, 404},
		{"unknown person", object{"toPersonEmail": "nobody@example.com", "text": "x"}, 404},
		{"another bot", object{"toPersonEmail": "otherbot@webex.bot", "text": "x"}, 400},
		{"empty", object{"roomId": space.ID}, 400},
		{"7439 bytes", object{"roomId": space.ID, "markdown": strings.Repeat("é", 3719) + "x"}, 200},
		{"7440 bytes", object{"roomId": space.ID, "markdown": strings.Repeat("é", 3720)}, 400},
		{"card with text", object{"roomId": space.ID, "text": "x", "attachments": []any{card}}, 200},
		{"card alone", object{"roomId": space.ID, "attachments": []any{card}}, 400},
		{"two cards", object{"roomId": space.ID, "text": "x", "attachments": []any{card, card}}, 400},
		{"parent", object{"roomId": space.ID, "text": "x", "parentId": root.ID}, 200},
		{"parent is a reply", object{"roomId": space.ID, "text": "x", "parentId": answer.ID}, 400},
		{"unknown parent", object{"roomId": space.ID, "text": "x", "parentId": encodeID(kindMessage, "x")}, 404},
		{"parent of another room", object{"roomId": other.ID, "text": "x", "parentId": root.ID}, 404},
		{"key in the wrong case", object{"roomId": space.ID, "text": "x", "parentID": root.ID}, 400},
		{"unknown key", object{"roomId": space.ID, "text": "x", "html": "x"}, 400},
		{"wrong type", object{"roomId": space.ID, "text": 7}, 400},
		{"no JSON", "text=x", 400},
		{"too large", object{"roomId": space.ID, "text": strings.Repeat("x", maxBody)}, 413},
	} {
		if status, _, body := call(t, s, s.BotToken(), http.MethodPost, "/messages", c.body); status != c.want {
			t.Errorf("%s: POST = %d %v, want %d", c.name, status, body, c.want)
		}
	}
	s.SetQuirks(Quirks{ResolveParents: true})
	_, _, body := call(t, s, s.BotToken(), http.MethodPost, "/messages", object{"roomId": space.ID, "text": "x", "parentId": answer.ID})
	if body["parentId"] != root.ID {
		t.Errorf("resolved parentId = %v, want %v", body["parentId"], root.ID)
	}
	s.SetQuirks(Quirks{RefuseParents: true})
	if status, _, _ := call(t, s, s.BotToken(), http.MethodPost, "/messages", object{"roomId": space.ID, "text": "x", "parentId": root.ID}); status != 400 {
		t.Errorf("refused parent: status %d", status)
	}
}

func TestContentType(t *testing.T) {
	s := start(t, Options{})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/messages", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.BotToken())
	req.Header.Set("Content-Type", "text/plain")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusUnsupportedMediaType {
		t.Errorf("status %d, want 415", resp.StatusCode)
	}
}

func TestEdits(t *testing.T) {
	s := start(t, Options{})
	alice := s.Person("alice")
	space := s.Direct(alice.ID)
	post := func(body object) string {
		_, _, out := call(t, s, s.BotToken(), http.MethodPost, "/messages", body)
		id, _ := out["id"].(string)
		return id
	}
	card := []any{object{"contentType": cardType, "content": object{"type": "AdaptiveCard", "version": "1.3"}}}
	plain, withCard := post(object{"roomId": space.ID, "text": "one"}), post(object{"roomId": space.ID, "text": "one", "attachments": card})
	theirs := s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: "hi"})
	edit := func(id string, body object) int {
		status, _, _ := call(t, s, s.BotToken(), http.MethodPut, "/messages/"+id, body)
		return status
	}
	for i := range maxEdits {
		if got := edit(plain, object{"roomId": space.ID, "markdown": "**two**"}); got != 200 {
			t.Fatalf("edit %d = %d, want 200", i+1, got)
		}
	}
	if m := s.Messages(space.ID)[0]; m.Text != "two" || m.Updated == nil {
		t.Errorf("edited message: text %q, updated %v", m.Text, m.Updated)
	}
	for name, got := range map[string]int{
		"11th edit":  edit(plain, object{"roomId": space.ID, "text": "x"}),
		"card":       edit(withCard, object{"roomId": space.ID, "text": "x"}),
		"no room":    edit(withCard, object{"text": "x"}),
		"attachment": edit(withCard, object{"roomId": space.ID, "text": "x", "attachments": card}),
	} {
		if got != 400 {
			t.Errorf("%s: PUT = %d, want 400", name, got)
		}
	}
	if got := edit(theirs.ID, object{"roomId": space.ID, "text": "x"}); got != 403 {
		t.Errorf("another's message: PUT = %d, want 403", got)
	}
	s.SetQuirks(Quirks{EditCards: true})
	if got := edit(withCard, object{"roomId": space.ID, "text": "x", "attachments": card}); got != 200 {
		t.Errorf("card where cards can be edited: PUT = %d, want 200", got)
	}
	if status, _, _ := call(t, s, s.BotToken(), http.MethodDelete, "/messages/"+plain, nil); status != 204 {
		t.Errorf("DELETE = %d, want 204", status)
	}
	if got := len(s.Messages(space.ID)); got != 2 {
		t.Errorf("%d messages after DELETE, want 2", got)
	}
}

func TestListMessages(t *testing.T) {
	s := start(t, Options{})
	alice := s.Person("alice")
	space := s.Group("Team", alice.ID)
	var texts []string
	for _, text := range []string{"@trackbot a", "quiet", "@trackbot b", "@trackbot c"} {
		m := s.Say(t.Context(), Say{Space: space.ID, Person: alice.ID, Text: text})
		texts = append(texts, m.ID)
	}
	list := func(query string) (int, []string, string) {
		status, header, body := call(t, s, s.BotToken(), http.MethodGet, "/messages?roomId="+space.ID+query, nil)
		var ids []string
		items, _ := body["items"].([]any)
		for _, one := range items {
			m, _ := one.(object)
			id, _ := m["id"].(string)
			ids = append(ids, id)
		}
		return status, ids, header.Get("Link")
	}
	if status, _, _ := list(""); status != 403 {
		t.Errorf("list without mentionedPeople = %d, want 403", status)
	}
	if _, ids, link := list("&mentionedPeople=me"); !cmp.Equal(ids, []string{texts[3], texts[2], texts[0]}) || link != "" {
		t.Errorf("mentions = %v, link %q", ids, link)
	}
	status, ids, link := list("&mentionedPeople=me&max=2")
	if status != 200 || len(ids) != 2 || link == "" {
		t.Fatalf("first page = %d %v, link %q", status, ids, link)
	}
	_, _, body := call(t, s, s.BotToken(), http.MethodGet, strings.TrimSuffix(strings.TrimPrefix(link, "<"), `>; rel="next"`), nil)
	if items, _ := body["items"].([]any); len(items) != 1 {
		t.Errorf("second page = %v", body)
	}
	if status, ids, _ := list("&mentionedPeople=me&beforeMessage=" + texts[2]); status != 200 || !cmp.Equal(ids, texts[:1]) {
		t.Errorf("beforeMessage = %d %v", status, ids)
	}
	if status, _, _ := list("&mentionedPeople=me&beforeMessage=" + texts[1]); status != 403 {
		t.Errorf("beforeMessage of an unseen message = %d, want 403", status)
	}
	before := s.Messages(space.ID)[0].Created.String()
	if status, ids, _ := list("&mentionedPeople=me&before=" + url.QueryEscape(before)); status != 200 || len(ids) != 0 {
		t.Errorf("before = %d %v", status, ids)
	}
	s.Say(t.Context(), Say{Space: s.Direct(alice.ID).ID, Person: alice.ID, Text: "hi"})
	if status, _, body := call(t, s, s.BotToken(), http.MethodGet, "/messages/direct?personEmail=alice@example.com", nil); status != 200 || len(objects(body, "items")) != 1 {
		t.Errorf("direct = %d %v", status, body)
	}
}

func TestFreshReads(t *testing.T) {
	s := start(t, Options{})
	s.SetQuirks(Quirks{FreshReads: 2})
	alice := s.Person("alice")
	m := s.Say(t.Context(), Say{Space: s.Direct(alice.ID).ID, Person: alice.ID, Text: "hi"})
	var got []int
	for range 3 {
		status, _, _ := call(t, s, s.BotToken(), http.MethodGet, "/messages/"+m.ID, nil)
		got = append(got, status)
	}
	if !cmp.Equal(got, []int{404, 404, 200}) {
		t.Errorf("reads = %v", got)
	}
}
