package simulator

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
)

// Action is one press of a card's button. It holds neither the thread nor the
// address of the person.
type Action struct {
	ID        string         `json:"id"`
	Type      string         `json:"type"`
	MessageID string         `json:"messageId"`
	Inputs    map[string]any `json:"inputs,omitzero"` // nil in webhooks, which leave it out
	PersonID  string         `json:"personId"`
	RoomID    string         `json:"roomId"`
	Created   Timestamp      `json:"created"`
}

// action is a stored press.
type action struct {
	Action

	reads int // how often it was asked for
}

// Press submits the card of a message with data as its inputs, whether or not
// a button would send just that. It panics if the message has no card or
// the person is not in its space.
func (s *Simulator) Press(ctx context.Context, personID, messageID string, data map[string]any) Action {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.press(canonical(personID), messageID, data)
	if err != nil {
		panic("simulator: " + err.Error())
	}
	s.log.DebugContext(ctx, "button pressed", "action_id", a.ID, "message_id", messageID)
	return a
}

// Click presses the button that bears a title, wherever in the card it is, and
// sends its data as the service would. It panics if there is none.
func (s *Simulator) Click(ctx context.Context, personID, messageID, title string) Action {
	return s.Submit(ctx, personID, messageID, title, nil)
}

// Submit is [Simulator.Click] after filling in the card's inputs, by their ids.
// Every input of the card that has an id is sent, whatever the button, as the
// service does. An input that was not filled in is sent with the value that it
// shows.
func (s *Simulator) Submit(ctx context.Context, personID, messageID, title string, inputs map[string]string) Action {
	a, err := s.click(ctx, personID, messageID, title, inputs)
	if err != nil {
		panic("simulator: " + err.Error())
	}
	return a
}

func (s *Simulator) click(ctx context.Context, personID, messageID, title string, inputs map[string]string) (Action, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.posts[canonical(messageID)]
	if p == nil || len(p.m.Attachments) == 0 {
		return Action{}, fmt.Errorf("message %q has no card", messageID)
	}
	var card any
	if err := json.Unmarshal(p.m.Attachments[0].Content, &card); err != nil {
		return Action{}, fmt.Errorf("card of %q: %w", messageID, err)
	}
	button := findButton(card, title)
	if button == nil {
		return Action{}, fmt.Errorf("the card of %q has no button %q", messageID, title)
	}
	sent := shownInputs(card)
	for id, value := range inputs {
		if _, there := sent[id]; !there {
			return Action{}, fmt.Errorf("the card of %q has no input %q", messageID, id)
		}
		sent[id] = value
	}
	data, _ := button["data"].(map[string]any)
	maps.Copy(sent, data)
	a, err := s.press(canonical(personID), messageID, sent)
	if err == nil {
		s.log.DebugContext(ctx, "button pressed", "action_id", a.ID, "title", title)
	}
	return a, err
}

// findButton returns the Action.Submit of a card that has a title, or nil.
func findButton(card any, title string) map[string]any {
	for part := range cardParts(card, "body", "items", "columns", "actions", "selectAction", "inlineAction", "card") {
		if part["type"] == "Action.Submit" && part["title"] == title {
			return part
		}
	}
	return nil
}

// shownInputs returns the values that a card's inputs show at first, by input id.
func shownInputs(card any) map[string]any {
	shown := map[string]any{}
	for part := range cardParts(card, "body", "items", "columns") {
		kind, _ := part["type"].(string)
		if id, _ := part["id"].(string); id != "" && strings.HasPrefix(kind, "Input.") {
			value, _ := part["value"].(string)
			shown[id] = value
		}
	}
	return shown
}

// press stores an action and emits its event, which only the card's author sees.
func (s *Simulator) press(person, messageID string, inputs map[string]any) (Action, error) {
	p := s.posts[canonical(messageID)]
	if p == nil || p.room.member(person) == nil {
		return Action{}, notFound("Unable to get message.")
	}
	if len(p.m.Attachments) == 0 {
		return Action{}, refuse(http.StatusBadRequest, "The message has no card.")
	}
	a := Action{
		ID: s.dice.id(kindAction), Type: "submit", MessageID: p.m.ID, PersonID: person, RoomID: p.room.ID,
		Inputs: map[string]any{}, Created: s.now(),
	}
	maps.Copy(a.Inputs, inputs)
	s.actions[a.ID] = &action{Action: a}
	author, data := p.m.PersonID, a
	data.Inputs = nil
	s.emit(event{
		resource: "attachmentActions", name: created, actor: person, room: p.room.ID, data: data,
		sees: func(who string) bool { return who == author },
		attrs: func() map[string]string {
			return map[string]string{"messageId": a.MessageID, "personId": a.PersonID, "roomId": a.RoomID}
		},
	})
	return a, nil
}

// getAction answers GET /attachment/actions/{id} to the card's author and to
// the person who pressed; see [Quirks.FreshReads].
func (s *Simulator) getAction(r *request) (reply, error) {
	a := s.actions[canonical(r.PathValue("id"))]
	if a == nil {
		return reply{}, notFound("")
	}
	card := s.posts[a.MessageID]
	if a.PersonID != r.who.person && (card == nil || card.m.PersonID != r.who.person) {
		return reply{}, notFound("")
	}
	if a.reads++; a.reads <= s.quirks.FreshReads {
		return reply{}, notFound("")
	}
	return ok(a.Action), nil
}

// postAction answers POST /attachment/actions.
func (s *Simulator) postAction(r *request) (reply, error) {
	var body struct {
		Type      string         `json:"type"`
		MessageID string         `json:"messageId"`
		Inputs    map[string]any `json:"inputs"`
	}
	if err := decode(r, &body, "type", "messageId", "inputs"); err != nil {
		return reply{}, err
	}
	if body.Type != "submit" || body.Inputs == nil {
		return reply{}, refuse(http.StatusBadRequest, "type must be submit, and inputs an object.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.press(r.who.person, body.MessageID, body.Inputs)
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusAccepted, body: a}, nil
}
