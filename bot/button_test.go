package bot

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"trackbot/bot/ask"
)

// TestButtonCarriesItsQuestion: what a button asks is what was meant, without
// the words that were typed.
func TestButtonCarriesItsQuestion(t *testing.T) {
	q := ask.Question{
		Command: "options", Topic: "list", Code: &ask.Code{Written: "dept", Name: "Department", ID: "1", Near: true, Choices: []ask.Name{{ID: "2"}}},
		Sites: []string{"example.webex.com"}, People: []ask.Person{{Me: true}}, Filter: "a <b>", Page: 2, Service: ask.Events, Said: "dept options", Above: true,
	}
	got, err := questionOf(Data(q))
	q.Said, q.Above, q.Code = "", false, &ask.Code{Name: "Department", ID: "1"}
	if diff := cmp.Diff(q, got); diff != "" || err != nil {
		t.Errorf("came back (-want +got, error %v):\n%s", err, diff)
	}
	if d := Data(ask.Question{Command: "status"}); d.Question != "" {
		t.Errorf("a question of one word carries %q", d.Question)
	}
	if _, err := questionOf(Button("x", q).Data); err != nil {
		t.Error(err)
	}
}
