package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const confidential = "NzU2-confidential_PF84"

type exported struct{ Token Secret }

type unexported struct{ token Secret }

// leaks tells in which common form the confidential text stands in out.
func leaks(out string) string {
	for _, form := range []string{
		confidential,
		fmt.Sprintf("%x", confidential),
		fmt.Sprintf("%X", confidential),
		fmt.Sprintf("%d", []byte(confidential)),
		"TnpVMi1jb25maWRlbnRpYWxfUEY4N", // the beginning of its base64
	} {
		if strings.Contains(out, form) {
			return form
		}
	}
	return ""
}

func TestSecretIsNotFormatted(t *testing.T) {
	secret := NewSecret(confidential)
	values := map[string]any{
		"value": secret, "pointer": &secret, "slice": []Secret{secret}, "any": []any{secret},
		"map": map[string]Secret{"k": secret}, "struct": exported{secret}, "struct pointer": &exported{secret},
		"unexported field": unexported{secret}, "unexported field behind pointer": &unexported{secret},
		"error": fmt.Errorf("asking: %w", fmt.Errorf("token %v", secret)), "joined": errors.Join(fmt.Errorf("%q", secret)),
	}
	for name, value := range values {
		for verb := range strings.FieldsSeq("%v %+v %#v %s %q %x %X %d %t %e %c %U %p %T %10s %-40v %z %!") {
			out := fmt.Sprintf(verb, value)
			if form := leaks(out); form != "" {
				t.Errorf("Sprintf(%q, %s) = %q, which holds %q", verb, name, out, form)
			}
		}
	}
}

func TestSecretSaysThatItIsHidden(t *testing.T) {
	for _, tt := range []struct {
		secret Secret
		want   string
	}{
		{NewSecret(confidential), "[hidden]"},
		{NewSecret(""), ""},
		{Secret{}, ""},
	} {
		marshalled, err := tt.secret.MarshalText()
		if err != nil {
			t.Errorf("MarshalText: %v", err)
		}
		quoted, err := json.Marshal(tt.secret)
		if err != nil {
			t.Errorf("json.Marshal: %v", err)
		}
		got := map[string]string{
			"%v": fmt.Sprintf("%v", tt.secret), "%+v": fmt.Sprintf("%+v", tt.secret), "%#v": fmt.Sprintf("%#v", tt.secret),
			"%s": fmt.Sprintf("%s", tt.secret), "%q": fmt.Sprintf("%q", tt.secret), "%x": fmt.Sprintf("%x", tt.secret),
			"String": tt.secret.String(), "GoString": tt.secret.GoString(), "Sprint": fmt.Sprint(tt.secret),
			"LogValue": tt.secret.LogValue().String(), "MarshalText": string(marshalled), "JSON": strings.Trim(string(quoted), `"`),
		}
		for form, text := range got {
			if text != tt.want {
				t.Errorf("%s of a secret = %q, want %q", form, text, tt.want)
			}
		}
	}
}

func TestSecretIsNotLogged(t *testing.T) {
	secret := NewSecret(confidential)
	var out bytes.Buffer
	for _, handler := range []slog.Handler{
		slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}),
		slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}),
	} {
		log := slog.New(handler).With("token", secret)
		log.Debug("value", "secret", secret, "pointer", &secret, "struct", exported{secret}, "pointer_to_struct", &exported{secret})
		log.Error("failed", "hidden_field", unexported{secret}, "error", fmt.Errorf("with %v: %w", secret, errors.ErrUnsupported))
		log.Info("group", slog.Group("group", "secrets", []Secret{secret}))
	}
	if form := leaks(out.String()); form != "" {
		t.Errorf("the log holds %q:\n%s", form, out.String())
	}
	if !strings.Contains(out.String(), "secret=[hidden]") || !strings.Contains(out.String(), `"secret":"[hidden]"`) {
		t.Errorf("the log does not say [hidden]:\n%s", out.String())
	}
}

func TestSecretIsNotMarshalled(t *testing.T) {
	secret := NewSecret(confidential)
	out, err := json.Marshal(map[string]any{"a": secret, "b": &secret, "c": exported{secret}, "d": unexported{secret}})
	if err != nil {
		t.Fatalf("json.Marshal: %v", err)
	}
	want := `{"a":"[hidden]","b":"[hidden]","c":{"Token":"[hidden]"},"d":{}}`
	if string(out) != want {
		t.Errorf("json.Marshal = %s, want %s", out, want)
	}
	var page bytes.Buffer
	if err := template.Must(template.New("").Parse(`{{.Token}} {{printf "%q" .Token}}`)).Execute(&page, exported{secret}); err != nil {
		t.Fatalf("template: %v", err)
	}
	if leaks(page.String()) != "" {
		t.Errorf("template = %q, which holds the secret", page.String())
	}
}

func TestSecretReveal(t *testing.T) {
	a, b := NewSecret(confidential), NewSecret(strings.Clone(confidential))
	if got := a.Reveal(); got != confidential {
		t.Errorf("Reveal() = %q, want %q", got, confidential)
	}
	if got := (Secret{}).Reveal(); got != "" {
		t.Errorf("Secret{}.Reveal() = %q, want nothing", got)
	}
	if !a.Equal(b) || a.Equal(NewSecret("other")) || a.Equal(Secret{}) || !(Secret{}).Equal(NewSecret("")) {
		t.Error("Equal does not compare the texts")
	}
	if a.IsZero() || !(Secret{}).IsZero() {
		t.Error("IsZero does not tell whether the secret is empty")
	}
	if diff := cmp.Diff(exported{a}, exported{b}); diff != "" {
		t.Errorf("cmp.Diff of equal secrets: %s", diff)
	}
	if diff := cmp.Diff(exported{a}, exported{Secret{}}); diff == "" || leaks(diff) != "" {
		t.Errorf("cmp.Diff of different secrets = %q, want a difference without the text", diff)
	}
}
