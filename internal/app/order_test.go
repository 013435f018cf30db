package app_test

import (
	"testing"

	"trackbot/bot"
	"trackbot/internal/apptest"
)

// TestNothingIsSaidBehindItsAnswer: a process that died between storing an
// answer and noting that its event is done leaves work that is done again. That
// may take longer, or find that the answer should go 1:1, but it was given.
func TestNothingIsSaidBehindItsAnswer(t *testing.T) {
	h := apptest.New(t)
	answer := bot.Outgoing{Key: "msg:1", RoomID: h.Direct.ID, Markdown: "the answer", Lane: "lane"}
	if err := h.App.StoreReply(t.Context(), answer); err != nil {
		t.Fatal(err)
	}
	h.Settled()
	for _, suffix := range []string{"/underway", "/private", "/pause"} {
		late := answer
		late.Key, late.Markdown = answer.Key+suffix, "said before it"
		if err := h.App.PostLater(t.Context(), late); err != nil {
			t.Fatal(err)
		}
	}
	h.Settled()
	if list := h.BotMessages(h.Direct); len(list) != 1 || list[0].Markdown != answer.Markdown {
		t.Errorf("the bot wrote %v, want the answer alone", list)
	}
}
